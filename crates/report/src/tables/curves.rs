//! The points of load curves.

use std::collections::BTreeSet;

use crate::listing::{most_important, rest};
use crate::load_curve::{CurvePoint, LoadCurve};
use crate::table::{Cell, Field, Table};

const SOJOURN: &str = "p50 to longest: from the moment at which a vote was due to its ack";

const FIELDS: [Field<CurvePoint>; 11] = [
    Field::ids("point", "point", |point| Cell::id(&point.id)),
    Field::figure("target_per_second", "target", |point| Cell::Rate(point.target_per_second)),
    Field::figure("acked_per_second", "acked", |point: &CurvePoint| {
        Cell::Rate(point.acked_per_second)
    })
    .noted("target, acked: operations/s"),
    sojourn("sojourn_ns_p50", "p50", |point| Cell::quantile(point.sojourn_ns[0])),
    sojourn("sojourn_ns_p95", "p95", |point| Cell::quantile(point.sojourn_ns[1])),
    sojourn("sojourn_ns_p99", "p99", |point| Cell::quantile(point.sojourn_ns[2])),
    sojourn("sojourn_ns_p999", "p99.9", |point| Cell::quantile(point.sojourn_ns[3])),
    sojourn("sojourn_ns_longest", "longest", |point| Cell::quantile(point.sojourn_ns[4])),
    Field::figure("votes_per_commit", "votes/commit", |point| {
        Cell::known(point.votes_per_commit, |value| Cell::Number { value, decimals: 1 })
    }),
    Field::figure("backlog_growth_per_second", "backlog/s", |point: &CurvePoint| {
        Cell::known(point.backlog_growth_per_second, Cell::Growth)
    })
    .noted("backlog/s: operations by which the backlog grew in a second"),
    Field::words("standing", "", |point| Cell::text(point.standing.mark())),
];

const fn sojourn(key: &'static str, text: &'static str, cell: Of) -> Field<CurvePoint> {
    Field::figure(key, text, cell).noted(SOJOURN)
}

type Of = fn(&CurvePoint) -> Cell;

/// The points, curve by curve; of more than `rows_max` those around each knee and at the highest rate that was acked.
/// Empty without curves.
#[must_use]
pub fn curves(curves: &[LoadCurve], rows_max: usize) -> Table {
    let points: Vec<&CurvePoint> = curves.iter().flat_map(|curve| &curve.points).collect();
    let (all, told) = (points.len(), told(curves));
    let is_rest = |point: &CurvePoint| !told.contains(point.id.as_str());
    let shown = most_important(points, rows_max, |a, b| is_rest(a).cmp(&is_rest(b)));
    let rest = rest(shown.len(), all, "points, the rest in the files");
    Table::of(&FIELDS, shown).with_note(rest)
}

/// The points that the figures of a curve rest on.
fn told(curves: &[LoadCurve]) -> BTreeSet<&str> {
    let of = |curve: &'_ LoadCurve| -> Vec<String> {
        let knee = curve.knee.iter();
        let knee = knee.flat_map(|knee| [&knee.rate, &knee.missed]).flatten();
        knee.map(|(_, id)| id.clone()).chain([curve.saturation.id.clone()]).collect()
    };
    let told: BTreeSet<String> = curves.iter().flat_map(of).collect();
    let points = curves.iter().flat_map(|curve| &curve.points);
    points.map(|point| point.id.as_str()).filter(|id| told.contains(*id)).collect()
}
