//! Other page sizes against the default.

use report::judgement::{ContrastKind, Direction, Finding, Verdict};
use report::quantity;

use super::told::{Told, all_of, counted};
use crate::subject::{Subject, axis_of};

/// The axis.
const PAGE_SIZE: &str = "page_size";

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let findings = subject.findings(|finding, _, _| {
        matches!(&finding.key.kind, ContrastKind::OneFactorAlone { axis } if axis == PAGE_SIZE)
    });
    let Some(first) = findings.first() else { return Vec::new() };
    let Some(base) = subject.evidence.case(&first.key.baseline.0) else { return Vec::new() };
    let default = axis_of(base, PAGE_SIZE);
    let of = |is: fn(Verdict) -> bool| -> Vec<&&Finding> {
        findings.iter().filter(|finding| is(finding.verdict)).collect()
    };
    let longer = of(|it| it == Verdict::Differs { direction: Direction::Longer });
    let shorter = of(|it| it == Verdict::Differs { direction: Direction::Shorter });
    let equal = of(|it| matches!(it, Verdict::EqualWithin { .. }));
    let undecided = of(|it| it == Verdict::Undecided);
    let worst = longer.iter().map(|finding| finding.factor).max_by(f64::total_cmp);
    let worst = worst.map_or_else(String::new, |worst| {
        format!(" (up to {} times as long)", quantity::factor(worst))
    });
    let parts = [
        format!("{}{worst}", counted(longer.len(), "takes longer", "take longer")),
        counted(shorter.len(), "takes less time", "take less time"),
        counted(equal.len(), "is equal", "are equal"),
        counted(undecided.len(), "is undecided", "are undecided"),
    ];
    let told = format!(
        "Of {} comparisons of another size with it, {}.",
        findings.len(),
        all_of(&parts)
    );
    let best: Vec<String> = shorter.iter().map(|finding| exception(subject, finding)).collect();
    let answer = if best.is_empty() {
        format!("Keep {default} bytes: nothing that was measured here speaks against it.")
    } else {
        format!("Keep {default} bytes, unless yours is one of the loads with another best: {}.", all_of(&best))
    };
    vec![answer, told]
}

/// `16384 bytes for WAL, 0.93 times as long (0.90 to 0.96)`.
fn exception(subject: Subject<'_>, finding: &Finding) -> String {
    let record = subject.evidence.case(&finding.key.case.0);
    let load = record.map_or_else(String::new, |record| subject.name(&record.case));
    let size = record.map_or("", |record| axis_of(record, PAGE_SIZE));
    format!("{size} bytes for {load} takes {}", Told::of(finding).times_as_long())
}
