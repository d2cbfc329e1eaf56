//! `SQLite` builds beside the one that took turns with them: by time, and by counted instructions.

use measure::record::{InstructionCounts, RunRecord};

use super::Conclusion;
use crate::evidence::Evidence;
use crate::judged::JudgedRow;
use crate::judgement::{ContrastKind, Direction, Finding, Verdict};

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
    /// What the contrast of the two says; `None` where it could not be judged.
    pub finding: Option<Finding>,
    /// What was counted, where it was.
    pub instructions: Option<Instructions>,
    /// What a difference is due to; `None` where none is shown.
    pub cause: Option<Cause>,
}

/// What a difference between two builds is due to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is the flags': large enough, or counted instructions differ in the same direction.
    Flags,
    /// It may be due to where the compiler put the code.
    PerhapsPlacement,
}

/// Counted instructions of a build and of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instructions {
    /// For each record.
    pub per_record: f64,
    /// How many times as many it takes as the reference: what the factor of times would be if every instruction took
    /// as long.
    pub factor: f64,
    /// Whether that factor lies where the measured one may; `None` where time was not judged.
    pub agrees: Option<bool>,
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
    /// A line for each contrast with the build that the case took turns with, in the question's order.
    #[must_use]
    pub fn all(evidence: &Evidence, conclusion: &Conclusion) -> Vec<Self> {
        let rows = conclusion.judged().into_iter().flat_map(|judged| &judged.rows);
        rows.filter(|row| row.key().kind != ContrastKind::NullPair)
            .filter_map(|row| Self::of(evidence, row))
            .collect()
    }

    fn of(evidence: &Evidence, row: &JudgedRow) -> Option<Self> {
        let case = evidence.case(&row.key().case.0)?;
        let reference = evidence.case(&row.key().baseline.0)?;
        if case.blocks.as_ref()?.baseline.as_deref() != Some(reference.case.id.as_str()) {
            return None;
        }
        let build = |record: &RunRecord| record.sqlite.as_ref().map(|sqlite| sqlite.build.clone());
        let (build, reference_build) = (build(case)?, build(reference)?);
        let work = Work::of(case);
        let finding = row.finding();
        let instructions =
            evidence.instructions.as_ref().filter(|_| work.place != ON_DISK).and_then(|counts| {
                let own = work.instructions(counts, &build)?;
                let factor = own / work.instructions(counts, &reference_build)?;
                let agrees = finding.map(|finding| agrees(factor, finding));
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
            cause: finding.and_then(|finding| cause(finding, instructions)),
            finding: finding.cloned(),
            instructions,
        })
    }
}

/// The axis `place` of cases whose time is not the processor's alone.
const ON_DISK: &str = "disk";

/// Where the compiler puts a function can be worth as much as this factor, whatever the flags say.
const PLACEMENT_MAX: f64 = 1.03;

fn cause(finding: &Finding, instructions: Option<Instructions>) -> Option<Cause> {
    let Verdict::Differs { direction } = finding.verdict else { return None };
    let agrees = |counted: Instructions| match direction {
        Direction::Longer => counted.factor > 1.0,
        Direction::Shorter => counted.factor < 1.0,
    };
    let is_large = finding.log_factor().abs() >= PLACEMENT_MAX.ln();
    Some(if is_large || instructions.is_some_and(agrees) {
        Cause::Flags
    } else {
        Cause::PerhapsPlacement
    })
}

/// Whether a factor by instructions lies within the interval of the measured one, widened by the smallest effect of
/// interest.
fn agrees(factor: f64, finding: &Finding) -> bool {
    let (interval, effect) = (finding.interval_95, finding.class.smallest_effect());
    (interval.low / effect..=interval.high * effect).contains(&factor)
}
