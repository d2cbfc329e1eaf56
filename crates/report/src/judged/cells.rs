//! A contrast's figures as they are printed, in tables and in sentences alike.

use measure::stats::Interval;

use crate::judgement::{Class, Direction, Finding, Verdict};
pub(crate) use crate::quantity::ratio;

/// `1.02 to 1.08`.
pub(crate) fn range(interval: Interval) -> String {
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
