//! Points of a load as lines.

use measure::record::RateVerdict;
use report::table::{Cell, Field, Heading};
use vote_load::MeasuredPoint;

/// The columns.
pub(crate) const FIELDS: [Field<MeasuredPoint>; 12] = [
    Field::ids("path", "path", |point| Cell::id(&point.record.case.label)),
    Field::figure("target_per_second", "target", |point| {
        Cell::Rate(point.outcome.point.target.get().into())
    }),
    Field::figure("acked_per_second", "acked", |point| {
        Cell::Rate(point.outcome.acked_per_second.median)
    }),
    Field::figure("sojourn_ns_p50", "p50", |point| sojourn(point, 0.5)),
    Field::new(Heading::figure("sojourn_ns_p95", "p95").gives_way(0), |point| sojourn(point, 0.95)),
    Field::figure("sojourn_ns_p99", "p99", |point| sojourn(point, 0.99)),
    Field::new(Heading::figure("sojourn_ns_p999", "p99.9").gives_way(1), |point| {
        sojourn(point, 0.999)
    }),
    Field::figure("sojourn_ns_longest", "longest", |point| {
        Cell::quantile(point.outcome.writes.sojourn.longest())
    }),
    Field::figure("votes_per_commit", "v/commit", |point| {
        let votes = point.outcome.votes_per_commit();
        Cell::known(votes, |value| Cell::Number { value, decimals: 1 })
    }),
    Field::figure("backlog_growth_per_second", "backlog/s", |point| {
        let backlog = point.outcome.backlog;
        Cell::known(backlog.map(|trend| trend.growth_per_second), Cell::Growth)
    }),
    Field::figure("lateness_ns_p99", "late p99", |point| {
        let lateness = &point.outcome.lateness;
        Cell::quantile(lateness.quantile(0.99).or(lateness.longest()))
    }),
    Field::words("notes", "", |point| Cell::text(notes(point))),
];

fn sojourn(point: &MeasuredPoint, quantile: f64) -> Cell {
    Cell::quantile(point.outcome.writes.sojourn.quantile(quantile))
}

/// What the point says of its rate, and what the record notes, each to its colon.
fn notes(point: &MeasuredPoint) -> String {
    let verdict = point.verdict.map(RateVerdict::in_words);
    let notes = point.record.notes.iter();
    let short = notes.map(|note| note.split(':').next().unwrap_or(note));
    let short = short.filter(|note| Some(*note) != verdict);
    verdict.into_iter().chain(short).collect::<Vec<_>>().join(", ")
}
