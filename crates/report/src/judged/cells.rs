//! A contrast's figures as they are printed, in tables and in sentences alike.

use crate::judgement::{Direction, Finding, Verdict};
pub(crate) use crate::quantity::ratio;

/// The case's time over the baseline's.
pub(crate) fn factor(finding: &Finding) -> String {
    ratio(finding.factor)
}

/// The interval of the factor at 95 %: `1.02 to 1.08`.
pub(crate) fn interval(finding: &Finding) -> String {
    let interval = finding.interval_95;
    format!("{} to {}", ratio(interval.low), ratio(interval.high))
}

/// What a contrast says: `longer`, `shorter`, `equal within 1.05`, `undecided`.
pub(crate) fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Differs { direction: Direction::Longer } => "differs: longer".to_owned(),
        Verdict::Differs { direction: Direction::Shorter } => "differs: shorter".to_owned(),
        Verdict::EqualWithin { factor } => format!("equal within {}", ratio(factor)),
        Verdict::Undecided => "undecided".to_owned(),
    }
}
