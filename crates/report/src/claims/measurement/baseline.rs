//! What a case takes beyond the baseline with which it took turns.

use measure::record::RunRecord;
use measure::stats::StudentT;

use crate::claims::estimate::{Basis, CONFIDENCE, Estimate};
use crate::claims::measured::Measured;
use crate::claims::missing::{Missing, extra};

/// Figures that the runner keeps under these names: a mean over blocks with its interval.
const BEYOND: &str = "beyond_baseline_ns";
const BEYOND_LOW: &str = "beyond_baseline_ns_low";
const BEYOND_HIGH: &str = "beyond_baseline_ns_high";

/// The confidence of that interval.
const KEPT_CONFIDENCE: f64 = 0.95;

pub(super) fn beyond(record: &RunRecord) -> Result<Measured, Missing> {
    let [value, low, high] = [BEYOND, BEYOND_LOW, BEYOND_HIGH].map(|name| extra(record, name));
    let (value, low, high) = (value?, low?, high?);
    let blocks = record.blocks.as_ref().map_or(0, |blocks| blocks.replicates.len());
    let degrees = blocks.saturating_sub(1) as f64;
    let student = StudentT::new(degrees).map_err(|_| Missing::TooFew {
        case: record.case.id.clone(),
        what: "blocks",
        expected: 2,
        got: blocks,
    })?;
    let wider = student.two_sided(CONFIDENCE) / student.two_sided(KEPT_CONFIDENCE);
    let reach = (high - low) / 2.0 * wider;
    let basis = Basis::Blocks(blocks);
    let estimate = Estimate { value, low: value - reach, high: value + reach, basis };
    Ok(Measured::of(estimate, &[record]))
}
