//! One case in the runs of both sides.

use std::collections::{BTreeMap, BTreeSet};

use measure::record::{CaseId, ReplicateRecord, RunRecord};
use measure::stats::{Coefficient, NominalTime, StudentT};

use super::difference::{RUNS_MIN, Samples, mean};
use crate::evidence::Evidence;
use crate::judged::{self, CommonYardsticks};
use crate::judgement::between_runs_of_syncs;

/// A case that could not be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The question and the case's id: `log_vs_sqlite/wal-full/400`.
    pub case: String,
    /// Why, in words.
    pub why: String,
    /// Whether it is a gap: not where one side does not know the case at all.
    pub is_gap: bool,
}

/// What one run tells of a case.
#[derive(Clone, Debug)]
pub(super) struct OneRun {
    /// The time of a packet, query or checkpoint at the yardsticks that all runs share, in ns; of a case without cost the
    /// time of a record as it was measured.
    pub(super) acked_ns: f64,
    /// The same with what the path owes over it.
    pub(super) owed_ratio: f64,
    pub(super) records_per_unit: f64,
    /// The variance of the logarithm of the time.
    pub(super) expected_variance: f64,
    /// What it takes of each yardstick, floors first, where that was measured.
    pub(super) parts: Option<[Part; 2]>,
}

/// What it takes of a yardstick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) coefficient: f64,
    /// The yardstick itself, in ns.
    yardstick_ns: f64,
    /// The variance of the coefficient, by its interval.
    variance: f64,
}

/// The place of a part in [`OneRun::parts`].
pub(super) const FLOORS: usize = 0;
pub(super) const REFERENCES: usize = 1;

/// A case in both sides.
#[derive(Clone, Debug)]
pub(super) struct CaseRuns {
    pub(super) question: String,
    pub(super) case: String,
    pub(super) base: Vec<OneRun>,
    pub(super) new: Vec<OneRun>,
}

/// Every case that at least [`RUNS_MIN`] runs of either side hold, and why the others do not count.
pub(super) fn all(sides: [&[Vec<Evidence>]; 2]) -> (Vec<CaseRuns>, Vec<LeftOut>) {
    let mut questions: BTreeMap<&str, [Vec<&Evidence>; 2]> = BTreeMap::new();
    for (side, runs) in sides.into_iter().enumerate() {
        for evidence in runs.iter().flatten() {
            questions.entry(&evidence.name).or_default()[side].push(evidence);
        }
    }
    let (mut cases, mut left_out) = (Vec::new(), Vec::new());
    for (question, sides) in questions {
        let at = CommonYardsticks::of_runs(&sides.concat());
        let records = sides.iter().flatten().flat_map(|run| &run.records);
        let ids: BTreeSet<&str> = records.map(|record| record.case.id.as_str()).collect();
        for case in ids {
            let mut measured = sides.clone();
            measured.iter_mut().for_each(|runs| runs.retain(|run| run.case(case).is_some()));
            match CaseRuns::of(question, case, &measured, &at) {
                Ok(runs) => cases.push(runs),
                Err(why) => {
                    let is_gap = sides.iter().all(|runs| runs.iter().any(|run| knows(run, case)));
                    left_out.push(LeftOut { case: format!("{question}/{case}"), why, is_gap });
                }
            }
        }
    }
    (cases, left_out)
}

/// Whether a run measured a case, or its question lists it.
fn knows(run: &Evidence, case: &str) -> bool {
    let mut listed = run.question.iter().flat_map(|question| &question.cases);
    run.case(case).is_some() || listed.any(|id| id == case)
}

impl CaseRuns {
    fn of(
        question: &str,
        case: &str,
        [base, new]: &[Vec<&Evidence>; 2],
        at: &CommonYardsticks,
    ) -> Result<Self, String> {
        if base.len() < RUNS_MIN || new.len() < RUNS_MIN {
            return Err(format!(
                "expected it in at least {RUNS_MIN} runs a side, got it in {} of the base and {} of the new",
                base.len(),
                new.len()
            ));
        }
        let one_side = |runs: &[&Evidence]| -> Result<Vec<OneRun>, String> {
            runs.iter().map(|run| OneRun::of(run, case, at)).collect()
        };
        let (base, new) = (one_side(base)?, one_side(new)?);
        let with_cost = base.iter().chain(&new).filter(|run| run.parts.is_some()).count();
        if ![0, base.len() + new.len()].contains(&with_cost) {
            return Err(format!(
                "expected its cost in floors and CPU references in all runs, got it in {with_cost}"
            ));
        }
        Ok(Self { question: question.to_owned(), case: case.to_owned(), base, new })
    }

