//! Load curves, the highest rates that kept a limit, and cases whose store grew.

use measure::record::{LoadRecord, RunRecord};

use crate::grown::Grown;
use crate::listing::{most_important, rest};
use crate::load_curve::{Knee, LoadCurve, PointStanding, target};
use crate::table::{Cell, Field, Missing, Table};

const SOJOURN: &str = "p50 to longest: from the moment at which a vote was due to its ack";

const POINTS: [Field<RunRecord>; 12] = [
    Field::ids("point", "point", |point| Cell::id(&point.case.id)),
    Field::figure("target_per_second", "target", |point| Cell::known(target(point), Cell::Rate)),
    Field::figure("acked_per_second", "acked", |point: &RunRecord| {
        Cell::Rate(point.records_per_second.median)
    })
    .noted("target, acked: operations/s"),
    sojourn("sojourn_ns_p50", "p50", |point| Cell::quantile(point.ack_latency_ns.p50)),
    sojourn("sojourn_ns_p95", "p95", |point| load(point, |it| Cell::quantile(it.sojourn_p95))),
    sojourn("sojourn_ns_p99", "p99", |point| Cell::quantile(point.ack_latency_ns.p99)),
    sojourn("sojourn_ns_p999", "p99.9", |point| Cell::quantile(point.ack_latency_ns.p999)),
    sojourn("sojourn_ns_longest", "longest", |point| Cell::quantile(point.ack_latency_ns.max)),
    Field::figure("votes_per_commit", "votes/commit", |point| {
        load(point, |it| {
            Cell::known(it.votes_per_commit, |value| Cell::Number { value, decimals: 1 })
        })
    }),
    Field::figure("backlog_growth_per_second", "backlog/s", |point: &RunRecord| {
        load(point, |it| Cell::known(it.backlog_growth_per_second, Cell::Growth))
    })
    .noted("backlog/s: operations by which the backlog grew in a second"),
    Field::words("passed_moments", "passed", |point: &RunRecord| {
        load(point, |it| {
            Cell::applying(it.moments, |moments| {
                Cell::text(format!("{} of {}", moments.passed, moments.decided()))
            })
        })
    })
    .noted("passed: in how many of the moments that decided about the rate; the row is the last of them"),
    Field::words("standing", "", |point| {
        load(point, |it| Cell::text(PointStanding::of(it).mark()))
    }),
];

const fn sojourn(
    key: &'static str,
    text: &'static str,
    cell: fn(&RunRecord) -> Cell,
) -> Field<RunRecord> {
    Field::figure(key, text, cell).noted(SOJOURN)
}

fn load(point: &RunRecord, cell: fn(&LoadRecord) -> Cell) -> Cell {
    point.load.as_ref().map_or(Cell::Missing(Missing::DoesNotApply), cell)
}

