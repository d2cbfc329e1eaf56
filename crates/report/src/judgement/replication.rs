//! Whether a second run says what the first one did.

use std::collections::BTreeMap;

use measure::record::ContrastKey;

use super::finding::Finding;
use super::findings_file::Findings;
use super::verdict::Verdict;

/// A difference of two factors of at most this many of its standard errors agrees.
const STANDARD_ERRORS: f64 = 2.0;

/// A contrast in both runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicated {
    /// What is compared.
    pub key: ContrastKey,
    /// The difference of the two logarithmic factors, first less second, over its standard error.
    pub z: f64,
    /// What the first run says.
    pub first: Verdict,
    /// What the second run says.
    pub second: Verdict,
}

impl Replicated {
    fn of(first: &Finding, second: &Finding) -> Self {
        let standard_error = first.standard_error.hypot(second.standard_error);
        Self {
            key: first.key.clone(),
            z: (first.log_factor() - second.log_factor()) / standard_error,
            first: first.verdict,
            second: second.verdict,
        }
    }

    /// Whether the two factors lie within 2 standard errors of their difference.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.z.abs() <= STANDARD_ERRORS
    }

    /// Whether one run calls longer what the other calls shorter.
    #[must_use]
    pub fn is_opposite(&self) -> bool {
        self.first.contradicts(self.second)
    }
}

/// Two runs' findings compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Replication {
    /// The contrasts in both, by key.
    pub both: Vec<Replicated>,
    /// The contrasts that only the first has: cases that failed, or another best of a set.
    pub only_first: Vec<ContrastKey>,
    /// The contrasts that only the second has.
    pub only_second: Vec<ContrastKey>,
}

/// What a replication has to keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplicationLimits {
    /// How many contrasts may differ in opposite directions.
    pub opposite_max: usize,
    /// The least share of contrasts within 2 standard errors, 0 to 1.
    pub within_share_min: f64,
}

impl Default for ReplicationLimits {
    /// None of opposite sign, and 91 %: by Student's t with some 10 degrees of freedom 93 to 95 % are to be expected.
    fn default() -> Self {
        Self { opposite_max: 0, within_share_min: 0.91 }
    }
}

/// Whether a replication keeps its limits.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplicationOutcome {
    /// It does.
    Holds,
    /// It does not, and where.
    Fails(Vec<Shortfall>),
}

/// A limit that is not kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Shortfall {
    /// The two runs have no contrast in common, so nothing was replicated.
    NothingInCommon,
    /// More contrasts than allowed differ in opposite directions.
    Opposite {
        /// How many may.
        expected_max: usize,
        /// Which do.
        got: Vec<ContrastKey>,
    },
    /// Too few contrasts lie within 2 standard errors.
    Apart {
        /// The share that should, 0 to 1.
        expected_min: f64,
        /// The share that does.
        got: f64,
    },
}

impl Replication {
    /// Matches two runs' findings by their keys.
    #[must_use]
    pub fn of(first: &Findings, second: &Findings) -> Self {
        let by_key = |findings: &'_ Findings| -> BTreeMap<ContrastKey, Finding> {
            findings.rows().iter().map(|row| (row.key.clone(), row.clone())).collect()
        };
        let (firsts, mut seconds) = (by_key(first), by_key(second));
        let (mut both, mut only_first) = (Vec::new(), Vec::new());
        for (key, first) in firsts {
            match seconds.remove(&key) {
                Some(second) => both.push(Replicated::of(&first, &second)),
                None => only_first.push(key),
            }
        }
        Self { both, only_first, only_second: seconds.into_keys().collect() }
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

    /// The contrasts that differ in opposite directions.
    pub fn opposite(&self) -> impl Iterator<Item = &Replicated> {
        self.both.iter().filter(|contrast| contrast.is_opposite())
    }

