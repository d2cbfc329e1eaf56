//! Findings in words.

use report::judgement::{Direction, Finding, Verdict};
use report::quantity;

use crate::subject::Subject;

/// How many times as long the case takes as the baseline: `4.46 times as long (4.20 to 4.73)`; what is no difference says so.
pub(super) fn times_as_long(finding: &Finding) -> String {
    told(finding, [finding.interval_95.low, finding.factor, finding.interval_95.high])
}

/// How many times as long the baseline takes as the case.
pub(super) fn times_as_long_inverse(finding: &Finding) -> String {
    let interval = finding.interval_95;
    told(finding, [interval.high, finding.factor, interval.low].map(|factor| 1.0 / factor))
}

fn told(finding: &Finding, factors: [f64; 3]) -> String {
    let [low, factor, high] = factors.map(quantity::factor);
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

/// Where a finding's case stands on the swept axis.
pub(super) fn place(subject: Subject<'_>, finding: &Finding) -> String {
    let record = subject.evidence.case(&finding.key.case.0);
    record.map_or_else(String::new, |record| subject.at(&record.case))
}

/// Findings, each with its place: `4.46 times as long (4.20 to 4.73) with 1 record per packet and ...`.
pub(super) fn at_each_place(
    subject: Subject<'_>,
    findings: &[&Finding],
    told: fn(&Finding) -> String,
) -> String {
    let part = |finding: &&Finding| format!("{} with {}", told(finding), place(subject, finding));
    all_of(&findings.iter().map(part).collect::<Vec<_>>())
}

/// One finding for each case: a case may be compared with one baseline for two reasons.
pub(super) fn one_of_each_case(mut findings: Vec<&Finding>) -> Vec<&Finding> {
    let mut seen = Vec::new();
    findings.retain(|finding| {
        let is_new = !seen.contains(&&finding.key.case);
        seen.push(&finding.key.case);
        is_new
    });
    findings
}

/// Whether a finding takes less time than its baseline.
pub(super) fn is_shorter(finding: &Finding) -> bool {
    finding.verdict == Verdict::Differs { direction: Direction::Shorter }
}

/// Whether it takes longer.
pub(super) fn is_longer(finding: &Finding) -> bool {
    finding.verdict == Verdict::Differs { direction: Direction::Longer }
}

/// How many findings take longer, are equal and are undecided, each in words.
pub(super) fn others_counted(findings: &[&Finding]) -> [(usize, String); 3] {
    let number = |is: fn(&Finding) -> bool| findings.iter().filter(|finding| is(finding)).count();
    let is_equal = |finding: &Finding| matches!(finding.verdict, Verdict::EqualWithin { .. });
    [
        (number(is_longer), ["takes longer", "take longer"]),
        (number(is_equal), ["is equal", "are equal"]),
        (number(|it| it.verdict == Verdict::Undecided), ["is undecided", "are undecided"]),
    ]
    .map(|(number, [one, several])| (number, counted(number, one, several)))
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
