//! Whether counted instructions bear out a small difference between two builds.

use measure::record::{ContrastKind, InstructionCount, InstructionCounts, RunRecord};

use crate::evidence::Evidence;
use crate::judgement::{Class, Finding, Verdict, WhyUndecided};

/// Where the compiler puts a function can be worth as much as this factor, whatever the flags say.
const PLACEMENT_MAX: f64 = 1.03;

/// The axis `place` of cases whose time is not the processor's alone.
const ON_DISK: &str = "disk";

/// What a case does, whatever it does it with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    workload: String,
    table: String,
    task: String,
    place: String,
}

/// Counted instructions of a build beside another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// For each record.
    pub per_record: f64,
    /// How many times as many as the other one takes: what the factor of times would be if every instruction took as long.
    pub factor: f64,
}

impl Counted {
    /// Whether the factor lies within the interval of the measured one, widened by the smallest effect of interest.
    #[must_use]
    pub fn agrees(&self, finding: &Finding) -> bool {
        let (interval, effect) = (finding.interval_95, finding.class.smallest_effect());
        (interval.low / effect..=interval.high * effect).contains(&self.factor)
    }
}

impl Work {
    /// The work of a case.
    #[must_use]
    pub fn of(record: &RunRecord) -> Self {
        let axis = |name: &str| record.axis(name).unwrap_or_default().to_owned();
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

    /// Whether it waits for the disk.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.place == ON_DISK
    }

    fn instructions(&self, counts: &InstructionCounts, build: &str) -> Option<f64> {
        let is_it = |count: &&InstructionCount| {
            count.build == build
                && count.workload == self.workload
                && count.table == self.table
                && count.task == self.task
        };
        let count = counts.counts.iter().find(is_it)?;
        (count.instructions_per_record > 0.0).then_some(count.instructions_per_record)
    }
}

/// What was counted of a case and its baseline at the same work; `None` where it waits for the disk.
pub(crate) fn counted(
    evidence: &Evidence,
    case: &RunRecord,
    baseline: &RunRecord,
) -> Option<Counted> {
    let counts = evidence.instructions.as_ref()?;
    let work = Work::of(case);
    if work.is_on_disk() {
        return None;
    }
    let per_record = work.instructions(counts, case.build()?)?;
    let factor = per_record / work.instructions(counts, baseline.build()?)?;
    Some(Counted { per_record, factor })
}

/// The finding, undecided where it would call a difference what counted instructions do not bear out.
pub(super) fn confirmed(evidence: &Evidence, finding: Finding) -> Finding {
    match (finding.verdict, doubt(evidence, &finding)) {
        (Verdict::Differs { .. }, Some(because)) => finding.undecided(because),
        _ => finding,
    }
}

/// Why a difference is not known to be the flags': two builds in turns differ by less than the placement of code can make,
/// and counted instructions do not differ in the same direction. A null pair is of one build, and checks the judgement
/// itself.
pub(super) fn doubt(evidence: &Evidence, finding: &Finding) -> Option<WhyUndecided> {
    let is_large = finding.log_factor().abs() >= PLACEMENT_MAX.ln();
    if finding.class != Class::Turns || finding.key.kind == ContrastKind::NullPair || is_large {
        return None;
    }
    let (case, baseline) =
        (evidence.case(&finding.key.case.0), evidence.case(&finding.key.baseline.0));
    let Some((case, baseline)) = case.zip(baseline) else {
        return Some(WhyUndecided::NoInstructionCounts);
    };
    if case.build() == baseline.build() {
        return None;
    }
    match counted(evidence, case, baseline) {
        None => Some(WhyUndecided::NoInstructionCounts),
        Some(counted) => {
            let agrees = (counted.factor > 1.0 && finding.factor > 1.0)
                || (counted.factor < 1.0 && finding.factor < 1.0);
            (!agrees).then_some(WhyUndecided::InstructionCountsDisagree)
        }
    }
}
