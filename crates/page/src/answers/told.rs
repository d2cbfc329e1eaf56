//! Findings in words.

use report::judgement::{Finding, Verdict};
use report::quantity;

/// A finding seen from the case or from its baseline, whichever the sentence is about.
#[derive(Clone, Copy)]
pub(super) struct Told {
    factor: f64,
    low: f64,
    high: f64,
    verdict: Verdict,
    could_have_seen: f64,
}

impl Told {
    /// How many times as long the case takes as the baseline.
    pub(super) fn of(finding: &Finding) -> Self {
        let interval = finding.interval_95;
        Self {
            factor: finding.factor,
            low: interval.low,
            high: interval.high,
            verdict: finding.verdict,
            could_have_seen: finding.could_have_seen,
        }
    }

    /// How many times as long the baseline takes as the case.
    pub(super) fn inverse(finding: &Finding) -> Self {
        let told = Self::of(finding);
        let (factor, low, high) = (1.0 / told.factor, 1.0 / told.high, 1.0 / told.low);
        Self { factor, low, high, ..told }
    }

    /// `4.46 times as long (4.20 to 4.73)`; what is no difference says so.
    pub(super) fn times_as_long(self) -> String {
        let Self { factor, low, high, .. } = self;
        let interval = format!("{} to {}", quantity::factor(low), quantity::factor(high));
        match self.verdict {
            Verdict::Differs { .. } => {
                format!("{} times as long ({interval})", quantity::factor(factor))
            }
            Verdict::EqualWithin { factor } => {
                format!("as long, within a factor of {}", quantity::factor(factor))
            }
            Verdict::Undecided => format!(
                "{} times as long ({interval}; undecided, where a factor of {} would have been seen)",
                quantity::factor(factor),
                quantity::factor(self.could_have_seen)
            ),
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn all_of(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `1 comparison differs`, `3 comparisons differ`.
pub(super) fn counted(number: usize, one: &str, several: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {several}") }
}
