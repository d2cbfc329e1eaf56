//! What a database file keeps and uses again.

use measure::record::RunRecord;

use crate::claims::estimate::Estimate;
use crate::claims::measured::Measured;
use crate::claims::missing::{Missing, extra};

/// Figures that the runner keeps under these names.
const BYTES_END: &str = "database_bytes_end";
const BYTES_MAX: &str = "database_bytes_max";
const REUSED_SHARE: &str = "pages_reused_share";

pub(super) fn file_kept(record: &RunRecord) -> Result<Measured, Missing> {
    let (end, largest) = (extra(record, BYTES_END)?, extra(record, BYTES_MAX)?);
    Ok(Measured::of(Estimate::counted(end / largest.max(1.0)), &[record]))
}

pub(super) fn pages_reused(record: &RunRecord) -> Result<Measured, Missing> {
    Ok(Measured::of(Estimate::counted(extra(record, REUSED_SHARE)?), &[record]))
}
