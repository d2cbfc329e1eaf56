//! The verdicts of two runs, claim by claim.

use super::verdict::Verdict;

/// The claims that two runs have judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VerdictsOfTwoRuns {
    /// How many both have judged.
    pub in_both: usize,
    /// Those with another verdict in the second.
    pub changed: Vec<ChangedVerdict>,
}

/// A claim with another verdict in the second run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedVerdict {
    /// The claim's stable key.
    pub key: &'static str,
    /// Its verdict in the first run.
    pub first: Verdict,
    /// Its verdict in the second.
    pub second: Verdict,
}

impl VerdictsOfTwoRuns {
    /// Compares the verdicts of one list of claims.
    pub(super) fn of(verdicts: impl Iterator<Item = (&'static str, Verdict, Verdict)>) -> Self {
        let mut both = Self::default();
        for (key, first, second) in verdicts {
            if first == Verdict::NotMeasured || second == Verdict::NotMeasured {
                continue;
            }
            both.in_both += 1;
            if first != second {
                both.changed.push(ChangedVerdict { key, first, second });
            }
        }
        both
    }
}
