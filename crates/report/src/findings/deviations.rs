//! Cases held against one other case, sorted by what came out: which gain, which cost, and which make no
//! difference.

use measure::pairs::{RatioEstimate, Resolution};
use measure::record::RunRecord;

use super::inquiry::{Inquiry, is_same};
use super::sentence::{NOT_JUDGED, no_difference, with_interval};
use crate::compare::{Comparison, Outcome, inverse};
use crate::quantity;

/// What several cases are against one other.
#[derive(Default)]
pub(super) struct Deviations<'evidence> {
    gains: Vec<String>,
    costs: Vec<String>,
    unresolved: Vec<String>,
    resolution: Option<Resolution>,
    unjudged: Vec<String>,
    refused: Vec<String>,
    cases: Vec<&'evidence RunRecord>,
}

impl<'evidence> Deviations<'evidence> {
    /// What the cases are against `base`, which may be among them. `called` says how a sentence calls a case.
    pub(super) fn against(
        inquiry: &Inquiry<'evidence>,
        base: &'evidence RunRecord,
        cases: impl Iterator<Item = &'evidence RunRecord>,
        called: impl Fn(&RunRecord) -> String,
    ) -> Self {
        let mut deviations = Self::default();
        for case in cases.filter(|case| !is_same(case, base)) {
            deviations.add(inquiry, base, case, &called(case));
        }
        deviations
    }

    /// Adds one case, which is held against a case of its own.
    pub(super) fn add(
        &mut self,
        inquiry: &Inquiry<'evidence>,
        base: &'evidence RunRecord,
        case: &'evidence RunRecord,
        called: &str,
    ) {
        self.cases.extend([base, case]);
        match inquiry.judge(case, base) {
            Ok(comparison) => self.sort(&comparison, called),
            Err(why) => self.refused.push(format!("{called} is {why}")),
        }
    }

    fn sort(&mut self, comparison: &Comparison<'_>, called: &str) {
        let factor = &comparison.factor;
        let by = |factor: &RatioEstimate| format!("{called} by {}", with_interval(factor));
        match comparison.outcome {
            Outcome::More => self.gains.push(by(factor)),
            Outcome::Fewer => self.costs.push(by(&inverse(factor))),
            Outcome::NotResolved(resolution) => {
                self.unresolved.push(format!("{called} ({})", quantity::factor(factor.ratio)));
                self.resolution = Some(match self.resolution {
                    Some(known)
                        if known.relative_difference_min > resolution.relative_difference_min =>
                    {
                        known
                    }
                    _ => resolution,
                });
            }
            Outcome::NotJudged => self.unjudged.push(by(factor)),
        }
    }

    /// The parts that have a case, joined; `None` without any case.
    pub(super) fn sentence(&self) -> Option<String> {
        let unresolved = self.unresolved().map(|(resolution, cases)| {
            format!("{}: {}", no_difference(resolution), cases.join(", "))
        });
        let parts: Vec<String> = self.resolved().into_iter().chain(unresolved).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The cases that the run cannot tell from their base, each with its factor, and the resolution.
    pub(super) fn unresolved(&self) -> Option<(Resolution, &[String])> {
        self.resolution.map(|resolution| (resolution, self.unresolved.as_slice()))
    }

    /// What the other cases are; `None` without any.
    pub(super) fn resolved(&self) -> Option<String> {
        let part = |heading: &str, cases: &[String]| {
            (!cases.is_empty()).then(|| format!("{heading}: {}", cases.join(", ")))
        };
        let parts = [
            part("more records/s", &self.gains),
            part("fewer records/s", &self.costs),
            part(NOT_JUDGED, &self.unjudged),
            (!self.refused.is_empty()).then(|| self.refused.join(", ")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The cases behind it.
    pub(super) fn cases(&self) -> &[&'evidence RunRecord] {
        &self.cases
    }
}
