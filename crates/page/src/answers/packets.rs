//! What a sync adds to a commit of each size.

use measure::record::RunRecord;
use report::judgement::{Finding, Metric};

use super::durability::dedup_by_case;
use super::told::{at_each, times_as_long};
use crate::charts::KNEE_FLOORS;
use crate::subject::{Case, Subject, axis_of};

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let has_level = |record: &RunRecord, level: &str| axis_of(record, "synchronous") == level;
    let mut findings = subject.findings(|finding, case, baseline| {
        finding.key.metric == Metric::AckedTime
            && case.case.parameter == baseline.case.parameter
            && has_level(case, "full")
            && has_level(baseline, "normal")
    });
    dedup_by_case(&mut findings);
    let parameter = |finding: &&Finding| {
        let record = subject.evidence.case(&finding.key.case.0);
        record.and_then(|record| record.case.parameter).unwrap_or(0.0)
    };
    findings.sort_by(|a, b| parameter(a).total_cmp(&parameter(b)));
    let Some(first) = findings.first() else { return Vec::new() };
    let parts = at_each(subject, &findings, times_as_long);
    let told = format!("The sync makes a commit to SQLite's WAL take {parts}.");
    [told].into_iter().chain(knee(subject, first)).collect()
}

/// From which size on the disk takes less than half of a commit.
fn knee(subject: Subject<'_>, finding: &Finding) -> Option<String> {
    let label = &subject.evidence.case(&finding.key.case.0)?.case.label;
    let beyond = |case: &Case<'_>| {
        let floors = case.row.own.floors_per_ack;
        case.record.case.label == *label && floors.is_some_and(|floors| floors > KNEE_FLOORS)
    };
    let parameter = |case: &Case<'_>| case.record.case.parameter.unwrap_or(f64::MAX);
    let first = subject.cases().filter(beyond).min_by(|a, b| parameter(a).total_cmp(&parameter(b)));
    let at = subject.at(&first?.record.case);
    Some(format!(
        "From {at} on, of the sizes that were tried, the disk is less than half of a commit."
    ))
}