/// The points, curve by curve; of more than `rows_max` those around each knee and at the highest rate that was acked.
/// Empty without curves.
#[must_use]
pub fn curves(curves: &[LoadCurve<'_>], rows_max: usize) -> Table {
    let points = curves.iter().flat_map(|curve| curve.points.iter().map(move |it| (curve, *it)));
    let all = points.clone().count();
    let is_rest = |(curve, point): &(&LoadCurve<'_>, &RunRecord)| {
        let knee = curve.knee.map(|knee| [knee.kept, knee.missed]);
        let mut told = knee.into_iter().flatten().flatten().chain([curve.most]);
        told.all(|told| told.case.id != point.case.id)
    };
    let shown = most_important(points, rows_max, |a, b| is_rest(a).cmp(&is_rest(b)));
    let rest = rest(shown.len(), all, "points, the rest in the files");
    Table::of(&POINTS, shown.into_iter().map(|(_, point)| point)).with_note(rest)
}

const ALL_OR_NONE: &str = "kept in all, in none: the highest rate at which p99 was within the limit in every moment, and the \
     lowest at which in none, with how many moments were measured there; what lies between passes in some";

const RATES: &str =
    "rates: operations/s that were asked for, and the most that were acked in a second";

fn rate_fields<'run>() -> [Field<LoadCurve<'run>>; 9] {
    [
        Field::ids("path", "path", |curve| Cell::id(curve.label)),
        Field::figure("p99_max_ns", "p99 within", |curve| {
            let limit = curve.knee.map(|knee| knee.p99_max_ns as f64);
            Cell::applying(limit, Cell::Nanoseconds)
        }),
        Field::figure("kept_per_second", "kept in all", |curve: &LoadCurve<'run>| {
            rate(curve, |knee| knee.kept)
        })
        .noted(ALL_OR_NONE),
        Field::figure("kept_moments", "moments", |curve| moments(curve, |knee| knee.kept)),
        Field::figure("missed_per_second", "kept in none", |curve: &LoadCurve<'run>| {
            rate(curve, |knee| knee.missed)
        })
        .noted(ALL_OR_NONE),
        Field::figure("missed_moments", "moments", |curve| moments(curve, |knee| knee.missed)),
        Field::figure("acked_per_second", "most acked", |curve: &LoadCurve<'run>| {
            Cell::Rate(curve.most.records_per_second.median)
        })
        .noted(RATES),
        Field::figure("votes_per_commit", "votes/commit", |curve: &LoadCurve<'run>| {
            let votes = curve.most.load.as_ref().and_then(|load| load.votes_per_commit);
            Cell::known(votes, |votes| Cell::Count(votes.round() as u64))
        })
        .noted("votes/commit: where most was acked"),
        Field::words("end", "above that", |curve| {
            Cell::text(if curve.is_saturated() { "falls behind" } else { "not reached" })
        }),
    ]
}

/// A row for each path under each load for which a limit was asked; empty without any.
#[must_use]
pub fn highest_rates(curves: &[LoadCurve<'_>]) -> Table {
    Table::of(&rate_fields(), curves.iter().filter(|curve| curve.knee.is_some()))
}

/// An end of a knee.
type End<'run> = fn(Knee<'run>) -> Option<&'run RunRecord>;

fn rate<'run>(curve: &LoadCurve<'run>, of: End<'run>) -> Cell {
    Cell::applying(curve.knee.and_then(of).and_then(target), Cell::Rate)
}

/// In how many moments an end was measured; records from before that was kept do not tell.
fn moments<'run>(curve: &LoadCurve<'run>, of: End<'run>) -> Cell {
    let moments = |point: &RunRecord| point.load.as_ref()?.moments;
    let moments = curve.knee.and_then(of).and_then(moments);
    Cell::applying(moments, |moments| Cell::Count(moments.decided().into()))
}

fn growth_fields<'run>() -> [Field<Grown<'run>>; 8] {
    [
        Field::ids("case", "case", |it| Cell::id(&it.record.case.id)),
        Field::figure("database_bytes", "database", |it| both(it.database_bytes(), Cell::Bytes)),
        Field::figure("operations_per_second", "records/s", |it| both(it.per_second(), Cell::Rate)),
        Field::figure("insert_ns_p50", "insert", |it| {
            times(it.medians_ns(|step| step.insert_ns_p50))
        }),
        Field::figure("commit_ns_p50", "commit", |it| {
            times(it.medians_ns(|step| step.commit_ns_p50))
        }),
        Field::figure("ack_ns_longest", "longest ack", |it| {
            times(it.longest_ns(|step| step.ack_ns_max))
        }),
        Field::figure("checkpoint_ns_p50", "checkpoint", |it| {
            times(it.medians_ns(|step| step.checkpoint_ns_p50))
        }),
        Field::figure("checkpoint_ns_longest", "longest checkpoint", |it| {
            times(it.longest_ns(|step| step.checkpoint_ns_max))
        }),
    ]
}

/// A row for each case; empty without any.
#[must_use]
pub fn growth(grown: &[Grown<'_>]) -> Table {
    Table::of(&growth_fields(), grown).with_note(
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
