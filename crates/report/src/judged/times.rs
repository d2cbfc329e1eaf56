//! From cases' records to their times, block by block.

use std::collections::BTreeMap;

use measure::record::{
    BlocksRecord, CaseId, Class, ContrastRecord, Metric, PieceRecord, ReplicateRecord, RunRecord,
};
use measure::stats::{BlockTime, NominalTime, Piece, median};

use super::sync_share::sync_share;
use super::why_not::WhyNotJudged;
use super::yardsticks::CommonYardsticks;
use crate::evidence::Evidence;
use crate::judgement::Contrast;

/// Stands for the floor of a case that does not wait for the disk, as in its fit, which leaves it out.
const NO_FLOOR_NS: f64 = 1.0;

/// What a run stored of a question's cases, and at which yardsticks their times are told.
#[derive(Clone, Copy)]
pub(super) struct Times<'run> {
    pub(super) evidence: &'run Evidence,
    /// None for the run's own.
    pub(super) at: Option<&'run CommonYardsticks>,
}

impl<'run> Times<'run> {
    /// The two cases of a contrast, not judged yet.
    pub(super) fn contrast(self, declared: &ContrastRecord) -> Result<Contrast, WhyNotJudged> {
        let key = &declared.key;
        let case = self.blocks(&key.case)?;
        let fitted = is_fitted(key.metric);
        let mut sync_shares = [0.0; 2];
        let (case, baseline) = if fitted
            && case.baseline.as_deref() == Some(key.baseline.0.as_str())
        {
            // It was measured within the case's own blocks, whether it also has a record of its own or not.
            in_turns(case)
        } else if fitted && declared.class == Class::Turns {
            let (id, expected) = (key.case.clone(), key.baseline.clone());
            return Err(WhyNotJudged::NoTurns { case: id, expected, got: case.baseline.clone() });
        } else {
            // Each process draws its own: blocks of one number are the same block only within one.
            if self.blocks(&key.baseline)?.seed != case.seed {
                return Err(WhyNotJudged::MeasuredApart);
            }
            sync_shares =
                [sync_share(self.record(&key.case)?), sync_share(self.record(&key.baseline)?)];
            (self.alone(&key.case, key.metric)?, self.alone(&key.baseline, key.metric)?)
        };
        let contrast = Contrast::new(key.clone(), declared.class, &case, &baseline)?;
        let [of_case, of_baseline] = sync_shares;
        Ok(contrast.with_sync_shares(of_case, of_baseline))
    }

    /// A case's time, not in turns.
    pub(super) fn alone(self, case: &CaseId, metric: Metric) -> Result<NominalTime, WhyNotJudged> {
        let record = self.record(case)?;
        let blocks = self.blocks(case)?;
        let of_blocks = |of: &dyn Fn(&ReplicateRecord) -> Option<f64>| {
            let time = |replicate: &ReplicateRecord| {
                Some(BlockTime { block: replicate.block, time_ns: of(replicate)? })
            };
            let times: Option<Vec<BlockTime>> = blocks.replicates.iter().map(time).collect();
            let why = || WhyNotJudged::NoSuchMetric { case: case.clone(), metric };
            times.map(NominalTime::unfitted).ok_or_else(why)
        };
        match metric {
            Metric::AckedTime | Metric::ReadTime => self.fitted(record),
            Metric::AckedTimePerRecord => Ok(of_record(self.fitted(record)?, record)),
            Metric::DrainedTime => of_blocks(&|replicate| drained_ns(replicate, blocks)),
            Metric::LongestAck => of_blocks(&|replicate| Some(replicate.longest_ack_ns? as f64)),
            Metric::CpuTime => Err(WhyNotJudged::NoSuchMetric { case: case.clone(), metric }),
            Metric::MessageTime
            | Metric::StoreToDeleteTime
            | Metric::HandInTime
            | Metric::DeliveryWait
            | Metric::WaitingMessages
            | Metric::ChannelDepth
            | Metric::DatabaseBytes => {
                of_blocks(&|replicate| replicate.figures.get(&metric).copied())
            }
        }
    }

