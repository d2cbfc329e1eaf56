//! The frontier of checkpoint strategies: the longest ack against the drained rate, the WAL as the size.

use crate::chart::{Axis, Figure, Look, Mark, Plane, Series, Spacing, Unit, alone};
use crate::subject::{Case, Subject};

/// The axis that says what a store holds before it is driven.
const PREFILL: &str = "prefill";

/// The radius that stands for the largest WAL, in pixels.
const RADIUS_MAX: f64 = 26.0;

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let cases: Vec<Case<'_>> =
        subject.cases().filter(|case| case.record.case.engine == "sqlite").collect();
    let usual = cases.first().map_or("", |case| case.axis(PREFILL)).to_owned();
    let largest = cases.iter().filter_map(|case| case.row.own.wal_bytes_max).max().unwrap_or(0);
    let x = Axis::new("drained records per second", Unit::Rate, Spacing::Linear);
    let y = Axis::new("longest ack", Unit::Nanoseconds, Spacing::Log);
    let mut plane = Plane::new(x, y);
    for (place, case) in (0..).zip(&cases) {
        let Some(longest) = case.row.latency.longest_ns else { continue };
        let (look, number) = (Look(place), place + 1);
        let name = format!("{} ({})", strategy(case, &usual), case.record.case.id);
        let marks = vec![mark(&name, case, longest as f64, largest, number)];
        let wal = case.row.own.wal_bytes_max.map_or(0.0, |bytes| bytes as f64);
        let name = format!("{number}: {name}, WAL to {}", Unit::Bytes.figure(wal));
        plane.series.push(Series { name, look, is_joined: false, marks });
    }
    subject.figure(
        "frontier",
        "Who waits how long, and for how much throughput.",
        format!(
            "Right and low is better. The circle around a mark is the WAL at its largest, by area; the largest is {}. \
             Drained: the final checkpoint counts. Longest ack: over all blocks.",
            Unit::Bytes.figure(largest as f64)
        ),
        alone(plane),
    )
}

/// When a case makes its checkpoints, and what else sets it apart from one alone at its store.
fn strategy(case: &Case<'_>, usual_prefill: &str) -> String {
    let frames = case.axis("wal_autocheckpoint");
    let mut parts = vec![match (case.axis("checkpoint_strategy"), frames) {
        ("" | "automatic", "0") => "no checkpoint while it is driven".to_owned(),
        ("" | "automatic", frames) => format!("automatic, every {frames} pages"),
        (strategy, _) => strategy.replace(['_', ':'], " "),
    }];
    if !matches!(case.axis("driver"), "" | "closed") {
        parts.push("at half load".to_owned());
    }
    if !matches!(case.axis("concurrent_reader"), "" | "none") {
        parts.push("with a reader".to_owned());
    }
    let prefill = case.axis(PREFILL);
    if prefill != usual_prefill {
        parts.push(format!("prefill {}", prefill.replace('=', " ")));
    }
    parts.join(", ")
}

fn mark(name: &str, case: &Case<'_>, longest: f64, largest: u64, number: u8) -> Mark {
    let wal = case.row.own.wal_bytes_max.unwrap_or(0);
    let waited = case.row.own.slowest_waited_for.map_or_else(String::new, |_| {
        let cell = report::tables::cell(measure::record::Column::SlowestWaitedFor, case.row);
        format!("; the slowest acks waited for: {}", cell.in_words())
    });
    let title = format!(
        "{name}: {} drained, longest ack {}, WAL to {}{waited}",
        Unit::Rate.figure(case.row.drained_per_second),
        Unit::Nanoseconds.figure(longest),
        Unit::Bytes.figure(wal as f64),
    );
    let share = wal as f64 / (largest.max(1)) as f64;
    Mark::at(case.row.drained_per_second, longest, title)
        .with_circle(RADIUS_MAX * share.sqrt())
        .with_label(number.to_string())
}
