//! Other page sizes against the default.

use report::judgement::{ContrastKind, Finding};
use report::quantity;

use super::told::{all_of, counted, is_longer, is_shorter, others_counted, times_as_long};
use crate::subject::{Subject, axis_of};

/// The axis.
const PAGE_SIZE: &str = "page_size";

/// Since version 3.12: <https://sqlite.org/pgszchng2016.html>.
const SQLITE_DEFAULT: &str = "4096";

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let findings = subject.findings(|finding, _, _| {
        matches!(&finding.key.kind, ContrastKind::OneFactorAlone { axis } if axis == PAGE_SIZE)
    });
    let Some(first) = findings.first() else { return Vec::new() };
    let Some(base) = subject.evidence.case(&first.key.baseline.0) else { return Vec::new() };
    let default = axis_of(base, PAGE_SIZE);
    let worst = findings.iter().filter(|finding| is_longer(finding));
    let worst = worst
        .max_by(|a, b| a.factor.total_cmp(&b.factor))
        .map_or_else(String::new, |it| format!(" What costs most: {}.", exception(subject, it)));
    let best = findings.iter().filter(|finding| is_shorter(finding));
    let best: Vec<String> = best.map(|finding| exception(subject, finding)).collect();
    let all = findings.len();
    let [(longer, longer_told), (_, equal), (undecided, _)] = others_counted(&findings);
    // What takes less time comes last, for the sentence goes on with it.
    let told = all_of(&[
        longer_told,
        equal,
        format!("{undecided} of {all} are undecided"),
        counted(best.len(), "takes less time", "take less time"),
    ]);
    let usual = if default == SQLITE_DEFAULT { ", SQLite's default" } else { "" };
    let answer = if best.len() <= longer {
        format!("Keep {default} bytes{usual}")
    } else {
        format!("Look beyond {default} bytes{usual}, by your load")
    };
    let best = if best.is_empty() { String::new() } else { format!(": {}", all_of(&best)) };
    vec![format!("{answer}: of {all} comparisons of another size with it, {told}{best}.{worst}")]
}

/// `16384 bytes for commits of 400 records of 24 B in the table votes (wal/16384), 0.87 times as long (0.84 to 0.90)`.
fn exception(subject: Subject<'_>, finding: &Finding) -> String {
    let id = &finding.key.case.0;
    let times = times_as_long(finding);
    let Some(record) = subject.evidence.case(id) else { return format!("{id}, {times}") };
    format!(
        "{} bytes for commits of {} records of {} in the table {} ({id}), {times}",
        axis_of(record, PAGE_SIZE),
        record.case.records_per_packet,
        quantity::bytes(record.case.record_bytes),
        axis_of(record, "table"),
    )
}
