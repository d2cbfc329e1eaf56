//! From cases' records to their times, block by block.

use std::collections::BTreeMap;

use measure::record::{
    BlocksRecord, CaseId, Class, ContrastRecord, Metric, PieceRecord, ReplicateRecord, RunRecord,
};
use measure::stats::{BlockTime, NominalTime, Piece, median};

use super::yardsticks::CommonYardsticks;
use crate::evidence::Evidence;
use crate::judgement::{Contrast, Member, WhyNotJudged};

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
        let ContrastRecord { key, class } = declared;
        let case = self.blocks(&key.case)?;
        let took_turns = case.baseline.as_ref() == Some(&key.baseline.0);
        if is_fitted(key.metric) && (took_turns || *class == Class::Turns) {
            // The baseline was measured within the case's own blocks, whether it also has a record of its own or not.
            let time = self.in_turns(&key.case, &key.baseline)?;
            return Contrast::new(key.clone(), *class, &time, &ones(&time));
        }
        // Each process draws its own: blocks of one number are the same block only within one.
        if self.blocks(&key.baseline)?.seed != case.seed {
            return Err(measured_apart());
        }
        let [case, baseline] =
            [&key.case, &key.baseline].map(|case| self.member(case, key.metric, None));
        let (case, baseline) = (case?, baseline?);
        let contrast = Contrast::new(key.clone(), *class, &case.time, &baseline.time)?;
        Ok(contrast.with_sync_shares(case.sync_share, baseline.sync_share))
    }

    /// A case with its time beside that of the baseline with which it took turns, or alone.
    pub(super) fn member(
        self,
        case: &CaseId,
        metric: Metric,
        turns: Option<&CaseId>,
    ) -> Result<Member, WhyNotJudged> {
        let time = match turns.filter(|_| is_fitted(metric)) {
            None => self.alone(case, metric)?,
            // Beside itself it takes once as long, whatever the noise of its own turns says.
            Some(baseline) if case == baseline => in_blocks(self.blocks(case)?, |_| Some(1.0)),
            Some(baseline) => self.in_turns(case, baseline)?,
        };
        let sync_share = if turns.is_some() { 0.0 } else { sync_share(self.record(case)?) };
        Ok(Member { case: case.clone(), time, sync_share })
    }

    /// A case's time, not in turns.
    pub(super) fn alone(self, case: &CaseId, metric: Metric) -> Result<NominalTime, WhyNotJudged> {
        let (record, blocks) = (self.record(case)?, self.blocks(case)?);
        let of_block = |replicate: &ReplicateRecord| match metric {
            Metric::DrainedTime => drained_ns(replicate, blocks),
            Metric::LongestAck => Some(replicate.longest_ack_ns? as f64),
            metric => replicate.figures.get(&metric).copied(),
        };
        match metric {
            Metric::AckedTime | Metric::ReadTime => self.fitted(case, record),
            Metric::AckedTimePerRecord => {
                let records = record.case.records_per_packet.max(1) as f64;
                let mut time = self.fitted(case, record)?;
                time.blocks.iter_mut().for_each(|block| block.time_ns /= records);
                Ok(time)
            }
            _ if blocks.replicates.iter().all(|it| of_block(it).is_some()) => {
                Ok(in_blocks(blocks, of_block))
            }
            metric => {
                let why = format!("the blocks of {case} do not hold {}", in_words(metric));
                Err(WhyNotJudged(why))
            }
        }
    }

    /// A case's time in that of the baseline, which should have taken turns with it.
    fn in_turns(self, case: &CaseId, baseline: &CaseId) -> Result<NominalTime, WhyNotJudged> {
        let blocks = self.blocks(case)?;
        if blocks.baseline.as_ref() != Some(&baseline.0) {
            let got = blocks.baseline.as_deref().unwrap_or("no case");
            let why = format!("expected {case} to take turns with {baseline}, got {got}");
            return Err(WhyNotJudged(why));
        }
        Ok(in_blocks(blocks, |replicate| Some(log_ratio(&replicate.pieces)?.exp())))
    }

    /// How a case was measured.
    pub(super) fn blocks(self, case: &CaseId) -> Result<&'run BlocksRecord, WhyNotJudged> {
        let blocks = self.record(case)?.blocks.as_ref();
        blocks.ok_or_else(|| WhyNotJudged(format!("{case} was not measured in blocks")))
    }

    /// What is stored of a case.
    pub(super) fn record(self, case: &CaseId) -> Result<&'run RunRecord, WhyNotJudged> {
        let record = self.evidence.case(&case.0);
        record.ok_or_else(|| WhyNotJudged(format!("{case} was not measured")))
    }

    fn fitted(self, case: &CaseId, record: &RunRecord) -> Result<NominalTime, WhyNotJudged> {
        let cost = record.cost.as_ref().ok_or_else(|| {
            WhyNotJudged(format!(
                "expected pieces of {case} that tell its cost in floors and CPU references, got too few or too equal ones"
            ))
        })?;
        let Some(at) = self.at else { return Ok(cost.time.clone()) };
        let pieces = pieces(self.blocks(case)?);
        let nominal = at.of(cost).ok_or_else(|| {
            WhyNotJudged(format!(
                "{case} was measured beside a floor of another payload than in the other run"
            ))
        })?;
        NominalTime::of(&cost.fit, &pieces, &nominal)
            .map_err(|error| WhyNotJudged(error.to_string()))
    }
}

