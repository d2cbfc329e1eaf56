//! Small multiples along a swept axis: one panel for each kind of case.

use crate::chart::{Axis, Figure, Level, Look, Mark, Panel, Plane, Series, Spacing, Unit};
use crate::subject::{Case, Subject};

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let axis = subject.evidence.swept_axis().unwrap_or("parameter").replace('_', " ");
    let kinds = subject.by_name().into_iter().filter(|(_, cases)| cases.len() > 1);
    let panels: Vec<(String, Panel)> =
        kinds.map(|(name, cases)| (name.clone(), panel(&axis, &name, &cases))).collect();
    subject.figure(
        "swept",
        format!("The time of a packet by {axis}."),
        format!(
            "One panel for each kind of packet, each with a scale of its own; both axes by factors. Lines through marks \
             are 95 % intervals over blocks; the dashed line is the least time of the panel. Lower is better; {axis} grows \
             to the right."
        ),
        panels,
    )
}

fn panel(axis: &str, name: &str, cases: &[Case<'_>]) -> Panel {
    let (unit, title) = if axis.ends_with("size") {
        (Unit::ExactBytes, format!("{axis}, bytes"))
    } else {
        (Unit::Count, axis.to_owned())
    };
    let ticks = cases.iter().filter_map(|case| case.record.case.parameter).collect();
    let x = Axis::new(&title, unit, Spacing::Log).with_ticks(ticks);
    let y = Axis::new("time of a packet", Unit::Nanoseconds, Spacing::Log);
    let mut plane = Plane::new(x, y);
    let mark = |case: &Case<'_>| {
        let (x, y) = (case.record.case.parameter?, case.time_ns());
        let title = format!("{name}, {axis} {x}: {}", Unit::Nanoseconds.figure(y));
        Some(Mark::at(x, y, title).with_interval(case.interval(y)))
    };
    let marks: Vec<Mark> = cases.iter().filter_map(mark).collect();
    if let Some(least) = marks.iter().map(|mark| mark.y).min_by(f64::total_cmp) {
        let label = Unit::Nanoseconds.figure(least);
        plane.levels.push(Level { value: least, label });
    }
    plane.series.push(Series { name: String::new(), look: Look(1), is_joined: true, marks });
    plane.into()
}
