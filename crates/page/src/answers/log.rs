//! `SQLite` against the log at an equal promise, and what takes the least time.

use measure::record::RunRecord;
use report::judgement::{ContrastKind, Finding, Metric};

use super::told::{Told, all_of};
use crate::subject::{Subject, axis_of};

/// So many of the question's own sentences say what to use.
const CHOICES_MAX: usize = 2;

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let alone = |record: &RunRecord| axis_of(record, "driver") == "closed";
    let findings = subject.findings(|finding, case, baseline| {
        finding.key.kind == ContrastKind::LogBesideSqlite
            && finding.key.metric == Metric::AckedTime
            && alone(case)
            && alone(baseline)
    });
    let part = |finding: &&Finding| {
        let at = subject.evidence.case(&finding.key.case.0).map(|it| subject.at(&it.case));
        let times = Told::inverse(finding).times_as_long();
        format!("{times} with {}", at.unwrap_or_default())
    };
    let mut sentences = Vec::new();
    if !findings.is_empty() {
        let parts: Vec<String> = findings.iter().map(part).collect();
        sentences.push(format!(
            "At the same promise, a sync before each ack, a commit in SQLite's WAL takes {}, compared with the append-only \
             log.",
            all_of(&parts)
        ));
    }
    sentences.extend(subject.model.conclusion.sentences().take(CHOICES_MAX).map(str::to_owned));
    sentences
}
