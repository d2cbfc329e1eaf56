//! Load curves with their knees.

use report::load_curve::{CurvePoint, KneeEnd, LoadCurve, PointStanding};

use super::ids::{id, table_id};
use crate::chart::{
    Axis, Figure, Key, Level, Look, Mark, Panel, Plane, Series, Spacing, Symbol, Unit,
};
use crate::subject::Subject;

/// The place of the 99th percentile among a point's quantiles.
const P99: usize = 2;

/// The place of the longest.
const LONGEST: usize = 4;

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let curves = &subject.model.curves;
    let x = Axis::new("offered operations per second", Unit::Rate, Spacing::Log);
    let y = Axis::new("99th percentile from due to ack", Unit::Nanoseconds, Spacing::Log);
    let mut plane = Plane::new(x, y);
    let mut keys = Vec::new();
    for (place, curve) in (0..).zip(curves) {
        let look = Look(place);
        let marks: Vec<Mark> =
            curve.points.iter().filter_map(|at| mark(&curve.label, at)).collect();
        plane.series.push(Series { look, is_joined: marks.len() > 1, marks });
        keys.push(Key { look, symbol: Symbol::Line, name: knee(curve) });
    }
    if let Some(limit) = curves.iter().find_map(|curve| curve.knee.as_ref()) {
        let value = limit.p99_max_ns as f64;
        plane
            .levels
            .push(Level { value, label: format!("limit {}", Unit::Nanoseconds.figure(value)) });
    }
    (!keys.is_empty()).then(|| Figure {
        id: id(subject, "load"),
        title: "How long a vote takes at each rate.".into(),
        text: "Both axes by factors of ten. Time runs from the moment at which a vote was due, so that waiting in a queue \
               counts. The dashed line is the limit; a knee lies between the highest rate that keeps it in \
               every moment and the lowest that keeps it in none. A star beside a mark: the path fell behind, or the generator was late."
            .into(),
        panels: vec![(String::new(), Panel::Plane(plane))],
        keys,
        table: table_id(subject),
    })
}

fn mark(label: &str, point: &CurvePoint) -> Option<Mark> {
    let (quantile, value) = match point.sojourn_ns[P99] {
        Some(p99) => ("p99", p99),
        None => ("longest", point.sojourn_ns[LONGEST]?),
    };
    let standing = match point.standing.mark() {
        "" => String::new(),
        standing => format!("; {standing}"),
    };
    let title = format!(
        "{label} at {}: {quantile} {}, acked {}{standing}",
        Unit::Rate.figure(point.target_per_second),
        Unit::Nanoseconds.figure(value as f64),
        Unit::Rate.figure(point.acked_per_second),
    );
    let mark = Mark::at(point.target_per_second, value as f64, title);
    let kept_up = point.standing == PointStanding::KeptUp;
    Some(if kept_up { mark } else { mark.with_label("*".to_owned()) })
}

fn knee(curve: &LoadCurve) -> String {
    let rate = |end: &KneeEnd| Unit::Rate.figure(end.per_second);
    let Some(knee) = &curve.knee else { return curve.label.clone() };
    match (&knee.kept, &knee.missed) {
        (Some(kept), Some(missed)) => {
            format!(
                "{}: keeps it at {} in every moment, at {} in none",
                curve.label,
                rate(kept),
                rate(missed)
            )
        }
        (Some(kept), None) => {
            format!(
                "{}: keeps it at {} in every moment, the end was not reached",
                curve.label,
                rate(kept)
            )
        }
        (None, _) => format!("{}: kept it at no rate in every moment", curve.label),
    }
}