/// That two cases were measured by different processes, whose blocks are not the same ones.
pub(super) fn measured_apart() -> WhyNotJudged {
    let why = "the two were measured by different processes, which share no block";
    WhyNotJudged(why.to_owned())
}

/// The share of a case's time that its counted syncs take, each as long as a floor; 0 to 1.
pub(crate) fn sync_share(record: &RunRecord) -> f64 {
    let share = || {
        let syncs = record.sync_audit.as_ref()?.syncs_per_commit;
        let cost = record.cost.as_ref()?;
        let commit_ns = cost.time.geometric_mean_ns();
        cost.floor_payload_bytes
            .map(|_| (syncs * cost.nominal.floor_ns / commit_ns).clamp(0.0, 1.0))
    };
    share().unwrap_or(0.0)
}

/// Whether a time is told at the nominal yardsticks, or in turns.
fn is_fitted(metric: Metric) -> bool {
    matches!(metric, Metric::AckedTime | Metric::AckedTimePerRecord | Metric::ReadTime)
}

fn in_words(metric: Metric) -> &'static str {
    match metric {
        Metric::AckedTime => "the time of a packet",
        Metric::AckedTimePerRecord => "the time of a record",
        Metric::DrainedTime => "the time of a packet with what the path owes",
        Metric::ReadTime => "the time of a read",
        Metric::LongestAck => "their longest ack",
        Metric::CpuTime => "the processor's time",
        Metric::MessageTime => "the time of a message",
        Metric::StoreToDeleteTime => "the time until a message's deletion",
        Metric::HandInTime => "the time of handing in",
        Metric::DeliveryWait => "the wait for the sink",
        Metric::WaitingMessages => "messages that wait",
        Metric::ChannelDepth => "messages in channels",
        Metric::DatabaseBytes => "the database's size",
    }
}

/// What each block holds of something, as it was measured; blocks without it are left out.
fn in_blocks(blocks: &BlocksRecord, of: impl Fn(&ReplicateRecord) -> Option<f64>) -> NominalTime {
    let time = |replicate: &ReplicateRecord| {
        Some(BlockTime { block: replicate.block, time_ns: of(replicate)? })
    };
    NominalTime::unfitted(blocks.replicates.iter().filter_map(time).collect())
}

/// What takes once as long as itself in each of these blocks.
fn ones(time: &NominalTime) -> NominalTime {
    let one = |block: &BlockTime| BlockTime { time_ns: 1.0, ..*block };
    NominalTime::unfitted(time.blocks.iter().map(one).collect())
}

/// A packet's time in a block with its share of what the path owes: totals, in which a stall counts as long as it was.
fn drained_ns(replicate: &ReplicateRecord, blocks: &BlocksRecord) -> Option<f64> {
    let units = blocks.units_per_piece * replicate.pieces.len() as u64;
    let elapsed_ns: u64 = replicate.pieces.iter().map(|piece| piece.elapsed_ns).sum();
    let owed_ns = replicate.owed_ns_per_operation * replicate.operations as f64;
    (units > 0).then(|| (elapsed_ns as f64 + owed_ns) / units as f64)
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
    let between = |readings: &[f64], number: usize| {
        Some(f64::midpoint(*readings.get(number)?, *readings.get(number + 1)?))
    };
    let mut pieces = Vec::new();
    for replicate in &blocks.replicates {
        for (number, piece) in replicate.pieces.iter().enumerate() {
            let floor_ns = match &replicate.floor_ns {
                Some(readings) => between(readings, number),
                None => Some(NO_FLOOR_NS),
            };
            let reference_ns = between(&replicate.reference_ns, number);
            let Some((floor_ns, reference_ns)) = floor_ns.zip(reference_ns) else { continue };
            let time_ns = piece.elapsed_ns as f64 / blocks.units_per_piece.max(1) as f64;
            pieces.push(Piece { block: replicate.block, time_ns, floor_ns, reference_ns });
        }
    }
    pieces
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
