//! Whether a second run's contrasts say what the first one's did.

use std::collections::BTreeMap;

use measure::record::ContrastKey;

use crate::judgement::Finding;
use crate::quantity;

/// A difference of two factors of at most this many of its standard errors agrees.
const STANDARD_ERRORS: f64 = 2.0;

/// How many contrasts may differ in opposite directions.
const OPPOSITE_MAX: usize = 0;

/// The least share of contrasts within 2 standard errors: by Student's t with some 10 degrees of freedom 93 to 95 % are to
/// be expected.
const WITHIN_SHARE_MIN: f64 = 0.91;

const NOTHING_IN_COMMON: &str = "expected contrasts that both runs have judged, got none. Run one question in blocks twice, \
    each time with at least 4 blocks.";

/// Two runs' contrasts, matched by their keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replication {
    /// The contrasts in both, by key.
    pub both: Vec<Replicated>,
    /// How many only one run has judged: of cases that failed, or with another best of a set.
    pub alone: usize,
}

/// A contrast in both runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicated {
    /// What the first run says.
    pub first: Finding,
    /// What the second run says.
    pub second: Finding,
}

/// What a replication shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replicates {
    /// The second run says what the first did.
    Holds,
    /// It does not: which limits are not kept, in words.
    Fails(Vec<String>),
    /// The two cannot be compared: what was expected and got, and what to do.
    NotCheckable(&'static str),
}

impl Replicated {
    /// The difference of the two logarithmic factors, first less second, over its standard error.
    #[must_use]
    pub fn z(&self) -> f64 {
        let standard_error = self.first.standard_error.hypot(self.second.standard_error);
        (self.first.log_factor() - self.second.log_factor()) / standard_error
    }

    /// Whether the two factors lie within 2 standard errors of their difference.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.z().abs() <= STANDARD_ERRORS
    }

    /// Whether one run calls longer what the other calls shorter.
    #[must_use]
    pub fn is_opposite(&self) -> bool {
        self.first.verdict.contradicts(self.second.verdict)
    }
}

impl Replication {
    /// Matches two runs' findings by their keys.
    #[must_use]
    pub fn of(first: &[Finding], second: &[Finding]) -> Self {
        let by_key = |findings| -> BTreeMap<&ContrastKey, &Finding> {
            let findings: &[Finding] = findings;
            findings.iter().map(|finding| (&finding.key, finding)).collect()
        };
        let (firsts, mut seconds) = (by_key(first), by_key(second));
        let (mut both, mut alone) = (Vec::new(), 0);
        for (key, first) in firsts {
            match seconds.remove(key) {
                Some(second) => {
                    both.push(Replicated { first: first.clone(), second: second.clone() });
                }
                None => alone += 1,
            }
        }
        Self { both, alone: alone + seconds.len() }
    }

    /// How many contrasts lie within 2 standard errors.
    #[must_use]
    pub fn within(&self) -> usize {
        self.both.iter().filter(|contrast| contrast.is_within()).count()
    }

    /// The share of the contrasts in both that lie within 2 standard errors, 0 to 1; none where there is none in both.
    #[must_use]
    pub fn within_share(&self) -> Option<f64> {
        (!self.both.is_empty()).then(|| self.within() as f64 / self.both.len() as f64)
    }

    /// How many contrasts differ in opposite directions.
    #[must_use]
    pub fn opposite(&self) -> usize {
        self.both.iter().filter(|contrast| contrast.is_opposite()).count()
    }

    /// Judges the replication.
    #[must_use]
    pub fn outcome(&self) -> Replicates {
        let Some(share) = self.within_share() else {
            return Replicates::NotCheckable(NOTHING_IN_COMMON);
        };
        let mut shortfalls = Vec::new();
        let opposite = self.opposite();
        if opposite > OPPOSITE_MAX {
            let expected = format!("expected at most {OPPOSITE_MAX} of opposite verdicts");
            shortfalls.push(format!("{expected}, got {opposite}"));
        }
        if share < WITHIN_SHARE_MIN {
            let [expected, got] = [WITHIN_SHARE_MIN, share].map(quantity::percent);
            shortfalls
                .push(format!("expected at least {expected} within 2 standard errors, got {got}"));
        }
        if shortfalls.is_empty() { Replicates::Holds } else { Replicates::Fails(shortfalls) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::made_up_tests::finding;

    fn numbered(factors: impl IntoIterator<Item = f64>) -> Vec<Finding> {
        let row = |(index, factor): (usize, f64)| finding(&format!("case{index}"), factor, 0.02);
        factors.into_iter().enumerate().map(row).collect()
    }

    #[test]
    fn contrasts_are_matched_by_key() {
        let first = [finding("a", 1.10, 0.03), finding("gone", 1.0, 0.02)];
        let second = [finding("new", 1.0, 0.02), finding("a", 1.05, 0.04)];
        let replication = Replication::of(&first, &second);
        assert_eq!((replication.both.len(), replication.alone), (1, 2));
        let both = &replication.both[0];
        assert_eq!((&both.first, &both.second), (&first[0], &second[1]));
        let expected = (1.10_f64 / 1.05).ln() / 0.05;
        assert!((both.z() - expected).abs() < 1e-9, "{replication:?}");
    }

    #[test]
    fn a_run_replicates_itself() {
        let run = numbered([1.0, 1.3, 0.7]);
        let replication = Replication::of(&run, &run);
        assert_eq!(replication.within_share(), Some(1.0));
        assert_eq!(replication.outcome(), Replicates::Holds);
    }

    #[test]
    fn opposite_differences_fail_it() {
        let replication = Replication::of(&numbered([1.3, 1.0]), &numbered([0.7, 1.0]));
        let opposite = "expected at most 0 of opposite verdicts, got 1".to_owned();
        let apart = "expected at least 91 % within 2 standard errors, got 50 %".to_owned();
        assert_eq!(replication.outcome(), Replicates::Fails(vec![opposite, apart]));
    }

    #[test]
    fn one_in_eleven_may_be_apart_and_no_more() {
        // Steps of 2.5 standard errors of the difference, without a verdict of opposite sign.
        let apart = |count: usize| {
            let second =
                (0..100).map(|index| if index < count { 1.3 * 0.07_f64.exp() } else { 1.3 });
            Replication::of(&numbered([1.3; 100]), &numbered(second))
        };
        assert_eq!(apart(9).outcome(), Replicates::Holds);
        let expected = "expected at least 91 % within 2 standard errors, got 90 %".to_owned();
        assert_eq!(apart(10).outcome(), Replicates::Fails(vec![expected]));
    }

    #[test]
    fn nothing_in_common_is_no_replication() {
        let replication = Replication::of(&numbered([]), &numbered([1.0]));
        assert_eq!(replication.outcome(), Replicates::NotCheckable(NOTHING_IN_COMMON));
    }
}
