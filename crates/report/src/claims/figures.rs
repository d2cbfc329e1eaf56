//! Figures of cases, from which a claim's figure is estimated; or what a case lacks, in words.

use measure::record::RunRecord;
use measure::spread::Spread;

use super::estimate::{Estimate, Origin, Samples};

/// Two figures have a spread.
const FIGURES_MIN: usize = 2;

/// Records over the time until the last ack, or rows over that of reading them.
pub(super) fn acked_rates(record: &RunRecord) -> Samples {
    rates(record, &record.records_per_second)
}

/// A rate of a case, one sample for each block where it was measured in blocks.
pub(super) fn rates(record: &RunRecord, rate: &Spread) -> Samples {
    let is_in_blocks = record.block_count() == Some(rate.samples.len());
    let origin = if is_in_blocks { Origin::Blocks } else { Origin::OneStore };
    Samples { values: rate.samples.clone(), origin, what: "rates above 0" }
}

/// The geometric mean of figures of a case that was chosen among so many by it.
pub(super) fn mean(
    record: &RunRecord,
    samples: &Samples,
    comparisons: usize,
) -> Result<Estimate, String> {
    Estimate::of(samples, comparisons).ok_or_else(|| too_few_samples(record, samples))
}

/// The ratio of two cases' figures, of which one was chosen among so many.
pub(super) fn ratio(
    [record, over]: [&RunRecord; 2],
    [above, below]: &[Samples; 2],
    comparisons: usize,
) -> Result<Estimate, String> {
    let estimate = Estimate::ratio(above, below, are_paired(record, over), comparisons);
    let is_above_less = above.values.len() <= below.values.len();
    let (fewer, samples) = if is_above_less { (record, above) } else { (over, below) };
    estimate.ok_or_else(|| too_few_samples(fewer, samples))
}

fn too_few_samples(record: &RunRecord, samples: &Samples) -> String {
    let got = samples.values.iter().filter(|value| **value > 0.0).count();
    too_few(record, samples.what, FIGURES_MIN, got)
}

/// Whether two cases were measured in the same blocks.
fn are_paired(record: &RunRecord, over: &RunRecord) -> bool {
    let blocks = |record: &RunRecord| {
        record.blocks.as_ref().map(|blocks| {
            let numbers = blocks.replicates.iter().map(|replicate| replicate.block);
            (blocks.seed, numbers.collect::<Vec<u32>>())
        })
    };
    blocks(record).is_some_and(|own| Some(own) == blocks(over))
}

/// There are too few of something.
pub(super) fn too_few(record: &RunRecord, what: &str, expected: usize, got: usize) -> String {
    format!("{}: expected at least {expected} {what}, got {got}", record.case.id)
}

/// A case's record lacks a figure.
pub(super) fn no_figure(record: &RunRecord, figure: &str) -> String {
    format!("{} has no {figure}", record.case.id)
}
