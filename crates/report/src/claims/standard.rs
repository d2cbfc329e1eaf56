//! By what a claim's figure is judged: the claimed one, its tolerance, and what a figure outside of both says.

use measure::stats::Interval;
use serde::Deserialize;

use super::estimate::Estimate;
use crate::quantity;

/// Whether a claim holds on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval lies within what the claim accepts.
    Holds,
    /// The opposite shows, or nothing of it.
    DoesNotHold,
    /// It shows, but not as large as claimed; or what was measured is too small for it to show.
    NotAtThisScale,
    /// The interval lies on both sides of a limit.
    Undecided,
    /// What would tell was not measured.
    NotMeasured,
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::NotAtThisScale => "not at this scale",
            Self::Undecided => "undecided",
            Self::NotMeasured => "not measured",
        }
    }
}

/// What a claimed figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A ratio.
    Times,
    /// Records per second.
    PerSecond,
    /// A time in ns.
    Nanoseconds,
    /// A part of 1.
    Share,
}

impl Unit {
    /// A figure with its unit.
    pub(super) fn figure(self, value: f64) -> String {
        match self {
            Self::Times => format!("{} times", quantity::factor(value)),
            Self::PerSecond => quantity::rate(value),
            Self::Nanoseconds => quantity::duration_ns(value),
            Self::Share => quantity::percent(value),
        }
    }

    /// A figure beside one that has its unit; a rate or a time needs its own, whose prefix may be another.
    pub(super) fn bare(self, value: f64) -> String {
        if self == Self::Times { quantity::factor(value) } else { self.figure(value) }
    }
}

/// A claimed figure.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claimed {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// From the first to the second.
    Between(f64, f64),
}

/// What a figure says that lies outside of what the claim accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// Up to this figure the claim shows, but less than claimed; beyond it, nothing of it or its opposite shows.
    ShowsUntil(f64),
    /// Another machine, disk or size of the store has another figure.
    NotAtThisScale,
    /// The claim does not hold.
    #[default]
    Fails,
}

/// By what a claim's figure is judged.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// What the figure is.
    pub unit: Unit,
    /// What was claimed.
    pub claimed: Claimed,
    /// A figure this many times less or more than the claimed one is still accepted; at least 1.
    #[serde(default = "exactly")]
    pub tolerance: f64,
    /// What a figure outside says.
    #[serde(default)]
    pub outside: Outside,
}

/// No tolerance.
fn exactly() -> f64 {
    1.0
}

impl Standard {
    /// What the claim accepts, its tolerance in it.
    pub(super) fn accepted(&self) -> Interval {
        let (low, high) = match self.claimed {
            Claimed::AtLeast(low) => (low, f64::INFINITY),
            Claimed::AtMost(high) => (f64::NEG_INFINITY, high),
            Claimed::Between(low, high) => (low, high),
        };
        Interval { low: low / self.tolerance, high: high * self.tolerance }
    }

    /// The verdict of a figure: an interval that crosses a limit leaves it open.
    pub(super) fn judge(&self, estimate: &Estimate) -> Verdict {
        let Interval { low, high } = self.accepted();
        let is_inside = low <= estimate.low && estimate.high <= high;
        let is_outside = estimate.high < low || high < estimate.low;
        match self.outside {
            _ if is_inside => Verdict::Holds,
            _ if !is_outside => Verdict::Undecided,
            Outside::NotAtThisScale => Verdict::NotAtThisScale,
            Outside::Fails => Verdict::DoesNotHold,
            Outside::ShowsUntil(limit) => {
                // The claim's own side of the limit is that of what it accepts.
                let (shows, fails) = if limit < low {
                    (estimate.low > limit, estimate.high <= limit)
                } else {
                    (estimate.high < limit, estimate.low >= limit)
                };
                if shows {
                    Verdict::NotAtThisScale
                } else if fails {
                    Verdict::DoesNotHold
                } else {
                    Verdict::Undecided
                }
            }
        }
    }

    /// The claimed figure as it is printed.
    pub(crate) fn claimed_in_words(&self) -> String {
        self.in_words(Self { tolerance: 1.0, ..*self }.accepted())
    }

    /// What is accepted, as it is printed.
    pub(crate) fn tolerance_in_words(&self) -> String {
        self.in_words(self.accepted())
    }

