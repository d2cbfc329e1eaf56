//! Each case as floors of the disk and CPU references, stacked.

use measure::stats::Coefficient;
use report::quantity;

use super::shared::figure;
use crate::chart::{Axis, Figure, Key, Line, Look, Panel, Rows, Segment, Spacing, Symbol, Unit};
use crate::subject::{Case, Subject};

const FLOORS: Look = Look(0);
const REFERENCES: Look = Look(1);

/// Times that differ by more than this are not seen on one axis.
const SHARED_AXIS_MAX: f64 = 8.0;

pub(super) fn draw(subject: Subject<'_>) -> Option<Figure> {
    let lines = |cases: &[Case<'_>]| -> Vec<Line> {
        cases.iter().filter_map(|case| line(&subject.row_name(&case.record.case), case)).collect()
    };
    let places = subject.by_parameter().into_iter().map(|(at, cases)| (at, lines(&cases)));
    let places: Vec<(String, Vec<Line>)> = places.filter(|(_, lines)| !lines.is_empty()).collect();
    let panels = if share_an_axis(&places) {
        // Alone a chart has no title of its own.
        let headed = |(at, lines): (String, Vec<Line>)| [vec![Line::heading(&at)], lines].concat();
        vec![(String::new(), rows(places.into_iter().flat_map(headed).collect()))]
    } else {
        places.into_iter().map(|(at, lines)| (at, rows(lines))).collect()
    };
    let said = (
        "Where the time goes: disk and processor.",
        "Each time = a x (one write and sync) + b x (a fixed CPU batch), fitted over all pieces. What is undecided between the \
         two is in the intervals, which each bar tells; where one is wide, only the sum is known well.",
    );
    let keys = vec![
        Key::new(FLOORS, Symbol::Bar, "a: writes and syncs"),
        Key::new(REFERENCES, Symbol::Bar, "b: CPU batches"),
    ];
    figure(subject, "stacked", said, panels, keys)
}

/// Whether the longest bars of all places are seen on one axis.
fn share_an_axis(places: &[(String, Vec<Line>)]) -> bool {
    let longest = |(_, lines): &(String, Vec<Line>)| {
        let ends = lines.iter().flat_map(|line| &line.segments).map(|segment| segment.to);
        ends.max_by(f64::total_cmp)
    };
    let longest = || places.iter().filter_map(longest);
    longest().fold(0.0, f64::max) <= longest().fold(f64::MAX, f64::min) * SHARED_AXIS_MAX
}

fn rows(lines: Vec<Line>) -> Panel {
    let axis = Axis::new("time of a packet", Unit::Nanoseconds, Spacing::Linear);
    Panel::Rows(Rows::new(axis, lines))
}

fn line(name: &str, case: &Case<'_>) -> Option<Line> {
    let cost = case.row.cost?;
    let mut segments: Vec<Segment> = Vec::new();
    for (look, what, coefficient, unit_ns) in [
        (FLOORS, "floors", cost.floors, cost.nominal.floor_ns),
        (REFERENCES, "CPU references", cost.references, cost.nominal.reference_ns),
    ] {
        let Some(Coefficient { estimate, interval }) = coefficient else { continue };
        let ns = estimate * unit_ns;
        if ns > 0.0 {
            let from = segments.last().map_or(0.0, |before| before.to);
            let title = format!(
                "{name}: {} ({} to {}) {what}, {}",
                quantity::factor(estimate),
                quantity::factor(interval.low),
                quantity::factor(interval.high),
                quantity::duration_ns(ns)
            );
            segments.push(Segment { look, from, to: from + ns, title });
        }
    }
    let value = quantity::duration_ns(cost.time_ns);
    Some(Line { label: name.to_owned(), segments, value, ..Line::default() })
}
