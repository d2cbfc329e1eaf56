//! The three verdicts.

use measure::stats::Interval;
use serde::{Deserialize, Serialize};

use super::Class;

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

/// The intervals of a contrast, of the logarithm of its factor.
pub(super) struct LogIntervals {
    pub(super) of_90: Interval,
    pub(super) of_95: Interval,
    pub(super) of_99: Interval,
}

impl Verdict {
    pub(super) fn of(class: Class, intervals: &LogIntervals) -> Self {
        let effect = class.smallest_effect().ln();
        let LogIntervals { of_90, of_99, .. } = intervals;
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
        match (self, other) {
            (Self::Differs { direction }, Self::Differs { direction: others }) => {
                direction != others
            }
            (Self::EqualWithin { .. } | Self::Undecided, _)
            | (_, Self::EqualWithin { .. } | Self::Undecided) => false,
        }
    }
}
