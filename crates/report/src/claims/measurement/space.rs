//! What a database file keeps and uses again.

use crate::claims::case_key::CaseKey;
use crate::claims::estimate::Estimate;
use crate::claims::measured::Measured;
use crate::claims::missing::{Missing, extra};
use crate::evidence::Evidence;

/// Figures that the runner keeps under these names.
const BYTES_END: &str = "database_bytes_end";
const BYTES_MAX: &str = "database_bytes_max";
const REUSED_SHARE: &str = "pages_reused_share";

pub(super) fn file_kept(evidence: &Evidence, key: &CaseKey) -> Result<Measured, Missing> {
    let record = key.find(evidence)?;
    let (end, largest) = (extra(record, BYTES_END)?, extra(record, BYTES_MAX)?);
    Ok(Measured::of(Estimate::counted(end / largest.max(1.0)), &[record]))
}

pub(super) fn pages_reused(evidence: &Evidence, key: &CaseKey) -> Result<Measured, Missing> {
    let record = key.find(evidence)?;
    Ok(Measured::of(Estimate::counted(extra(record, REUSED_SHARE)?), &[record]))
}
