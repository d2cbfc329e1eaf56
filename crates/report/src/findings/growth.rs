//! `growth`: what commits and checkpoints took in a small store, and in a large one, and what the slowest acks waited
//! for.

use measure::record::{GrowthPoint, RunRecord};

use super::Finding;
use super::causes::causes_of;
use super::inquiry::Inquiry;
use super::sentence::finding;
use crate::quantity;

/// So much of a run's steps counts as its beginning, and as much as its end.
const END_SHARE: usize = 10;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    inquiry
        .cases()
        .flat_map(|record| [stages(record), checkpoints(record), causes(record)])
        .flatten()
        .collect()
}

/// The beginning and the end of a case that has several steps.
struct Ends<'record> {
    record: &'record RunRecord,
    first: &'record [GrowthPoint],
    last: &'record [GrowthPoint],
}

impl<'record> Ends<'record> {
    fn of(record: &'record RunRecord) -> Option<Self> {
        let steps = record.growth.as_deref().filter(|steps| steps.len() > 1)?;
        let count = steps.len().div_ceil(END_SHARE);
        Some(Self { record, first: &steps[..count], last: &steps[steps.len() - count..] })
    }

    /// `8.2 MB to 120 MB`.
    fn sizes(&self) -> Option<String> {
        let [first, last] = [self.first.first()?, self.last.last()?]
            .map(|point| quantity::bytes(point.database_bytes));
        Some(format!("{first} to {last}"))
    }

    /// A time at both ends, each that of the step in the middle: `1.0 ms to 4.1 ms`.
    fn medians(&self, of: impl Fn(&GrowthPoint) -> Option<u64>) -> Option<String> {
        self.both(|steps| {
            let mut times: Vec<u64> = steps.iter().filter_map(&of).collect();
            times.sort_unstable();
            times.get(times.len() / 2).copied()
        })
    }

    /// The longest time at both ends.
    fn longest(&self, of: impl Fn(&GrowthPoint) -> Option<u64>) -> Option<String> {
        self.both(|steps| steps.iter().filter_map(&of).max())
    }

    fn both(&self, of: impl Fn(&[GrowthPoint]) -> Option<u64>) -> Option<String> {
        let [first, last] =
            [of(self.first)?, of(self.last)?].map(|ns| quantity::duration_ns(ns as f64));
        Some(format!("{first} to {last}"))
    }
}

fn stages(record: &RunRecord) -> Option<Finding> {
    let ends = Ends::of(record)?;
    let rate = |steps: &[GrowthPoint]| {
        let rates = steps.iter().map(|point| point.operations_per_second).sum::<f64>();
        quantity::rate(rates / steps.len() as f64)
    };
    let sentence = format!(
        "while the database grew from {}: inserting a packet from {} (median), committing it from {}, the longest \
         ack from {}, the rate from {} to {}",
        ends.sizes()?,
        ends.medians(|point| point.insert_ns_p50)?,
        ends.medians(|point| point.commit_ns_p50)?,
        ends.longest(|point| point.ack_ns_max)?,
        rate(ends.first),
        rate(ends.last)
    );
    Some(finding(&sentence, [ends.record]))
}

fn checkpoints(record: &RunRecord) -> Option<Finding> {
    let ends = Ends::of(record)?;
    let sentence = format!(
        "while the database grew from {}: a checkpoint from {} (median), the longest from {}",
        ends.sizes()?,
        ends.medians(|point| point.checkpoint_ns_p50.or(point.checkpoint_ns_max))?,
        ends.longest(|point| point.checkpoint_ns_max)?
    );
    Some(finding(&sentence, [ends.record]))
}

fn causes(record: &RunRecord) -> Option<Finding> {
    let acks = record.attribution.as_ref()?.acks;
    let sentence = format!(
        "of {} acks, what the slowest hundredth waited for: {}",
        quantity::count(acks),
        causes_of(record)?
    );
    Some(finding(&sentence, [record]))
}
