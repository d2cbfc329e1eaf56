//! Each case as floors of the disk and CPU references, stacked.

use measure::stats::Coefficient;
use report::quantity;

use super::ids::{id, table_id};
use crate::chart::{Axis, Figure, Key, Line, Look, Panel, Rows, Segment, Spacing, Symbol, Unit};
use crate::subject::{Case, Subject};

const FLOORS: Look = Look(0);
const REFERENCES: Look = Look(1);

/// Times that differ by more than this are not seen on one axis.
const SHARED_AXIS_MAX: f64 = 8.0;

/// The bars of each place on the swept axis, where it has any.
fn places(subject: Subject<'_>) -> Vec<(String, Vec<Line>)> {
    let lines = |cases: &[Case<'_>]| -> Vec<Line> {
        cases.iter().filter_map(|case| line(&subject.row_name(&case.record.case), case)).collect()
    };
    let places = subject.by_parameter().into_iter();
    let places = places.map(|(at, cases)| (at, lines(&cases)));
    places.filter(|(_, lines)| !lines.is_empty()).collect()
}

/// Whether the longest bars of all places are seen on one axis.
fn share_an_axis(places: &[(String, Vec<Line>)]) -> bool {
    let longest = places.iter().filter_map(|(_, lines)| {
        let ends = lines.iter().flat_map(|line| &line.segments).map(|segment| segment.to);
        ends.max_by(f64::total_cmp)
    });
    let longest: Vec<f64> = longest.collect();
    let (least, most) = (
        longest.iter().copied().fold(f64::MAX, f64::min),
        longest.iter().copied().fold(0.0, f64::max),
    );
    most <= least * SHARED_AXIS_MAX
}

fn rows(lines: Vec<Line>) -> Panel {
    let axis = Axis::new("time of a packet", Unit::Nanoseconds, Spacing::Linear);
    Panel::Rows(Rows { lines, ..Rows::new(axis) })
}

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let places = places(subject);
    let panels: Vec<(String, Panel)> = if places.is_empty() {
        Vec::new()
    } else if share_an_axis(&places) {
        // Alone a chart has no title of its own.
        let headed = |(at, lines): (String, Vec<Line>)| [vec![Line::heading(&at)], lines].concat();
        vec![(String::new(), rows(places.into_iter().flat_map(headed).collect()))]
    } else {
        places.into_iter().map(|(at, lines)| (at, rows(lines))).collect()
    };
    (!panels.is_empty()).then(|| Figure {
        id: id(subject, "stacked"),
        title: "Where the time goes: disk and processor.".into(),
        text: "Each time = a x (one write and sync) + b x (a fixed CPU batch), fitted over all pieces. What is undecided between the two is in the intervals, which \
               each bar tells; where one is wide, only the sum is known well."
            .into(),
        panels,
        keys: vec![
            Key { look: FLOORS, symbol: Symbol::Bar, name: "a: writes and syncs".into() },
            Key { look: REFERENCES, symbol: Symbol::Bar, name: "b: CPU batches".into() },
        ],
        table: table_id(subject),
    })
}

fn line(name: &str, case: &Case<'_>) -> Option<Line> {
    let cost = case.record.cost.as_ref()?;
    let part = |coefficient: Option<Coefficient>, ns: f64| {
        coefficient.map_or(0.0, |coefficient| coefficient.estimate * ns)
    };
    let floors = part(cost.floors(), cost.nominal.floor_ns);
    let references = part(cost.references(), cost.nominal.reference_ns);
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
        segments.push(segment(FLOORS, 0.0, floors, title("floors", cost.floors(), floors)));
    }
    if references > 0.0 {
        let title = title("CPU references", cost.references(), references);
        segments.push(segment(REFERENCES, floors, floors + references, title));
    }
    let value = quantity::duration_ns(cost.time.geometric_mean_ns());
    Some(Line { label: name.to_owned(), segments, value, ..Line::default() })
}
