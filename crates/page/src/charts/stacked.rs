//! Each case as floors of the disk and CPU references, stacked.

use measure::stats::Coefficient;
use report::quantity;

use super::{id, table_id};
use crate::chart::{Axis, Figure, Key, Line, Look, Panel, Rows, Segment, Spacing, Unit};
use crate::subject::{Case, Subject};

const FLOORS: Look = Look(0);
const REFERENCES: Look = Look(1);

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let mut panels = Vec::new();
    for (at, cases) in subject.by_parameter() {
        let lines: Vec<Line> =
            cases.iter().filter_map(|case| line(&subject.name(&case.record.case), case)).collect();
        if lines.is_empty() {
            continue;
        }
        let axis = Axis::new("time of a packet", Unit::Nanoseconds, Spacing::Linear);
        let mut rows = Rows::new(axis);
        rows.lines.push(Line::heading(&at));
        rows.lines.extend(lines);
        panels.push((at, Panel::Rows(rows)));
    }
    (!panels.is_empty()).then(|| Figure {
        id: id(subject, "stacked"),
        title: "Where the time goes: disk and processor.".into(),
        text: "Each time as a floors of the disk (one write and one sync each) and b CPU references (a fixed batch of \
               inserts in memory), fitted over all pieces. What is undecided between the two is in the intervals, which \
               each bar tells; where one is wide, only the sum is known well."
            .into(),
        panels,
        keys: vec![
            Key { look: FLOORS, name: "a: floors of the disk".into() },
            Key { look: REFERENCES, name: "b: CPU references".into() },
        ],
        table: table_id(subject),
    })
}

fn line(name: &str, case: &Case<'_>) -> Option<Line> {
    let cost = case.row.cost?;
    let part = |coefficient: Option<Coefficient>, ns: f64| {
        coefficient.map_or(0.0, |coefficient| coefficient.estimate * ns)
    };
    let floors = part(cost.floors, cost.nominal.floor_ns);
    let references = part(cost.references, cost.nominal.reference_ns);
    let title = |what: &str, coefficient: Option<Coefficient>, ns: f64| {
        let times = coefficient.map_or_else(String::new, |it| {
            let interval = it.interval;
            format!(
                "{} ({} to {}) ",
                quantity::factor(it.estimate),
                quantity::factor(interval.low),
                quantity::factor(interval.high)
            )
        });
        format!("{name}: {times}{what}, {}", quantity::duration_ns(ns))
    };
    let segment = |look, from, to, title| Segment { look, from, to, title };
    let mut segments = Vec::new();
    if floors > 0.0 {
        segments.push(segment(FLOORS, 0.0, floors, title("floors", cost.floors, floors)));
    }
    if references > 0.0 {
        let title = title("CPU references", cost.references, references);
        segments.push(segment(REFERENCES, floors, floors + references, title));
    }
    let value = quantity::duration_ns(cost.time_ns);
    Some(Line { label: name.to_owned(), segments, value, ..Line::default() })
}
