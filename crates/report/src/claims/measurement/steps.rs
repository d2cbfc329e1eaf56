//! Times of a case in steps, during which its store grew.

use measure::record::{GrowthPoint, RunRecord};

use crate::claims::estimate::{Origin, Samples};
use crate::claims::figures::no_figure;
use crate::grown::Grown;

const STEPS: &str = "steps in which its store grew";

pub(super) fn ends(record: &RunRecord) -> Result<Grown<'_>, String> {
    Grown::of(record).ok_or_else(|| no_figure(record, STEPS))
}

/// A checkpoint of each step, the median.
pub(super) fn checkpoints(steps: &[GrowthPoint]) -> Samples {
    samples(steps, "steps with checkpoints", |step| step.checkpoint_ns_p50)
}

/// Inserting and committing a packet in each step: the sum of the medians.
pub(super) fn packets(steps: &[GrowthPoint]) -> Samples {
    let packet = |step: &GrowthPoint| Some(step.insert_ns_p50? + step.commit_ns_p50?);
    samples(steps, "steps of at least 20 packets", packet)
}

/// The longest ack of each step.
pub(super) fn longest_acks(record: &RunRecord) -> Result<Samples, String> {
    let steps = record.growth.as_deref().ok_or_else(|| no_figure(record, STEPS))?;
    Ok(samples(steps, "steps with acks", |step| step.ack_ns_max))
}

fn samples(
    steps: &[GrowthPoint],
    what: &'static str,
    of: impl Fn(&GrowthPoint) -> Option<u64>,
) -> Samples {
    let values = steps.iter().filter_map(of).map(|ns| ns as f64).collect();
    Samples { values, origin: Origin::OneStore, what }
}