    /// Judges the replication.
    #[must_use]
    pub fn outcome(&self, limits: &ReplicationLimits) -> ReplicationOutcome {
        let Some(share) = self.within_share() else {
            return ReplicationOutcome::Fails(vec![Shortfall::NothingInCommon]);
        };
        let mut shortfalls = Vec::new();
        let opposite: Vec<ContrastKey> =
            self.opposite().map(|contrast| contrast.key.clone()).collect();
        if opposite.len() > limits.opposite_max {
            shortfalls
                .push(Shortfall::Opposite { expected_max: limits.opposite_max, got: opposite });
        }
        // Written so that a limit that is no number fails rather than passes.
        let keeps = share >= limits.within_share_min;
        if !keeps {
            shortfalls.push(Shortfall::Apart { expected_min: limits.within_share_min, got: share });
        }
        if shortfalls.is_empty() {
            ReplicationOutcome::Holds
        } else {
            ReplicationOutcome::Fails(shortfalls)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::test_findings::finding;

    fn findings(rows: Vec<Finding>) -> Findings {
        Findings::new(rows).unwrap()
    }

    fn numbered(factors: impl IntoIterator<Item = f64>) -> Findings {
        let row = |(index, factor): (usize, f64)| finding(&format!("case{index}"), factor, 0.02);
        findings(factors.into_iter().enumerate().map(row).collect())
    }

    #[test]
    fn contrasts_are_matched_by_key() {
        let first = findings(vec![finding("a", 1.10, 0.03), finding("gone", 1.0, 0.02)]);
        let second = findings(vec![finding("new", 1.0, 0.02), finding("a", 1.05, 0.04)]);
        let replication = Replication::of(&first, &second);
        assert_eq!(replication.both.len(), 1);
        let expected = (1.10_f64 / 1.05).ln() / 0.05;
        assert!((replication.both[0].z - expected).abs() < 1e-9, "{replication:?}");
        assert_eq!(replication.only_first[0].case.0, "gone");
        assert_eq!(replication.only_second[0].case.0, "new");
    }

    #[test]
    fn a_run_replicates_itself() {
        let run = numbered([1.0, 1.3, 0.7]);
        let replication = Replication::of(&run, &run);
        assert_eq!(replication.within_share(), Some(1.0));
        assert_eq!(replication.outcome(&ReplicationLimits::default()), ReplicationOutcome::Holds);
    }

    #[test]
    fn opposite_differences_fail_it() {
        let replication = Replication::of(&numbered([1.3, 1.0]), &numbered([0.7, 1.0]));
        let ReplicationOutcome::Fails(shortfalls) =
            replication.outcome(&ReplicationLimits::default())
        else {
            panic!("expected a failure");
        };
        assert!(
            matches!(&shortfalls[..], [Shortfall::Opposite { got, .. }, Shortfall::Apart { .. }]
            if got[0].case.0 == "case0")
        );
    }

    #[test]
    fn one_in_eleven_may_be_apart_and_no_more() {
        // Steps of 2.5 standard errors of the difference, without a verdict of opposite sign.
        let apart = |count: usize| {
            let second =
                (0..100).map(|index| if index < count { 1.3 * 0.07_f64.exp() } else { 1.3 });
            Replication::of(&numbered([1.3; 100]), &numbered(second))
        };
        assert_eq!(apart(9).outcome(&ReplicationLimits::default()), ReplicationOutcome::Holds);
        let expected = Shortfall::Apart { expected_min: 0.91, got: 0.9 };
        assert_eq!(
            apart(10).outcome(&ReplicationLimits::default()),
            ReplicationOutcome::Fails(vec![expected])
        );
    }

    #[test]
    fn nothing_in_common_is_no_replication() {
        let replication = Replication::of(&numbered([]), &numbered([1.0]));
        let expected = ReplicationOutcome::Fails(vec![Shortfall::NothingInCommon]);
        assert_eq!(replication.outcome(&ReplicationLimits::default()), expected);
    }
}
