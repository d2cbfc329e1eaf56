//! Up to which rate each path keeps its limit, and the most that it acked.

use crate::load_curve::{Knee, LoadCurve};
use crate::table::{Cell, Field, Table};

const FIELDS: [Field<LoadCurve>; 7] = [
    Field::ids("path", "path", |curve| Cell::id(&curve.label)),
    Field::figure("p99_max_ns", "p99 within", |curve| {
        let limit = curve.knee.as_ref().map(|knee| knee.p99_max_ns as f64);
        Cell::applying(limit, Cell::Nanoseconds)
    }),
    Field::figure("kept_per_second", "kept at", |curve| rate(curve, |knee| knee.rate.as_ref())),
    Field::figure("missed_per_second", "not at", |curve| rate(curve, |knee| knee.missed.as_ref())),
    Field::figure("acked_per_second", "most acked", |curve: &LoadCurve| {
        Cell::Rate(curve.saturation.acked_per_second)
    })
    .noted(RATES),
    Field::figure("votes_per_commit", "votes/commit", |curve: &LoadCurve| {
        let most = curve.points.iter().find(|point| point.id == curve.saturation.id);
        let votes = most.and_then(|point| point.votes_per_commit);
        Cell::known(votes, |votes| Cell::Count(votes.round() as u64))
    })
    .noted("votes/commit: where most was acked"),
    Field::words("end", "above that", |curve| {
        Cell::text(if curve.saturation.is_reached { "falls behind" } else { "not reached" })
    }),
];

const RATES: &str =
    "rates: operations/s that were asked for, and the most that were acked in a second";

/// A row for each path under each load for which a limit was asked; empty without any.
#[must_use]
pub fn highest_rates(curves: &[LoadCurve]) -> Table {
    Table::of(&FIELDS, curves.iter().filter(|curve| curve.knee.is_some()))
}

fn rate(curve: &LoadCurve, of: fn(&Knee) -> Option<&(f64, String)>) -> Cell {
    let rate = curve.knee.as_ref().and_then(of).map(|(rate, _)| *rate);
    Cell::applying(rate, Cell::Rate)
}
