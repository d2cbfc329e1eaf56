//! Load curves, the highest rates that kept a limit, and cases whose store grew.

use std::collections::BTreeSet;

use crate::listing::{most_important, rest};
use crate::load_curve::{CurvePoint, Knee, KneeEnd, LoadCurve};
use crate::model::Grown;
use crate::table::{Cell, Field, Missing, Table};

const SOJOURN: &str = "p50 to longest: from the moment at which a vote was due to its ack";

const POINTS: [Field<CurvePoint>; 12] = [
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
    Field::words("passed_moments", "passed", |point: &CurvePoint| {
        Cell::applying(point.moments, |moments| {
            Cell::text(format!("{} of {}", moments.passed, moments.decided()))
        })
    })
    .noted("passed: in how many of the moments that decided about the rate; the row is the last of them"),
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
    Table::of(&POINTS, shown).with_note(rest)
}

/// The points that the figures of a curve rest on.
fn told(curves: &[LoadCurve]) -> BTreeSet<&str> {
    let of = |curve: &'_ LoadCurve| -> Vec<String> {
        let knee = curve.knee.iter();
        let knee = knee.flat_map(|knee| [&knee.kept, &knee.missed]).flatten();
        knee.map(|end| end.id.clone()).chain([curve.saturation.id.clone()]).collect()
    };
    let told: BTreeSet<String> = curves.iter().flat_map(of).collect();
    let points = curves.iter().flat_map(|curve| &curve.points);
    points.map(|point| point.id.as_str()).filter(|id| told.contains(*id)).collect()
}

const HIGHEST_RATES: [Field<LoadCurve>; 9] = [
    Field::ids("path", "path", |curve| Cell::id(&curve.label)),
    Field::figure("p99_max_ns", "p99 within", |curve| {
        let limit = curve.knee.as_ref().map(|knee| knee.p99_max_ns as f64);
        Cell::applying(limit, Cell::Nanoseconds)
    }),
    Field::figure("kept_per_second", "kept in all", |curve: &LoadCurve| rate(curve, kept))
        .noted(ALL_OR_NONE),
    Field::figure("kept_moments", "moments", |curve: &LoadCurve| moments(curve, kept)),
    Field::figure("missed_per_second", "kept in none", |curve: &LoadCurve| rate(curve, missed))
        .noted(ALL_OR_NONE),
    Field::figure("missed_moments", "moments", |curve: &LoadCurve| moments(curve, missed)),
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

const ALL_OR_NONE: &str = "kept in all, in none: the highest rate at which p99 was within the limit in every moment, and the \
     lowest at which in none, with how many moments were measured there; what lies between passes in some";

const RATES: &str =
    "rates: operations/s that were asked for, and the most that were acked in a second";

/// A row for each path under each load for which a limit was asked; empty without any.
#[must_use]
pub fn highest_rates(curves: &[LoadCurve]) -> Table {
    Table::of(&HIGHEST_RATES, curves.iter().filter(|curve| curve.knee.is_some()))
}

type End = fn(&Knee) -> Option<&KneeEnd>;

fn kept(knee: &Knee) -> Option<&KneeEnd> {
    knee.kept.as_ref()
}

fn missed(knee: &Knee) -> Option<&KneeEnd> {
    knee.missed.as_ref()
}

fn rate(curve: &LoadCurve, of: End) -> Cell {
    let end = curve.knee.as_ref().and_then(of);
    Cell::applying(end.map(|end| end.per_second), Cell::Rate)
}

fn moments(curve: &LoadCurve, of: End) -> Cell {
    let end = curve.knee.as_ref().and_then(of);
    Cell::applying(end.and_then(|end| end.moments), |moments| Cell::Count(moments.into()))
}

const GROWTH: [Field<Grown>; 8] = [
    Field::ids("case", "case", |it| Cell::id(&it.case)),
    Field::figure("database_bytes", "database", |it| both(it.database_bytes, Cell::Bytes)),
    Field::figure("operations_per_second", "records/s", |it| both(it.per_second, Cell::Rate)),
    Field::figure("insert_ns_p50", "insert", |it| times(it.insert_ns)),
    Field::figure("commit_ns_p50", "commit", |it| times(it.commit_ns)),
    Field::figure("ack_ns_longest", "longest ack", |it| times(it.ack_ns_longest)),
    Field::figure("checkpoint_ns_p50", "checkpoint", |it| times(it.checkpoint_ns)),
    Field::figure("checkpoint_ns_longest", "longest checkpoint", |it| {
        times(it.checkpoint_ns_longest)
    }),
];

/// A row for each case; empty without any.
#[must_use]
pub fn growth(grown: &[Grown]) -> Table {
    Table::of(&GROWTH, grown).with_note(
        "the first tenth of the steps, and the last; insert, commit, checkpoint: medians, a packet's",
    )
}

fn times(ends_ns: Option<[u64; 2]>) -> Cell {
    let range = |ends_ns: [u64; 2]| both(ends_ns.map(|ns| ns as f64), Cell::Nanoseconds);
    Cell::of(ends_ns, range, Missing::TooFew)
}

fn both<T>([first, last]: [T; 2], cell: fn(T) -> Cell) -> Cell {
    Cell::range(cell(first), cell(last))
}
