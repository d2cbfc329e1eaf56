//! Several runs beside each other: what each was, and what each says of the log beside `SQLite`.

use maud::{Markup, html};
use report::judgement::{ContrastKind, Metric};
use report::model::floors;
use report::quantity;
use report::table::{Cell, Field, Missing, Table};

use crate::chart::{Axis, Figure, Level, Line, Look, Mark, Rows, Spacing, Unit, alone};
use crate::run::Run;
use crate::subject::grouped;
use crate::table::table;

const FIELDS: [Field<Run>; 7] = [
    Field::words("run", "run", |run| Cell::text(name(run))),
    Field::words("host", "host", |run| {
        let host = run.first().and_then(|it| it.environment.operating_system.hostname.clone());
        Cell::known(host, Cell::Text)
    }),
    Field::words("processor", "processor", |run| {
        Cell::known(run.first().and_then(|it| it.environment.processor.model.clone()), Cell::Text)
    }),
    Field::words("file_system", "file system", |run| {
        Cell::known(run.first().and_then(|it| it.environment.filesystem.kind.clone()), Cell::Text)
    }),
    Field::words("revision", "revision", |run| {
        let git = run.first().and_then(|it| it.git.as_ref());
        Cell::known(git.map(|git| git.revision_short.clone()), Cell::Text)
    }),
    Field::figure("cases", "cases", |run| Cell::Count(run.records().count() as u64)),
    Field::figure("floor_ns", "least floor", |run| {
        Cell::of(floor_ns(run), Cell::Nanoseconds, Missing::NotMeasured)
    }),
];

/// The runs; nothing where there is only one.
pub(crate) fn runs(run: &Run, others: &[Run]) -> Markup {
    if others.is_empty() {
        return html! {};
    }
    let all: Vec<&Run> = std::iter::once(run).chain(others).collect();
    html! {
        section id="runs" {
            h2 { (all.len()) " runs" }
            p { "This page tells the run that began last; here it stands beside the others." }
            (figure(&all).draw())
            (table("runs-table", "The runs", &Table::of(&FIELDS, all), &|_| None))
        }
    }
}

fn name(run: &Run) -> String {
    let folder = run.folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let begun = run.first().map_or_else(String::new, |record| record.started_utc.to_string());
    format!("{} {begun}", folder.unwrap_or_default())
}

fn floor_ns(run: &Run) -> Option<f64> {
    let records: Vec<_> = run.records().collect();
    floors(&records).iter().map(|line| line.p50_ns.median).min_by(f64::total_cmp)
}

/// The log beside `SQLite` in each run, contrast by contrast.
fn figure(all: &[&Run]) -> Figure {
    let axis = Axis::new("the log's time over SQLite's", Unit::Ratio, Spacing::Log);
    let mut rows = Rows::new(axis);
    let mut told: Vec<(String, Line)> = Vec::new();
    for run in all {
        for finding in run.models.iter().flat_map(|model| model.conclusion.judged.findings()) {
            let key = &finding.key;
            if key.kind != ContrastKind::LogBesideSqlite || key.metric != Metric::AckedTime {
                continue;
            }
            let contrast = format!("{}: {} over {}", key.question, key.case, key.baseline);
            let interval = finding.interval_95;
            let title = format!("{contrast}, {}: {}", name(run), quantity::ratio(finding.factor));
            let mark = Mark::at(finding.factor, 0.0, title)
                .with_interval(Some((interval.low, interval.high)));
            let value = format!("{}x", quantity::ratio(finding.factor));
            told.push((contrast, Line::mark(name(run), Look(1), mark, value)));
        }
    }
    told.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (contrast, lines) in grouped(told, |(contrast, _)| contrast.clone()) {
        rows.lines.push(Line::heading(&contrast));
        rows.lines.extend(lines.into_iter().map(|(_, line)| line));
    }
    rows.levels.push(Level { value: 1.0, label: "as long".into() });
    Figure {
        id: "runs-log".into(),
        title: "The log beside SQLite, run by run.".into(),
        text: "Left of the dashed line the log takes less time. Lines are 95 % intervals over the blocks of one run: they \
               hold no variance between runs."
            .into(),
        panels: alone(rows),
        table: "runs-table".into(),
    }
}
