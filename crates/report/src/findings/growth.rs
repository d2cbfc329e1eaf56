//! `growth`: what commits and checkpoints took in a small store, and in a large one, and what the slowest acks waited
//! for.

use measure::record::{GrowthPoint, RunRecord};

use super::Finding;
use super::causes::causes_of;
use super::inquiry::Inquiry;
use super::sentence::finding;
use crate::ends::{self, Ends};
use crate::quantity;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    inquiry
        .cases()
        .flat_map(|record| [stages(record), checkpoints(record), causes(record)])
        .flatten()
        .collect()
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
        sizes(&ends)?,
        times(ends.medians_ns(|point| point.insert_ns_p50)?),
        times(ends.medians_ns(|point| point.commit_ns_p50)?),
        times(ends.longest_ns(|point| point.ack_ns_max)?),
        rate(ends.first),
        rate(ends.last)
    );
    Some(finding(&sentence, [record]))
}

fn checkpoints(record: &RunRecord) -> Option<Finding> {
    let ends = Ends::of(record)?;
    let sentence = format!(
        "while the database grew from {}: a checkpoint from {} (median), the longest from {}",
        sizes(&ends)?,
        times(ends.medians_ns(ends::checkpoint_ns)?),
        times(ends.longest_ns(|point| point.checkpoint_ns_max)?)
    );
    Some(finding(&sentence, [record]))
}

/// `8.2 MB to 120 MB`.
fn sizes(ends: &Ends<'_>) -> Option<String> {
    let [first, last] = ends.database_bytes()?.map(quantity::bytes);
    Some(format!("{first} to {last}"))
}

/// `1.0 ms to 4.1 ms`.
fn times(ends_ns: [u64; 2]) -> String {
    let [first, last] = ends_ns.map(|ns| quantity::duration_ns(ns as f64));
    format!("{first} to {last}")
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
