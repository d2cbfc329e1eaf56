//! Load curves with their knees.

use measure::record::RunRecord;
use report::load_curve::{LoadCurve, PointStanding, target};

use crate::chart::{Axis, Figure, Level, Look, Mark, Plane, Series, Spacing, Unit, alone};
use crate::subject::Subject;

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let curves = &subject.model.curves;
    let x = Axis::new("offered operations per second", Unit::Rate, Spacing::Log);
    let y = Axis::new("99th percentile from due to ack", Unit::Nanoseconds, Spacing::Log);
    let mut plane = Plane::new(x, y);
    for (place, curve) in (0..).zip(curves) {
        let marks = curve.points.iter().filter_map(|at| mark(curve.label, at)).collect();
        let name = knee(curve);
        plane.series.push(Series { name, look: Look(place), is_joined: true, marks });
    }
    if let Some(limit) = curves.iter().find_map(|curve| curve.knee) {
        let value = limit.p99_max_ns as f64;
        let label = format!("limit {}", Unit::Nanoseconds.figure(value));
        plane.levels.push(Level { value, label });
    }
    subject.figure(
        "load",
        "How long a vote takes at each rate.",
        "Both axes by factors of ten. Time runs from the moment at which a vote was due, so that waiting in a queue \
         counts. The dashed line is the limit; a knee lies between the highest rate that keeps it in \
         every moment and the lowest that keeps it in none. A star beside a mark: the path fell behind, or the generator was late.",
        alone(plane),
    )
}

fn mark(label: &str, point: &RunRecord) -> Option<Mark> {
    let (quantile, value) = match point.ack_latency_ns.p99 {
        Some(p99) => ("p99", p99),
        None => ("longest", point.ack_latency_ns.max?),
    };
    let (standing, target) = (PointStanding::of(point.load.as_ref()?), target(point)?);
    let marked = match standing.mark() {
        "" => String::new(),
        standing => format!("; {standing}"),
    };
    let title = format!(
        "{label} at {}: {quantile} {}, acked {}{marked}",
        Unit::Rate.figure(target),
        Unit::Nanoseconds.figure(value as f64),
        Unit::Rate.figure(point.records_per_second.median),
    );
    let mark = Mark::at(target, value as f64, title);
    let kept_up = standing == PointStanding::KeptUp;
    Some(if kept_up { mark } else { mark.with_label("*".to_owned()) })
}

fn knee(curve: &LoadCurve<'_>) -> String {
    let rate = |point: Option<&RunRecord>| point.and_then(target).map(|it| Unit::Rate.figure(it));
    let Some(knee) = curve.knee else { return curve.label.to_owned() };
    match (rate(knee.kept), rate(knee.missed)) {
        (Some(kept), Some(missed)) => {
            format!("{}: keeps it at {kept} in every moment, at {missed} in none", curve.label)
        }
        (Some(kept), None) => {
            format!("{}: keeps it at {kept} in every moment, the end was not reached", curve.label)
        }
        (None, _) => format!("{}: kept it at no rate in every moment", curve.label),
    }
}
