//! What acks took as the store grew: the longest of each step as a dot, the WAL as an area, checkpoints as bands.

use measure::record::GrowthPoint;

use crate::chart::{Area, Axis, Band, Figure, Look, Mark, Panel, Plane, Series, Spacing, Unit};
use crate::subject::{Case, Subject};

/// So many cases have a panel.
const PANELS_MAX: usize = 6;

/// A timeline of fewer steps shows nothing.
const STEPS_MIN: usize = 4;

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let grown = subject.cases().filter_map(|case| {
        let growth = case.record.growth.as_deref()?;
        (growth.len() >= STEPS_MIN && case.record.case.engine == "sqlite").then_some((case, growth))
    });
    let panels: Vec<(String, Panel)> = grown
        .take(PANELS_MAX)
        .map(|(case, growth)| (title(subject, &case, growth), panel(growth)))
        .collect();
    subject.figure(
        "growth",
        "Step by step: acks, checkpoints and the WAL.",
        "Dots: the longest ack of each step of driving. Shaded steps had checkpoints. The grey area is the WAL, on a scale \
         of its own up to its largest size.",
        panels,
    )
}

fn title(subject: Subject<'_>, case: &Case<'_>, growth: &[GrowthPoint]) -> String {
    let largest = growth.iter().map(|step| step.wal_bytes).max().unwrap_or(0);
    let name = subject.name(&case.record.case);
    format!("{name} ({}), WAL to {}", case.record.case.id, Unit::Bytes.figure(largest as f64))
}

fn panel(growth: &[GrowthPoint]) -> Panel {
    let x = Axis::new("time of driving", Unit::Seconds, Spacing::Linear);
    let y = Axis::new("longest ack of a step", Unit::Nanoseconds, Spacing::Linear);
    let mut plane = Plane::new(x, y);
    let largest = growth.iter().map(|step| step.wal_bytes).max().unwrap_or(0).max(1);
    let share = |step: &GrowthPoint| (step.seconds, step.wal_bytes as f64 / largest as f64);
    let first = growth.first().map(|step| (0.0, share(step).1));
    plane.areas.push(Area {
        points: first.into_iter().chain(growth.iter().map(share)).collect(),
        title: format!("the WAL, up to {}", Unit::Bytes.figure(largest as f64)),
    });
    let mut begun = 0.0;
    for step in growth {
        if let (1.., Some(longest)) = (step.checkpoints, step.checkpoint_ns_max) {
            let longest = Unit::Nanoseconds.figure(longest as f64);
            let title = format!("{} checkpoints, the longest {longest}", step.checkpoints);
            plane.bands.push(Band { from: begun, to: step.seconds, title });
        }
        begun = step.seconds;
    }
    let mark = |step: &GrowthPoint| {
        let longest = step.ack_ns_max? as f64;
        let title = format!(
            "until {}: longest ack {}, {} checkpoints, WAL {}",
            Unit::Seconds.figure(step.seconds),
            Unit::Nanoseconds.figure(longest),
            step.checkpoints,
            Unit::Bytes.figure(step.wal_bytes as f64),
        );
        Some(Mark::at(step.seconds, longest, title))
    };
    let marks = growth.iter().filter_map(mark).collect();
    plane.series.push(Series { name: String::new(), look: Look(0), is_joined: false, marks });
    plane.into()
}