    /// A yardstick's part in a run's time, in units of the first run's time, and the variance of that.
    pub(super) fn share(&self, run: &OneRun, part: usize) -> (f64, f64) {
        let Some(parts) = &run.parts else { return (0.0, 0.0) };
        let Part { coefficient, yardstick_ns, variance } = parts[part];
        let share = yardstick_ns / self.base[0].acked_ns;
        (coefficient * share, variance * share * share)
    }

    /// Something that is taken from each run, with the variance that it is expected to have.
    pub(super) fn samples(&self, of: impl Fn(&OneRun) -> (f64, f64)) -> Samples {
        let both = |runs: &[OneRun]| -> (Vec<f64>, Vec<f64>) { runs.iter().map(&of).unzip() };
        let ((base, of_base), (new, of_new)) = (both(&self.base), both(&self.new));
        // A yardstick that no fit has takes part with 0, which varies by nothing.
        let expected_variance = mean(&[of_base, of_new].concat()).max(f64::MIN_POSITIVE.sqrt());
        Samples { base, new, expected_variance }
    }
}

impl OneRun {
    fn of(evidence: &Evidence, case: &str, at: &CommonYardsticks) -> Result<Self, String> {
        let record = evidence.case(case).ok_or("it was not measured")?;
        let Some(cost) = &record.cost else { return Ok(Self::as_measured(record)) };
        let time =
            judged::time_at(evidence, &CaseId::from(case), at).map_err(|why| why.to_string())?;
        let nominal = at.of(cost).ok_or("its yardsticks are not among those of all runs")?;
        let between_runs = between_runs_of_syncs(judged::sync_share(record));
        let part = |coefficient: Coefficient, yardstick_ns| {
            Part::of(coefficient, yardstick_ns, cost.fit.blocks)
        };
        let expected_variance = time.log_variance() + between_runs.powi(2);
        if !expected_variance.is_finite() {
            return Err("its blocks are too few to tell how far they differ".to_owned());
        }
        Ok(Self {
            acked_ns: time.geometric_mean_ns(),
            owed_ratio: owed_ratio(record, &time),
            records_per_unit: records_per_unit(record),
            expected_variance,
            parts: Some([
                part(cost.fit.floors, nominal.floor_ns),
                part(cost.fit.references, nominal.reference_ns),
            ]),
        })
    }

    /// Rates alone: nothing tells how noisy they are within a run, so they count as syncs that vary between runs.
    fn as_measured(record: &RunRecord) -> Self {
        let (acked, drained) =
            (record.records_per_second.median, record.drained_records_per_second.median);
        Self {
            acked_ns: 1e9 / acked,
            owed_ratio: (acked / drained).max(1.0),
            records_per_unit: 1.0,
            expected_variance: between_runs_of_syncs(1.0).powi(2),
            parts: None,
        }
    }
}

impl Part {
    fn of(coefficient: Coefficient, yardstick_ns: f64, blocks: usize) -> Self {
        let reach = coefficient.interval.high - coefficient.estimate;
        let student = StudentT::new(blocks.saturating_sub(1) as f64);
        let deviation = student.map_or(reach, |student| reach / student.two_sided(0.95));
        Self { coefficient: coefficient.estimate, yardstick_ns, variance: deviation.powi(2) }
    }
}

/// What the path owes for a packet beside the packet, over the packet: the geometric mean over blocks, so that the
/// yardsticks' part in it cancels.
fn owed_ratio(record: &RunRecord, time: &NominalTime) -> f64 {
    let Some(blocks) = &record.blocks else { return 1.0 };
    let ratio = |replicate: &ReplicateRecord| {
        let elapsed_ns: u64 = replicate.pieces.iter().map(|piece| piece.elapsed_ns).sum();
        let owed_ns = replicate.owed_ns_per_operation * replicate.operations as f64;
        1.0 + owed_ns / elapsed_ns as f64
    };
    let sum: f64 = blocks.replicates.iter().map(|replicate| ratio(replicate).ln()).sum();
    (sum / time.blocks.len() as f64).exp()
}

/// Records of a packet, query or checkpoint, as they were counted.
fn records_per_unit(record: &RunRecord) -> f64 {
    let of_replicate = |replicate: &ReplicateRecord, units_per_piece: u64| {
        let units = units_per_piece * replicate.pieces.len() as u64;
        (units > 0).then(|| replicate.operations as f64 / units as f64)
    };
    let blocks = record.blocks.as_ref();
    let counted =
        blocks.and_then(|blocks| of_replicate(blocks.replicates.first()?, blocks.units_per_piece));
    counted.unwrap_or(record.case.records_per_packet as f64)
}
