//! A contrast's figures as they are printed, in tables and in sentences alike.

use crate::judgement::{Class, Direction, Finding, TrendFinding, Verdict};
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

/// How many times as long it takes at twice the value.
pub(crate) fn per_doubling(trend: &TrendFinding) -> String {
    ratio(trend.per_doubling)
}

/// The interval of that at 95 %.
pub(crate) fn per_doubling_interval(trend: &TrendFinding) -> String {
    let interval = trend.per_doubling_interval_95;
    format!("{} to {}", ratio(interval.low), ratio(interval.high))
}

/// What a contrast says: `differs: longer`, `equal within 1.05`, `undecided: no instruction counts`.
#[must_use]
pub fn verdict(finding: &Finding) -> String {
    let [longer, shorter] =
        if finding.key.metric.is_time() { ["longer", "shorter"] } else { ["more", "less"] };
    match finding.verdict {
        Verdict::Differs { direction: Direction::Longer } => format!("differs: {longer}"),
        Verdict::Differs { direction: Direction::Shorter } => format!("differs: {shorter}"),
        Verdict::EqualWithin { factor } => format!("equal within {}", ratio(factor)),
        Verdict::Undecided => match finding.undecided_because {
            Some(because) => format!("undecided: {because}"),
            None => "undecided".to_owned(),
        },
    }
}

/// What was measured where, of one class.
pub(crate) fn class(class: Class) -> &'static str {
    match class {
        Class::Disk => "on the disk",
        Class::DiskWithIndex => "on the disk with an index",
        Class::Memory => "in memory",
        Class::Turns => "in turns",
        Class::Log => "the log",
    }
}
