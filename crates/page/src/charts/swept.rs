//! Small multiples along a swept axis: one panel for each kind of case.

use report::quantity;

use super::shared::figure;
use crate::chart::{Axis, Figure, Level, Look, Mark, Panel, Plane, Series, Spacing, Unit};
use crate::subject::{Case, Subject};

pub(super) fn draw(subject: Subject<'_>) -> Option<Figure> {
    let axis = subject.evidence.swept_axis().unwrap_or("parameter").replace('_', " ");
    let kinds = subject.by_name().into_iter().filter(|(_, cases)| cases.len() > 1);
    let panel = |(name, cases): (String, Vec<Case<'_>>)| {
        let plane = plane(&axis, &name, &cases);
        (name, Panel::Plane(plane))
    };
    let text = format!(
        "One panel for each kind of packet, each with a scale of its own; both axes by factors. Lines through marks are 95 % \
         intervals over blocks; the dashed line is the least time of the panel. Lower is better; {axis} grows to the right."
    );
    let title = format!("The time of a packet by {axis}.");
    figure(subject, "swept", (title, text), kinds.map(panel).collect(), Vec::new())
}

fn plane(axis: &str, name: &str, cases: &[Case<'_>]) -> Plane {
    let mark = |case: &Case<'_>| {
        let (x, y) = (case.record.case.parameter?, case.time_ns());
        let title = format!("{name}, {axis} {x}: {}", quantity::duration_ns(y));
        Some(Mark { interval: case.interval(y), ..Mark::at(x, y, title) })
    };
    let marks: Vec<Mark> = cases.iter().filter_map(mark).collect();
    let least = marks.iter().map(|mark| mark.y).min_by(f64::total_cmp);
    let level = |value| Level { value, label: quantity::duration_ns(value) };
    let (unit, title) = if axis.ends_with("size") {
        (Unit::Plain, &format!("{axis}, bytes"))
    } else {
        (Unit::Count, &axis.to_owned())
    };
    let ticks = marks.iter().map(|mark| mark.x).collect();
    let x = Axis { ticks, ..Axis::new(title, unit, Spacing::Log) };
    let y = Axis::new("time of a packet", Unit::Nanoseconds, Spacing::Log);
    let series = vec![Series { look: Look(1), is_joined: true, marks }];
    Plane { levels: least.map(level).into_iter().collect(), ..Plane::new(x, y, series) }
}
