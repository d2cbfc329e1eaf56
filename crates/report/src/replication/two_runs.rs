//! Two runs of one thing, and what differs between them beside their contrasts.

use std::collections::BTreeSet;

use measure::record::{Class, RunRecord};
use measure::stats::median;

use super::matched::{Replicated, Replicates, Replication};
use crate::claims::{self, VerdictsOfTwoRuns};
use crate::evidence::{Evidence, Unlike, unlike};
use crate::judged::{self, CommonYardsticks, Judged};
use crate::judgement::Finding;

/// A copy agrees with itself whatever it says.
const SAME_MEASUREMENT: &str = "expected two runs, got one and the same measurement in both. Name two runs below \
    target/durabench/runs.";

/// Two runs' contrasts, all told at the yardsticks that both runs share.
#[derive(Clone, Debug, PartialEq)]
pub struct TwoRuns {
    /// Both, contrast by contrast.
    pub replication: Replication,
    /// How many declared contrasts could not be judged, of both runs together.
    pub not_judged: usize,
    /// How wide the intervals are, class by class.
    pub half_widths: Vec<HalfWidths>,
    /// What both say of the claims.
    pub claims: VerdictsOfTwoRuns,
    /// What is unlike: a replication is of one revision on one machine.
    pub unlike: Vec<Unlike>,
    is_same_measurement: bool,
}

/// How wide the intervals of a class are in both runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HalfWidths {
    /// The class.
    pub class: Class,
    /// The median over the first run's contrasts of [`Finding::half_width`], and over those of the second.
    pub of_runs: [Option<f64>; 2],
}

impl TwoRuns {
    /// Judges the questions that both runs hold.
    #[must_use]
    pub fn of(first: &[Evidence], second: &[Evidence]) -> Self {
        let mut judged: [Vec<Judged>; 2] = [Vec::new(), Vec::new()];
        for one in first.iter().filter(|one| judged::is_judged(one)) {
            let Some(other) = second.iter().find(|other| other.name == one.name) else { continue };
            let at = CommonYardsticks::of_runs(&[one, other]);
            judged[0].push(judged::judge_at(one, &at));
            judged[1].push(judged::judge_at(other, &at));
        }
        let of_runs = judged.map(|judged| judged::findings(&judged));
        let [firsts, seconds] = [0, 1].map(|run| of_runs[run].rows.as_slice());
        Self {
            replication: Replication::of(firsts, seconds),
            not_judged: of_runs.iter().map(|findings| findings.not_judged.len()).sum(),
            half_widths: half_widths([firsts, seconds]),
            claims: claims::of_two_runs(first, second),
            unlike: unlike([&records(first), &records(second)]),
            is_same_measurement: is_same_measurement(first, second),
        }
    }

    /// Whether the second run replicates the first.
    #[must_use]
    pub fn outcome(&self) -> Replicates {
        if self.is_same_measurement {
            return Replicates::NotCheckable(SAME_MEASUREMENT);
        }
        self.replication.outcome()
    }

    /// The contrasts that are more than 2 standard errors apart, or of opposite verdicts.
    pub fn disagreeing(&self) -> impl Iterator<Item = &Replicated> {
        let both = self.replication.both.iter();
        both.filter(|contrast| !contrast.is_within() || contrast.is_opposite())
    }
}

fn half_widths(runs: [&[Finding]; 2]) -> Vec<HalfWidths> {
    let classes: BTreeSet<Class> =
        runs.into_iter().flatten().map(|finding| finding.class).collect();
    let of = |findings: &[Finding], class: Class| {
        let of_class = findings.iter().filter(|finding| finding.class == class);
        median(&of_class.map(Finding::half_width).collect::<Vec<f64>>())
    };
    let both = |class| HalfWidths { class, of_runs: runs.map(|findings| of(findings, class)) };
    classes.into_iter().map(both).collect()
}

fn records(run: &[Evidence]) -> Vec<&RunRecord> {
    run.iter().flat_map(|evidence| &evidence.records).collect()
}

/// Whether a case of both runs was measured once: no two processes draw one seed.
pub(crate) fn is_same_measurement(first: &[Evidence], second: &[Evidence]) -> bool {
    let measured = |run: &[Evidence]| -> BTreeSet<(String, String, u64)> {
        let key = |record: &RunRecord| {
            let seed = record.blocks.as_ref()?.seed;
            Some((record.question.clone(), record.case.id.clone(), seed))
        };
        records(run).into_iter().filter_map(key).collect()
    };
    !measured(first).is_disjoint(&measured(second))
}
