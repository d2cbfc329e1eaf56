//! Load curves with their knees.

use report::load_curve::{CurvePoint, LoadCurve, PointStanding};
use report::quantity;

use super::shared::{alone, figure};
use crate::chart::{
    Axis, Figure, Key, Level, Look, Mark, Panel, Plane, Series, Spacing, Symbol, Unit,
};
use crate::subject::Subject;

/// The places of the 99th percentile and of the longest among a point's quantiles.
const P99: usize = 2;
const LONGEST: usize = 4;

pub(super) fn draw(subject: Subject<'_>) -> Option<Figure> {
    let curves = &subject.model.curves;
    let series = |(place, curve): (u8, &LoadCurve)| {
        let marks = curve.points.iter().filter_map(|at| mark(&curve.label, at)).collect();
        Series { look: Look(place), is_joined: true, marks }
    };
    let key = |(place, curve)| Key::new(Look(place), Symbol::Line, knee(curve));
    let limit = curves.iter().find_map(|curve| curve.knee.as_ref()).map(|knee| {
        let value = knee.p99_max_ns as f64;
        Level { value, label: format!("limit {}", quantity::duration_ns(value)) }
    });
    let x = Axis::new("offered operations per second", Unit::Rate, Spacing::Log);
    let y = Axis::new("99th percentile from due to ack", Unit::Nanoseconds, Spacing::Log);
    let series = (0..).zip(curves).map(series).collect();
    let plane = Plane { levels: limit.into_iter().collect(), ..Plane::new(x, y, series) };
    let said = (
        "How long a vote takes at each rate.",
        "Both axes by factors of ten. Time runs from the moment at which a vote was due, so that waiting in a queue counts. \
         The dashed line is the limit; a knee is the highest rate that keeps it. A star beside a mark: the path fell behind, \
         or the generator was late.",
    );
    let keys = (0..).zip(curves).map(key).collect();
    figure(subject, "load", said, alone(Panel::Plane(plane)), keys)
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
        quantity::rate(point.target_per_second),
        quantity::duration_ns(value as f64),
        quantity::rate(point.acked_per_second),
    );
    let star = (point.standing != PointStanding::KeptUp).then(|| "*".to_owned());
    Some(Mark { label: star, ..Mark::at(point.target_per_second, value as f64, title) })
}

fn knee(LoadCurve { label, knee, .. }: &LoadCurve) -> String {
    let rate = |rate: &(f64, String)| quantity::rate(rate.0);
    let Some(knee) = knee else { return label.clone() };
    match (&knee.rate, &knee.missed) {
        (Some(kept), Some(missed)) => {
            format!("{label}: keeps it at {}, not at {}", rate(kept), rate(missed))
        }
        (Some(kept), None) => {
            format!("{label}: keeps it at {}, the end was not reached", rate(kept))
        }
        (None, _) => format!("{label}: kept it at no rate"),
    }
}
