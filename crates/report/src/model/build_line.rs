//! `SQLite` builds beside the one that took turns with them: by time, and by counted instructions.

use measure::pairs::RatioEstimate;
use measure::record::{InstructionCounts, RunRecord};

use crate::compare::{Compared, Outcome};
use crate::evidence::Evidence;
use crate::resolution::QuestionResolution;

/// One build at one work, beside the reference build at the same.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildLine {
    /// The case's id.
    pub case: String,
    /// The build's name.
    pub build: String,
    /// What it does: [`Work::in_words`].
    pub work: String,
    /// The reference build's name.
    pub reference: String,
    /// How many times as many records per second it acks; `None` where that cannot be compared.
    pub factor: Option<RatioEstimate>,
    /// Whether the run can tell the two apart.
    pub is_resolved: bool,
    /// What was counted, where it was.
    pub instructions: Option<Instructions>,
}

/// Counted instructions of a build and of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instructions {
    /// For each record.
    pub per_record: f64,
    /// How many times as many the reference takes: what the factor of rates would be if every instruction took
    /// as long.
    pub factor: f64,
    /// Whether that factor lies where the measured one may.
    pub agrees: bool,
}

/// What a case does, whatever it does it with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    workload: String,
    table: String,
    task: String,
    place: String,
}

impl Work {
    /// The work of a case.
    #[must_use]
    pub fn of(record: &RunRecord) -> Self {
        let axis = |name: &str| {
            let axis = record.case.axes.iter().find(|axis| axis.axis == name);
            axis.map_or_else(String::new, |axis| axis.value.clone())
        };
        Self {
            workload: axis("workload"),
            table: axis("table"),
            task: axis("task"),
            place: axis("place"),
        }
    }

    /// Whether both are the same but for the place.
    #[must_use]
    pub fn is_same_elsewhere(&self, other: &Self) -> bool {
        let what = |work: &Self| (work.workload.clone(), work.table.clone(), work.task.clone());
        what(self) == what(other) && self.place != other.place
    }

    /// `votes into indexed`, `point reads of indexed`, `checkpoints of indexed`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { workload, table, task, .. } = self;
        match (task.as_str(), workload.as_str()) {
            ("write", "churn") => format!("events into {table} and out again by key"),
            ("write", workload) => format!("{workload} into {table}"),
            (task, _) => format!("{}s of {table}", task.replace('-', " ")),
        }
    }

    fn instructions(&self, counts: &InstructionCounts, build: &str) -> Option<f64> {
        let is_it = |count: &&measure::record::InstructionCount| {
            count.build == build
                && count.workload == self.workload
                && count.table == self.table
                && count.task == self.task
        };
        let count = counts.counts.iter().find(is_it)?;
        (count.instructions_per_record > 0.0).then_some(count.instructions_per_record)
    }
}

impl BuildLine {
    /// A line for each case that took turns with another build, in the question's order.
    #[must_use]
    pub fn all(evidence: &Evidence) -> Vec<Self> {
        let first_halves = evidence.records.iter().filter(|case| case.case.repeats_case.is_none());
        first_halves.filter_map(|case| Self::of(evidence, case)).collect()
    }

    fn of(evidence: &Evidence, case: &RunRecord) -> Option<Self> {
        let reference = evidence.case(&case.pairs.as_ref()?.reference)?;
        let build = |record: &RunRecord| record.sqlite.as_ref().map(|sqlite| sqlite.build.clone());
        let (build, reference_build) = (build(case)?, build(reference)?);
        if build == reference_build {
            return None;
        }
        let work = Work::of(case);
        let resolution = QuestionResolution::among(evidence, |other| Work::of(other) == work);
        let compared = resolution.judge(case, reference);
        let instructions =
            evidence.instructions.as_ref().filter(|_| work.place != ON_DISK).and_then(|counts| {
                let own = work.instructions(counts, &build)?;
                let factor = work.instructions(counts, &reference_build)? / own;
                let agrees = agrees(factor, &compared, &resolution);
                Some(Instructions { per_record: own, factor, agrees })
            });
        Some(Self {
            case: case.case.id.clone(),
            build,
            work: if work.place == ON_DISK {
                format!("{}, on the disk", work.in_words())
            } else {
                work.in_words()
            },
            reference: reference_build,
            factor: compared.as_ref().ok().map(|comparison| comparison.factor),
            is_resolved: compared.is_ok_and(|comparison| {
                matches!(comparison.outcome, Outcome::More | Outcome::Fewer)
            }),
            instructions,
        })
    }
}

/// The axis `place` of cases whose time is not the processor's alone.
const ON_DISK: &str = "scratch directory";

/// Whether a factor by instructions lies within the interval of the measured one, widened by what the run cannot
/// resolve.
fn agrees(factor: f64, compared: &Compared<'_>, resolution: &QuestionResolution) -> bool {
    let Ok(comparison) = compared else { return true };
    let unresolved =
        resolution.on(comparison.basis).map_or(1.0, |known| 1.0 + known.relative_difference_min);
    (comparison.factor.low / unresolved..=comparison.factor.high * unresolved).contains(&factor)
}
