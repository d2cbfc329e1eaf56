//! The three verdicts.

use std::fmt;

use measure::record::Class;
use measure::stats::Interval;
use serde::{Deserialize, Serialize};

/// Which way a difference goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The case takes longer than the baseline.
    Longer,
    /// The case takes less time than the baseline.
    Shorter,
}

/// What a contrast says. "Not significant" is no verdict: either the two are shown to be equal, or it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The 99 % interval lies wholly beyond the smallest effect of interest.
    Differs {
        /// Which way.
        direction: Direction,
    },
    /// The 90 % interval lies wholly inside (two one-sided tests of 5 %).
    EqualWithin {
        /// The smallest effect of interest, a factor above 1.
        factor: f64,
    },
    /// Neither. How small a difference would have been seen stands beside it in the finding.
    Undecided,
}

/// Why a difference that the intervals show is not called one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyUndecided {
    /// Two builds differ by less than the placement of code can make, and nobody counted instructions.
    NoInstructionCounts,
    /// The same, and the counts do not differ in the same direction.
    InstructionCountsDisagree,
}

impl fmt::Display for WhyUndecided {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoInstructionCounts => "no instruction counts",
            Self::InstructionCountsDisagree => "instruction counts disagree",
        })
    }
}

impl Verdict {
    /// What the intervals at 90 % and at 99 % of the logarithm of a factor say.
    pub(super) fn of(class: Class, of_90: Interval, of_99: Interval) -> Self {
        let effect = class.smallest_effect().ln();
        if of_99.low > effect {
            Self::Differs { direction: Direction::Longer }
        } else if of_99.high < -effect {
            Self::Differs { direction: Direction::Shorter }
        } else if -effect < of_90.low && of_90.high < effect {
            Self::EqualWithin { factor: class.smallest_effect() }
        } else {
            Self::Undecided
        }
    }

    /// Whether both are differences, one longer and one shorter.
    #[must_use]
    pub fn contradicts(self, other: Self) -> bool {
        let (Self::Differs { direction }, Self::Differs { direction: others }) = (self, other)
        else {
            return false;
        };
        direction != others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Intervals around a factor that reach this many percent at 90 and 99 %.
    fn verdict(class: Class, factor: f64, percent: [f64; 2]) -> Verdict {
        let [of_90, of_99] = percent.map(|percent| Interval::around(factor.ln(), percent / 100.0));
        Verdict::of(class, of_90, of_99)
    }

    #[test]
    fn a_difference_lies_beyond_the_smallest_effect_of_interest() {
        let longer = Verdict::Differs { direction: Direction::Longer };
        let shorter = Verdict::Differs { direction: Direction::Shorter };
        assert_eq!(verdict(Class::Disk, 1.10, [2.0, 4.0]), longer);
        assert_eq!(verdict(Class::Disk, 1.0 / 1.10, [2.0, 4.0]), shorter);
        // Surely not 1, but perhaps not worth acting on.
        assert_eq!(verdict(Class::Disk, 1.08, [2.0, 4.0]), Verdict::Undecided);
        assert_eq!(verdict(Class::Memory, 1.08, [2.0, 4.0]), longer);
        assert_eq!(verdict(Class::Turns, 1.02, [0.3, 0.8]), longer);
    }

    #[test]
    fn equal_is_shown_not_assumed() {
        let equal = |factor| Verdict::EqualWithin { factor };
        assert_eq!(verdict(Class::Disk, 1.01, [3.0, 6.0]), equal(1.05));
        assert_eq!(verdict(Class::Memory, 1.01, [3.0, 6.0]), Verdict::Undecided);
        assert_eq!(verdict(Class::Memory, 0.995, [1.0, 2.0]), equal(1.02));
        assert_eq!(verdict(Class::Disk, 1.0, [5.0, 8.0]), Verdict::Undecided);
        // Surely not 1, and surely too little to matter.
        assert_eq!(verdict(Class::Disk, 1.02, [0.1, 0.3]), equal(1.05));
    }

    #[test]
    fn only_differences_contradict() {
        let longer = Verdict::Differs { direction: Direction::Longer };
        let shorter = Verdict::Differs { direction: Direction::Shorter };
        assert!(longer.contradicts(shorter) && shorter.contradicts(longer));
        assert!(!longer.contradicts(longer) && !longer.contradicts(Verdict::Undecided));
        assert!(!Verdict::EqualWithin { factor: 1.05 }.contradicts(longer));
    }
}
