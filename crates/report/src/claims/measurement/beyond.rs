//! What a case in turns with the floor takes beyond it.

use measure::stats::StudentT;

use crate::claims::case_key::CaseKey;
use crate::claims::estimate::{Basis, CONFIDENCE, Estimate};
use crate::claims::measured::{Measured, figure};
use crate::claims::missing::Missing;
use crate::evidence::Evidence;

/// Figures that the runner keeps under these names, in ns: the mean over blocks with its interval of 95 %.
const BEYOND: &str = "beyond_baseline_ns";
const LOW: &str = "beyond_baseline_ns_low";
const HIGH: &str = "beyond_baseline_ns_high";

pub(super) fn beyond(evidence: &Evidence, key: &CaseKey) -> Result<Measured, Missing> {
    let record = key.find(evidence)?;
    let (value, low, high) = (figure(record, BEYOND)?, figure(record, LOW)?, figure(record, HIGH)?);
    let blocks = record.blocks.as_ref().map_or(0, |blocks| blocks.replicates.len());
    let missing = || Missing::TooFew {
        case: record.case.id.clone(),
        what: "blocks",
        expected: 2,
        got: blocks,
    };
    let student = StudentT::new(blocks.saturating_sub(1) as f64).map_err(|_| missing())?;
    let wider = student.two_sided(CONFIDENCE) / student.two_sided(0.95);
    let (low, high) = (value - wider * (value - low), value + wider * (high - value));
    let estimate = Estimate { value, low, high, basis: Basis::Blocks(blocks) };
    Ok(Measured::of(estimate, &[record]))
}
