//! What acks took as the store grew: the longest of each step as a dot, the WAL as an area, checkpoints as bands.

use measure::record::GrowthPoint;
use report::quantity;

use super::shared::figure;
use crate::chart::{Area, Axis, Band, Figure, Look, Mark, Panel, Plane, Series, Spacing, Unit};
use crate::subject::Subject;

/// So many cases have a panel.
const PANELS_MAX: usize = 6;

/// A timeline of fewer steps shows nothing.
const STEPS_MIN: usize = 4;

pub(super) fn draw(subject: Subject<'_>) -> Option<Figure> {
    let grown = subject.cases().filter_map(|case| {
        let growth = case.record.growth.as_deref()?;
        (growth.len() >= STEPS_MIN && case.record.case.engine == "sqlite").then_some((case, growth))
    });
    let panel = |(case, growth): (_, &[GrowthPoint])| {
        let largest = growth.iter().map(|step| step.wal_bytes).max().unwrap_or(0);
        let title = format!("{}, WAL to {}", subject.named(&case), quantity::bytes(largest));
        (title, Panel::Plane(plane(growth, largest)))
    };
    let panels = grown.take(PANELS_MAX).map(panel).collect();
    let said = (
        "Step by step: acks, checkpoints and the WAL.",
        "Dots: the longest ack of each step of driving. Shaded steps had checkpoints. The grey area is the WAL, on a scale of \
         its own up to its largest size.",
    );
    figure(subject, "growth", said, panels, Vec::new())
}

fn plane(growth: &[GrowthPoint], largest_wal: u64) -> Plane {
    let share = |step: &GrowthPoint| step.wal_bytes as f64 / largest_wal.max(1) as f64;
    let begin = growth.first().map(|step| (0.0, share(step)));
    let points = begin.into_iter().chain(growth.iter().map(|step| (step.seconds, share(step))));
    let area = Area {
        points: points.collect(),
        title: format!("the WAL, up to {}", quantity::bytes(largest_wal.max(1))),
    };
    let begins = [0.0].into_iter().chain(growth.iter().map(|step| step.seconds));
    let band = |(from, step): (f64, &GrowthPoint)| {
        let (checkpoints @ 1.., Some(longest)) = (step.checkpoints, step.checkpoint_ns_max) else {
            return None;
        };
        let longest = quantity::duration_ns(longest as f64);
        let title = format!("{checkpoints} checkpoints, the longest {longest}");
        Some(Band { from, to: step.seconds, title })
    };
    let mark = |step: &GrowthPoint| {
        let longest = step.ack_ns_max? as f64;
        let title = format!(
            "until {}: longest ack {}, {} checkpoints, WAL {}",
            quantity::duration_ns(step.seconds * 1e9),
            quantity::duration_ns(longest),
            step.checkpoints,
            quantity::bytes(step.wal_bytes),
        );
        Some(Mark::at(step.seconds, longest, title))
    };
    let marks = growth.iter().filter_map(mark).collect();
    let x = Axis::new("time of driving", Unit::Seconds, Spacing::Linear);
    let y = Axis::new("longest ack of a step", Unit::Nanoseconds, Spacing::Linear);
    Plane {
        areas: vec![area],
        bands: begins.zip(growth).filter_map(band).collect(),
        ..Plane::new(x, y, vec![Series { look: Look(0), is_joined: false, marks }])
    }
}
