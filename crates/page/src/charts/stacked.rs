//! Each case as floors of the disk and CPU references, stacked.

use measure::stats::Coefficient;
use report::quantity;

use crate::chart::{
    Axis, Figure, Key, Line, Look, Panel, Rows, Segment, Spacing, Symbol, Unit, alone,
};
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
    let (least, most) =
        longest.fold((f64::MAX, 0.0), |(least, most), to| (to.min(least), to.max(most)));
    most <= least * SHARED_AXIS_MAX
}

fn rows(lines: Vec<Line>) -> Panel {
    let axis = Axis::new("time of a packet", Unit::Nanoseconds, Spacing::Linear);
    let keys = vec![
        Key::new(FLOORS, Symbol::Bar, "a: writes and syncs"),
        Key::new(REFERENCES, Symbol::Bar, "b: CPU batches"),
    ];
    Rows { lines, keys, ..Rows::new(axis) }.into()
}

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let places = places(subject);
    let panels: Vec<(String, Panel)> = if share_an_axis(&places) {
        // Alone a chart has no title of its own.
        let headed = |(at, lines): (String, Vec<Line>)| [vec![Line::heading(&at)], lines].concat();
        alone(rows(places.into_iter().flat_map(headed).collect()))
    } else {
        places.into_iter().map(|(at, lines)| (at, rows(lines))).collect()
    };
    subject.figure(
        "stacked",
        "Where the time goes: disk and processor.",
        "Each time = a x (one write and sync) + b x (a fixed CPU batch), fitted over all pieces. What is undecided between the two is in the intervals, which \
         each bar tells; where one is wide, only the sum is known well.",
        panels,
    )
}

fn line(name: &str, case: &Case<'_>) -> Option<Line> {
    let cost = case.row.cost?;
    let parts = [
        (FLOORS, "floors", cost.floors, cost.nominal.floor_ns),
        (REFERENCES, "CPU references", cost.references, cost.nominal.reference_ns),
    ];
    let (mut segments, mut from) = (Vec::new(), 0.0);
    for (look, what, coefficient, nominal_ns) in parts {
        let Some(Coefficient { estimate, interval, .. }) = coefficient else { continue };
        let ns = estimate * nominal_ns;
        if ns > 0.0 {
            let title = format!(
                "{name}: {} ({} to {}) {what}, {}",
                quantity::factor(estimate),
                quantity::factor(interval.low),
                quantity::factor(interval.high),
                quantity::duration_ns(ns)
            );
            segments.push(Segment { look, from, to: from + ns, title });
            from += ns;
        }
    }
    let value = quantity::duration_ns(cost.time_ns);
    Some(Line { label: name.to_owned(), segments, value, ..Line::default() })
}
