//! From two cases' records to their times, block by block.

use std::collections::BTreeMap;

use measure::record::{
    BlocksRecord, CaseId, Class, ContrastRecord, Metric, PieceRecord, ReplicateRecord, RunRecord,
};
use measure::stats::{BlockTime, NominalTime, Piece, median};

use super::{CommonYardsticks, WhyNotJudged};
use crate::evidence::Evidence;
use crate::judgement::Contrast;

/// Stands for the floor of a case that does not wait for the disk, as in its fit, which leaves it out.
const NO_FLOOR_NS: f64 = 1.0;

/// The two cases of a contrast, not judged yet.
pub(super) fn contrast(
    evidence: &Evidence,
    declared: &ContrastRecord,
    at: Option<&CommonYardsticks>,
) -> Result<Contrast, WhyNotJudged> {
    let key = &declared.key;
    let is_per_record = match key.metric {
        Metric::AckedTime | Metric::ReadTime => false,
        Metric::AckedTimePerRecord => true,
        metric @ (Metric::DrainedTime | Metric::LongestAck | Metric::CpuTime) => {
            return Err(WhyNotJudged::NoSuchMetric { metric });
        }
    };
    let case = record(evidence, &key.case)?;
    let blocks = blocks_of(case)?;
    let (case, baseline) = if blocks.baseline.as_deref() == Some(key.baseline.0.as_str()) {
        // It was measured within the case's own blocks, whether it also has a record of its own or not.
        in_turns(blocks)
    } else if declared.class == Class::Turns {
        let (case, expected) = (key.case.clone(), key.baseline.clone());
        return Err(WhyNotJudged::NoTurns { case, expected, got: blocks.baseline.clone() });
    } else {
        let baseline = record(evidence, &key.baseline)?;
        // Each process draws its own: blocks of one number are the same block only within one.
        if blocks_of(baseline)?.seed != blocks.seed {
            return Err(WhyNotJudged::MeasuredApart);
        }
        let time = |record: &RunRecord| -> Result<NominalTime, WhyNotJudged> {
            let of_packet = time_of(record, at)?;
            Ok::<_, WhyNotJudged>(if is_per_record {
                of_record(of_packet, record)
            } else {
                of_packet
            })
        };
        (time(case)?, time(baseline)?)
    };
    Ok(Contrast::new(key.clone(), declared.class, &case, &baseline)?)
}

fn record<'evidence>(
    evidence: &'evidence Evidence,
    id: &CaseId,
) -> Result<&'evidence RunRecord, WhyNotJudged> {
    evidence.case(&id.0).ok_or_else(|| WhyNotJudged::Missing { case: id.clone() })
}

fn blocks_of(record: &RunRecord) -> Result<&BlocksRecord, WhyNotJudged> {
    let case = || CaseId(record.case.id.clone());
    record.blocks.as_ref().ok_or_else(|| WhyNotJudged::NotInBlocks { case: case() })
}

/// A case's times in baselines, and the baseline's, which are 1.
fn in_turns(blocks: &BlocksRecord) -> (NominalTime, NominalTime) {
    let times: Vec<BlockTime> = blocks
        .replicates
        .iter()
        .filter_map(|replicate| {
            let time_ns = log_ratio(&replicate.pieces)?.exp();
            Some(BlockTime { block: replicate.block, time_ns })
        })
        .collect();
    let ones = times.iter().map(|time| BlockTime { time_ns: 1.0, ..*time }).collect();
    (NominalTime::unfitted(times), NominalTime::unfitted(ones))
}

/// The mean over openings of the median over each one's pieces: with every opening the two stores exchange their
/// directories, so what a directory gives to one of them it gives to the other in the next.
fn log_ratio(pieces: &[PieceRecord]) -> Option<f64> {
    let mut openings: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for piece in pieces {
        let Some(baseline_ns) = piece.baseline_ns else { continue };
        let ratio = (piece.elapsed_ns as f64 / baseline_ns as f64).ln();
        openings.entry(piece.opening).or_default().push(ratio);
    }
    let medians: Vec<f64> = openings.values().filter_map(|ratios| median(ratios)).collect();
    let sum: f64 = medians.iter().sum();
    (!medians.is_empty()).then(|| sum / medians.len() as f64)
}

fn time_of(record: &RunRecord, at: Option<&CommonYardsticks>) -> Result<NominalTime, WhyNotJudged> {
    let case = CaseId(record.case.id.clone());
    let cost = record.cost.as_ref().ok_or_else(|| WhyNotJudged::NoCost { case: case.clone() })?;
    let Some(at) = at else { return Ok(cost.time.clone()) };
    let nominal = at.of(cost).ok_or(WhyNotJudged::NoCommonYardstick { case })?;
    let pieces = pieces(blocks_of(record)?);
    NominalTime::of(&cost.fit, &pieces, &nominal)
        .map_err(|error| WhyNotJudged::Unusable(error.to_string()))
}

/// The time of each record of a packet that takes so long.
fn of_record(time: NominalTime, record: &RunRecord) -> NominalTime {
    let records = record.case.records_per_packet.max(1) as f64;
    let blocks = time.blocks.into_iter();
    let blocks = blocks.map(|block| BlockTime { time_ns: block.time_ns / records, ..block });
    NominalTime { blocks: blocks.collect(), ..time }
}

/// The pieces that a case's fit was made from, each between its two readings of the yardsticks.
fn pieces(blocks: &BlocksRecord) -> Vec<Piece> {
    let of_replicate = |replicate: &ReplicateRecord| -> Vec<Piece> {
        let between = |readings: &[f64], number: usize| {
            Some(f64::midpoint(*readings.get(number)?, *readings.get(number + 1)?))
        };
        let piece = |(number, piece): (usize, &PieceRecord)| {
            let floor_ns = match &replicate.floor_ns {
                Some(readings) => between(readings, number)?,
                None => NO_FLOOR_NS,
            };
            Some(Piece {
                block: replicate.block,
                time_ns: piece.elapsed_ns as f64 / blocks.units_per_piece.max(1) as f64,
                floor_ns,
                reference_ns: between(&replicate.reference_ns, number)?,
            })
        };
        replicate.pieces.iter().enumerate().filter_map(piece).collect()
    };
    blocks.replicates.iter().flat_map(of_replicate).collect()
}