    fn in_words(&self, Interval { low, high }: Interval) -> String {
        let figure = |value| self.unit.figure(value);
        match self.claimed {
            Claimed::AtLeast(_) => format!("{} or more", figure(low)),
            Claimed::AtMost(_) => format!("{} or less", figure(high)),
            Claimed::Between(..) if low == high => figure(low),
            Claimed::Between(..) => format!("{} to {}", self.unit.bare(low), figure(high)),
        }
    }

    /// The least and the largest figure whose interval, as wide as this one, would lie within what is accepted. Intervals of
    /// figures above 0 are as wide in their logarithms.
    fn would_hold(&self, estimate: &Estimate) -> Interval {
        let Interval { low, high } = self.accepted();
        let Estimate { value, low: from, high: to, .. } = *estimate;
        if from > 0.0 {
            Interval { low: low * value / from, high: high * value / to }
        } else {
            Interval { low: low + value - from, high: high + value - to }
        }
    }

    /// What an estimate that decides nothing could have decided: figures with an interval as wide as its own.
    pub(super) fn could_have_told(&self, estimate: &Estimate) -> String {
        let would_hold = self.would_hold(estimate);
        if would_hold.low > would_hold.high {
            return "with so wide an interval no figure would hold".to_owned();
        }
        format!("{} would hold", self.in_words(would_hold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::estimate::Basis;

    fn estimate(low: f64, high: f64) -> Estimate {
        Estimate { value: (low * high).sqrt(), low, high, basis: Basis::Blocks(8) }
    }

    const GAIN: Standard = Standard {
        unit: Unit::Times,
        claimed: Claimed::AtLeast(1.68),
        tolerance: 1.5,
        outside: Outside::ShowsUntil(1.05),
    };

    #[test]
    fn a_verdict_needs_its_interval_on_one_side() {
        let verdict = |low, high| GAIN.judge(&estimate(low, high));
        assert_eq!(verdict(1.2, 1.4), Verdict::Holds);
        assert_eq!(verdict(5.0, 9.0), Verdict::Holds, "more than claimed");
        assert_eq!(verdict(1.1, 1.3), Verdict::Undecided, "1.12 is accepted");
        assert_eq!(verdict(1.06, 1.10), Verdict::NotAtThisScale);
        assert_eq!(verdict(0.98, 1.08), Verdict::Undecided);
        assert_eq!(verdict(0.7, 1.01), Verdict::DoesNotHold);
    }

    #[test]
    fn the_side_on_which_a_claim_shows_is_that_of_what_it_accepts() {
        let no_more = Standard { claimed: Claimed::AtMost(1.0), tolerance: 1.25, ..GAIN };
        let no_more = Standard { outside: Outside::ShowsUntil(2.0), ..no_more };
        assert_eq!(no_more.judge(&estimate(0.9, 1.1)), Verdict::Holds);
        assert_eq!(no_more.judge(&estimate(1.3, 1.5)), Verdict::NotAtThisScale);
        assert_eq!(no_more.judge(&estimate(2.5, 3.0)), Verdict::DoesNotHold);
    }

    #[test]
    fn figures_of_another_machine_do_not_refute() {
        let level = Standard {
            unit: Unit::PerSecond,
            claimed: Claimed::AtLeast(500e3),
            tolerance: 1.0,
            outside: Outside::NotAtThisScale,
        };
        assert_eq!(level.judge(&estimate(100e3, 120e3)), Verdict::NotAtThisScale);
        assert_eq!(level.judge(&estimate(400e3, 620e3)), Verdict::Undecided);
        let fails = Standard { outside: Outside::Fails, ..level };
        assert_eq!(fails.judge(&estimate(100e3, 120e3)), Verdict::DoesNotHold);
    }

    #[test]
    fn claim_and_tolerance_are_told_with_their_unit() {
        assert_eq!(GAIN.claimed_in_words(), "1.68 times or more");
        assert_eq!(GAIN.tolerance_in_words(), "1.12 times or more");
        let between = Standard { claimed: Claimed::Between(1.5, 3.0), ..GAIN };
        assert_eq!(between.tolerance_in_words(), "1.00 to 4.50 times");
        assert_eq!(GAIN.could_have_told(&estimate(1.0, 1.44)), "1.34 times or more would hold");
        let nothing = "with so wide an interval no figure would hold";
        assert_eq!(between.could_have_told(&estimate(1.0, 100.0)), nothing);
    }
}
