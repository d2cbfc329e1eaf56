//! One case in the runs of both sides.

use std::collections::BTreeMap;

use measure::record::{CaseId, ReplicateRecord, RunRecord};
use measure::stats::{Coefficient, NominalTime, StudentT};

use super::difference::{RUNS_MIN, Samples};
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
    pub(super) cost: Option<Cost>,
}

/// What it takes of each yardstick, and how long that is at the common ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    pub(super) floors: Part,
    pub(super) references: Part,
}

/// A yardstick's part in a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) coefficient: f64,
    /// The yardstick itself, in ns.
    yardstick_ns: f64,
    /// The variance of the coefficient, by its interval.
    variance: f64,
}

/// A case in both sides.
#[derive(Clone, Debug)]
pub(super) struct CaseRuns {
    pub(super) question: String,
    pub(super) case: String,
    pub(super) base: Vec<OneRun>,
    pub(super) new: Vec<OneRun>,
}

/// The runs of one side that hold a case.
#[derive(Clone, Debug, Default)]
struct Holders<'all> {
    runs: Vec<&'all Evidence>,
    /// Whether a question of that side lists it.
    is_listed: bool,
}

/// Every case that at least [`RUNS_MIN`] runs of either side hold, and why the others do not count.
pub(super) fn all(sides: [&[Vec<Evidence>]; 2]) -> (Vec<CaseRuns>, Vec<LeftOut>) {
    let mut holders: BTreeMap<(&str, &str), [Holders<'_>; 2]> = BTreeMap::new();
    let mut questions: BTreeMap<&str, Vec<&Evidence>> = BTreeMap::new();
    for (side, runs) in sides.into_iter().enumerate() {
        for evidence in runs.iter().flatten() {
            questions.entry(&evidence.name).or_default().push(evidence);
            for record in &evidence.records {
                let key = (evidence.name.as_str(), record.case.id.as_str());
                holders.entry(key).or_default()[side].runs.push(evidence);
            }
        }
    }
    for ((question, case), of_sides) in &mut holders {
        for evidence in &questions[question] {
            let listed = evidence.question.iter().flat_map(|question| &question.cases);
            let side =
                usize::from(sides[1].iter().flatten().any(|new| std::ptr::eq(new, *evidence)));
            of_sides[side].is_listed |= listed.into_iter().any(|id| id == case);
        }
    }
    let yardsticks: BTreeMap<&str, CommonYardsticks> =
        questions.iter().map(|(name, runs)| (*name, CommonYardsticks::of_runs(runs))).collect();
    let (mut cases, mut left_out) = (Vec::new(), Vec::new());
    for ((question, case), [base, new]) in holders {
        match CaseRuns::of(question, case, [&base.runs, &new.runs], &yardsticks[question]) {
            Ok(runs) => cases.push(runs),
            Err(why) => {
                let is_known = |side: &Holders<'_>| side.is_listed || !side.runs.is_empty();
                let is_gap = is_known(&base) && is_known(&new);
                left_out.push(LeftOut { case: format!("{question}/{case}"), why, is_gap });
            }
        }
    }
    (cases, left_out)
}

impl CaseRuns {
    fn of(
        question: &str,
        case: &str,
        [base, new]: [&[&Evidence]; 2],
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
        let with_cost = base.iter().chain(&new).filter(|run| run.cost.is_some()).count();
        if ![0, base.len() + new.len()].contains(&with_cost) {
            return Err(format!(
                "expected its cost in floors and CPU references in all runs, got it in {with_cost}"
            ));
        }
        Ok(Self { question: question.to_owned(), case: case.to_owned(), base, new })
    }

    /// A yardstick's part in a run's time, in units of the first run's time, and the variance of that.
    pub(super) fn share(&self, run: &OneRun, part: fn(&Cost) -> Part) -> (f64, f64) {
        let Some(Part { coefficient, yardstick_ns, variance }) = run.cost.as_ref().map(part) else {
            return (0.0, 0.0);
        };
        let share = yardstick_ns / self.base[0].acked_ns;
        (coefficient * share, variance * share * share)
    }

    /// The mean over runs of what a run is expected to vary by, for something of its own that is taken from each run.
    pub(super) fn samples(
        &self,
        value: impl Fn(&OneRun) -> f64,
        variance: impl Fn(&OneRun) -> f64,
    ) -> Samples {
        let of = |runs: &[OneRun]| runs.iter().map(&value).collect();
        let all = self.base.iter().chain(&self.new);
        let runs = (self.base.len() + self.new.len()) as f64;
        Samples {
            base: of(&self.base),
            new: of(&self.new),
            // A yardstick that no fit has takes part with 0, which varies by nothing.
            expected_variance: (all.map(variance).sum::<f64>() / runs)
                .max(f64::MIN_POSITIVE.sqrt()),
        }
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
            cost: Some(Cost {
                floors: part(cost.fit.floors, nominal.floor_ns),
                references: part(cost.fit.references, nominal.reference_ns),
            }),
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
            cost: None,
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
