//! What a database file keeps and uses again.

use measure::record::RunRecord;

use crate::claims::case_key::CaseKey;
use crate::claims::estimate::Estimate;
use crate::claims::measured::Measured;
use crate::claims::missing::Missing;
use crate::evidence::Evidence;

/// Figures that the runner keeps under these names.
const BYTES_END: &str = "database_bytes_end";
const BYTES_MAX: &str = "database_bytes_max";
const REUSED_SHARE: &str = "pages_reused_share";

pub(super) fn file_kept(evidence: &Evidence, key: &CaseKey) -> Result<Measured, Missing> {
    let record = key.find(evidence)?;
    let (end, largest) = (figure(record, BYTES_END)?, figure(record, BYTES_MAX)?);
    Ok(Measured::of(Estimate::counted(end / largest.max(1.0)), &[record]))
}

pub(super) fn pages_reused(evidence: &Evidence, key: &CaseKey) -> Result<Measured, Missing> {
    let record = key.find(evidence)?;
    Ok(Measured::of(Estimate::counted(figure(record, REUSED_SHARE)?), &[record]))
}

fn figure(record: &RunRecord, name: &'static str) -> Result<f64, Missing> {
    let missing = || Missing::Figure { case: record.case.id.clone(), figure: name };
    record.extra.get(name).copied().ok_or_else(missing)
}