    /// A case's time beside that of the baseline with which the cases of a set took turns, or alone.
    pub(super) fn member(
        self,
        case: &CaseId,
        metric: Metric,
        turns: Option<&CaseId>,
    ) -> Result<NominalTime, WhyNotJudged> {
        match (metric, turns) {
            (metric, Some(expected)) if is_fitted(metric) => {
                let blocks = self.blocks(case)?;
                if case == expected {
                    // Beside itself it takes once as long, whatever the noise of its own turns says.
                    let one = |replicate: &ReplicateRecord| BlockTime {
                        block: replicate.block,
                        time_ns: 1.0,
                    };
                    let ones = blocks.replicates.iter().map(one).collect();
                    return Ok(NominalTime::unfitted(ones));
                }
                if blocks.baseline.as_ref() == Some(&expected.0) {
                    return Ok(in_turns(blocks).0);
                }
                let (case, expected) = (case.clone(), expected.clone());
                Err(WhyNotJudged::NoTurns { case, expected, got: blocks.baseline.clone() })
            }
            _ => self.alone(case, metric),
        }
    }

    /// How a case was measured.
    pub(super) fn blocks(self, case: &CaseId) -> Result<&'run BlocksRecord, WhyNotJudged> {
        let record = self.record(case)?;
        record.blocks.as_ref().ok_or_else(|| WhyNotJudged::NotInBlocks { case: case.clone() })
    }

    /// What is stored of a case.
    pub(super) fn record(self, case: &CaseId) -> Result<&'run RunRecord, WhyNotJudged> {
        self.evidence.case(&case.0).ok_or_else(|| WhyNotJudged::Missing { case: case.clone() })
    }

    fn fitted(self, record: &RunRecord) -> Result<NominalTime, WhyNotJudged> {
        let case = CaseId(record.case.id.clone());
        let cost =
            record.cost.as_ref().ok_or_else(|| WhyNotJudged::NoCost { case: case.clone() })?;
        let Some(at) = self.at else { return Ok(cost.time.clone()) };
        let pieces = pieces(self.blocks(&case)?);
        let nominal = at.of(cost).ok_or(WhyNotJudged::NoCommonYardstick { case })?;
        NominalTime::of(&cost.fit, &pieces, &nominal)
            .map_err(|error| WhyNotJudged::Unusable(error.to_string()))
    }
}

/// Whether a time is told at the nominal yardsticks, or in turns.
fn is_fitted(metric: Metric) -> bool {
    matches!(metric, Metric::AckedTime | Metric::AckedTimePerRecord | Metric::ReadTime)
}

/// The time of each record of a packet that takes so long.
fn of_record(time: NominalTime, record: &RunRecord) -> NominalTime {
    let records = record.case.records_per_packet.max(1) as f64;
    let blocks = time.blocks.into_iter();
    let blocks = blocks.map(|block| BlockTime { time_ns: block.time_ns / records, ..block });
    NominalTime { blocks: blocks.collect(), ..time }
}

/// A packet's time in a block with its share of what the path owes: totals, in which a stall counts as long as it was.
fn drained_ns(replicate: &ReplicateRecord, blocks: &BlocksRecord) -> Option<f64> {
    let units = blocks.units_per_piece * replicate.pieces.len() as u64;
    let elapsed_ns: u64 = replicate.pieces.iter().map(|piece| piece.elapsed_ns).sum();
    let owed_ns = replicate.owed_ns_per_operation * replicate.operations as f64;
    (units > 0).then(|| (elapsed_ns as f64 + owed_ns) / units as f64)
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

/// The logarithm of a case's time over its baseline's in one block, in which the two took turns; none without pieces.
///
/// The mean over openings of the median over each one's pieces: with every opening the two stores exchange their
/// directories, so what a directory gives to one of them it gives to the other in the next.
#[must_use]
pub fn log_ratio(pieces: &[PieceRecord]) -> Option<f64> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(opening: u32, elapsed_ns: u64, baseline_ns: Option<u64>) -> PieceRecord {
        PieceRecord {
            elapsed_ns,
            commits: 2.0,
            ack_ns_p50: None,
            opening,
            baseline_ns,
            baseline_ack_ns_p50: None,
        }
    }

    #[test]
    fn each_opening_counts_alike() {
        // One directory makes its store twice as fast; the second opening has more pieces.
        let mut pieces = vec![piece(0, 200, Some(100))];
        pieces.extend([piece(1, 100, Some(200)); 3]);
        let ratio = log_ratio(&pieces).unwrap();
        assert!(ratio.abs() < 1e-12, "{ratio}");
        assert_eq!(log_ratio(&[]), None);
        assert_eq!(log_ratio(&[piece(0, 1, None)]), None);
    }
}
