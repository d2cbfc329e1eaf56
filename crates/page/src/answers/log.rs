//! `SQLite` against the log at an equal promise, and what to use.

use measure::record::RunRecord;
use report::judgement::{ContrastKind, Finding, Metric};
use report::quantity;
use report::table::{Cell, Field, Table};

use super::told::{ByVerdict, least, most, times_as_long_beside};
use crate::subject::{Subject, axis_of};

/// A size of commits, with what a commit takes in each.
struct Line {
    at: String,
    log_ns: Option<f64>,
    sqlite_ns: Option<f64>,
    told: String,
}

const FIELDS: [Field<Line>; 4] = [
    Field::words("at", "commit of", |line| Cell::text(line.at.clone())),
    Field::figure("log_ns", "the log", |line| Cell::known(line.log_ns, Cell::Nanoseconds)),
    Field::figure("sqlite_ns", "SQLite", |line| Cell::known(line.sqlite_ns, Cell::Nanoseconds)),
    Field::words("times", "SQLite's over the log's", |line| Cell::text(line.told.clone())),
];

fn findings<'run>(subject: Subject<'run>) -> Vec<&'run Finding> {
    let alone = |record: &RunRecord| axis_of(record, "driver") == "closed";
    subject.findings(|finding, case, baseline| {
        finding.key.kind == ContrastKind::LogBesideSqlite
            && finding.key.metric == Metric::AckedTime
            && alone(case)
            && alone(baseline)
    })
}

/// The two at each size.
pub(super) fn table(subject: Subject<'_>) -> Table {
    let time = |id: &str| {
        let mut cases = subject.cases();
        cases.find(|case| case.record.case.id == id).map(|case| case.time_ns())
    };
    let line = |finding: &Finding| {
        let at = subject.evidence.case(&finding.key.case.0).map(|it| subject.at(&it.case));
        Line {
            at: at.unwrap_or_default(),
            log_ns: time(&finding.key.case.0),
            sqlite_ns: time(&finding.key.baseline.0),
            told: times_as_long_beside(finding),
        }
    };
    let lines: Vec<Line> = findings(subject).into_iter().map(line).collect();
    Table::of(&FIELDS, &lines)
}

pub(super) fn say(subject: Subject<'_>, run: &[Subject<'_>]) -> Vec<String> {
    let findings = findings(subject);
    if findings.is_empty() {
        return subject.model.conclusion.sentences().map(str::to_owned).collect();
    }
    let mut sentences = vec![what_to_use(&findings)];
    sentences.push(
        "The table compares them at the same promise, a sync before each ack (SQLite with a WAL and FULL)."
            .to_owned(),
    );
    let of_soup = |subject: &Subject<'_>| {
        subject.cases().any(|case| case.record.case.engine.starts_with("soup-log"))
    };
    if run.iter().any(of_soup) {
        sentences.push(
            "\"The log\" is the native log, which this project wrote; Soup's log (soup-log below) is another one."
                .to_owned(),
        );
    }
    sentences
}

/// One sentence, by how many sizes differ and by how much.
fn what_to_use(findings: &[&Finding]) -> String {
    let all = findings.len();
    let quicker = ByVerdict::of(findings.iter().copied(), |finding| finding).shorter;
    // The log's time over SQLite's, of which the sentence tells the inverse.
    let (Some(least), Some(most)) = (most(&quicker), least(&quicker)) else {
        return format!(
            "Use SQLite with a WAL and FULL: the log takes less time at none of {all} sizes of a commit."
        );
    };
    format!(
        "Use SQLite with a WAL and FULL if you query what you keep, and the append-only log if you only append and read \
         back: the log takes less time at {} of {all} sizes of a commit, where SQLite takes {} to {} times as long.",
        quicker.len(),
        quantity::factor(1.0 / least.factor),
        quantity::factor(1.0 / most.factor),
    )
}
