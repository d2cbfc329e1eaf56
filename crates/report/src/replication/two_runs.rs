//! Two runs of one thing, compared: does the second say what the first did?

use std::collections::BTreeSet;

use measure::record::{Class, RunRecord};
use measure::stats::median;

use crate::claims::{self, VerdictsOfTwoRuns};
use crate::evidence::Evidence;
use crate::judged::{self, CommonYardsticks, Judged};
use crate::judgement::{
    Finding, Findings, JudgementError, Replication, ReplicationLimits, ReplicationOutcome,
    Shortfall,
};

/// Two runs' contrasts, all told at the yardsticks that both runs share.
#[derive(Clone, Debug, PartialEq)]
pub struct TwoRuns {
    /// The first run's contrasts.
    pub first: Findings,
    /// The second run's contrasts.
    pub second: Findings,
    /// Both, contrast by contrast.
    pub replication: Replication,
    /// What both say of the claims.
    pub claims: VerdictsOfTwoRuns,
    /// What a reader must know about both, in sentences.
    pub warnings: Vec<String>,
    is_same_measurement: bool,
}

/// What a replication shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Replicates {
    /// The second run says what the first did.
    Holds,
    /// It does not, and where.
    Fails(Vec<Shortfall>),
    /// The two cannot be compared.
    NotCheckable(WhyNotCheckable),
}

/// Why two runs cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNotCheckable {
    /// No contrast was judged in both.
    NothingInCommon,
    /// Both hold the same measurement: a copy agrees with itself whatever it says.
    SameMeasurement,
}

/// How wide the intervals of a class are in both runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HalfWidths {
    /// The class.
    pub class: Class,
    /// The median over the first run's contrasts of [`Finding::half_width`].
    pub first: Option<f64>,
    /// The same of the second run.
    pub second: Option<f64>,
}

impl TwoRuns {
    /// Judges the questions that both runs hold.
    ///
    /// # Errors
    /// [`JudgementError::Twice`] where a run declares one key in two questions.
    pub fn of(first: &[Evidence], second: &[Evidence]) -> Result<Self, JudgementError> {
        let mut judged: [Vec<Judged>; 2] = [Vec::new(), Vec::new()];
        for one in first.iter().filter(|one| judged::is_judged(one)) {
            let Some(other) = second.iter().find(|other| other.name == one.name) else { continue };
            let at = CommonYardsticks::of_runs(&[one, other]);
            let [firsts, seconds] = &mut judged;
            firsts.push(judged::judge_at(one, &at));
            seconds.push(judged::judge_at(other, &at));
        }
        let [firsts, seconds] = &judged;
        let (in_first, in_second) = (judged::findings(firsts)?, judged::findings(seconds)?);
        Ok(Self {
            replication: Replication::of(&in_first, &in_second),
            first: in_first,
            second: in_second,
            claims: claims::of_two_runs(first, second),
            warnings: warnings(first, second),
            is_same_measurement: is_same_measurement(first, second),
        })
    }

    /// Whether the second run replicates the first.
    #[must_use]
    pub fn outcome(&self, limits: &ReplicationLimits) -> Replicates {
        if self.is_same_measurement {
            return Replicates::NotCheckable(WhyNotCheckable::SameMeasurement);
        }
        if self.replication.both.is_empty() {
            return Replicates::NotCheckable(WhyNotCheckable::NothingInCommon);
        }
        match self.replication.outcome(limits) {
            ReplicationOutcome::Holds => Replicates::Holds,
            ReplicationOutcome::Fails(shortfalls) => Replicates::Fails(shortfalls),
        }
    }

    /// How wide the intervals are, class by class.
    #[must_use]
    pub fn half_widths(&self) -> Vec<HalfWidths> {
        let rows = self.first.rows().iter().chain(self.second.rows());
        let classes: BTreeSet<Class> = rows.map(|finding| finding.class).collect();
        let of = |findings: &Findings, class: Class| {
            let of_class = findings.rows().iter().filter(|finding| finding.class == class);
            median(&of_class.map(Finding::half_width).collect::<Vec<f64>>())
        };
        let both = |class| HalfWidths {
            class,
            first: of(&self.first, class),
            second: of(&self.second, class),
        };
        classes.into_iter().map(both).collect()
    }
}

/// Whether a case of both runs was measured once: no two processes draw one seed.
pub(crate) fn is_same_measurement(first: &[Evidence], second: &[Evidence]) -> bool {
    let measured = |run: &[Evidence]| -> BTreeSet<(String, String, u64)> {
        let records = run.iter().flat_map(|evidence| &evidence.records);
        let key = |record: &RunRecord| {
            let seed = record.blocks.as_ref()?.seed;
            Some((record.question.clone(), record.case.id.clone(), seed))
        };
        records.filter_map(key).collect()
    };
    !measured(first).is_disjoint(&measured(second))
}

/// What a record tells of the run.
type Fact = fn(&RunRecord) -> String;

/// A replication is of one revision on one machine.
fn warnings(first: &[Evidence], second: &[Evidence]) -> Vec<String> {
    let of = |run: &[Evidence], fact: Fact| -> BTreeSet<String> {
        run.iter().flat_map(|evidence| &evidence.records).map(fact).collect()
    };
    let facts: [(&str, Fact); 3] = [
        ("revision", revision),
        ("host", |record| told(record.environment.operating_system.hostname.as_ref())),
        ("processor", |record| told(record.environment.processor.model.as_ref())),
    ];
    let differs = |(name, fact): (&str, Fact)| {
        let (first, second) = (of(first, fact), of(second, fact));
        let list = |facts: BTreeSet<String>| facts.into_iter().collect::<Vec<_>>().join(", ");
        (first != second).then(|| {
            format!(
                "the {name} is {} in the first run and {} in the second: what differs may be due to that",
                list(first),
                list(second)
            )
        })
    };
    facts.into_iter().filter_map(differs).collect()
}

fn revision(record: &RunRecord) -> String {
    let Some(git) = &record.git else { return told(None) };
    let dirty = if git.dirty == Some(true) { " with changes" } else { "" };
    format!("{}{dirty}", git.revision_short)
}

fn told(fact: Option<&String>) -> String {
    fact.cloned().unwrap_or_else(|| "unknown".to_owned())
}
