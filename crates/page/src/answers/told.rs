//! Findings in words.

use report::judgement::{Direction, Finding, Verdict};
use report::quantity;

use crate::subject::Subject;

/// How many times as long the case takes as its baseline: `4.46 times as long (4.20 to 4.73)`; what is no difference says
/// so.
pub(super) fn times_as_long(finding: &Finding) -> String {
    let interval = finding.interval_95;
    in_words(finding, finding.factor, [interval.low, interval.high])
}

/// How many times as long the baseline takes as the case.
pub(super) fn times_as_long_beside(finding: &Finding) -> String {
    let interval = finding.interval_95;
    in_words(finding, 1.0 / finding.factor, [1.0 / interval.high, 1.0 / interval.low])
}

fn in_words(finding: &Finding, factor: f64, [low, high]: [f64; 2]) -> String {
    let [factor, low, high] = [factor, low, high].map(quantity::factor);
    match finding.verdict {
        Verdict::Differs { .. } => format!("{factor} times as long ({low} to {high})"),
        Verdict::EqualWithin { factor } => {
            format!("as long, within a factor of {}", quantity::factor(factor))
        }
        Verdict::Undecided => format!(
            "{factor} times as long ({low} to {high}; undecided, where a factor of {} would have been seen)",
            quantity::factor(finding.could_have_seen)
        ),
    }
}

/// Findings in words, each with where its case stands on the swept axis.
pub(super) fn at_each(
    subject: Subject<'_>,
    findings: &[&Finding],
    told: fn(&Finding) -> String,
) -> String {
    let part = |finding: &&Finding| {
        let at = subject.evidence.case(&finding.key.case.0).map(|it| subject.at(&it.case));
        format!("{} with {}", told(finding), at.unwrap_or_default())
    };
    all_of(&findings.iter().map(part).collect::<Vec<String>>())
}

/// Findings, or what has one, by the verdict.
pub(super) struct ByVerdict<T> {
    pub(super) shorter: Vec<T>,
    pub(super) longer: Vec<T>,
    pub(super) equal: Vec<T>,
    pub(super) undecided: Vec<T>,
}

impl<T> ByVerdict<T> {
    pub(super) fn of(all: impl IntoIterator<Item = T>, finding: impl Fn(&T) -> &Finding) -> Self {
        let [mut shorter, mut longer, mut equal, mut undecided] = [(); 4].map(|()| Vec::new());
        for one in all {
            let alike = match finding(&one).verdict {
                Verdict::Differs { direction: Direction::Shorter } => &mut shorter,
                Verdict::Differs { direction: Direction::Longer } => &mut longer,
                Verdict::EqualWithin { .. } => &mut equal,
                Verdict::Undecided => &mut undecided,
            };
            alike.push(one);
        }
        Self { shorter, longer, equal, undecided }
    }
}

/// The finding with the least factor.
pub(super) fn least<'run>(findings: &[&'run Finding]) -> Option<&'run Finding> {
    findings.iter().copied().min_by(|a, b| a.factor.total_cmp(&b.factor))
}

/// The finding with the greatest factor.
pub(super) fn most<'run>(findings: &[&'run Finding]) -> Option<&'run Finding> {
    findings.iter().copied().max_by(|a, b| a.factor.total_cmp(&b.factor))
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
