//! Points of a load as lines.

use measure::record::{LatencyRecord, RateVerdict};
use report::table::{Cell, Field, Heading};
use vote_load::MeasuredPoint;

/// The columns.
pub(crate) const FIELDS: [Field<MeasuredPoint>; 12] = [
    Field::ids("path", "path", |point| Cell::id(&point.record.case.label)),
    Field::figure("target_per_second", "target", |point| {
        Cell::Rate(point.load.target_per_second.into())
    }),
    Field::figure("acked_per_second", "acked", |point| {
        Cell::Rate(point.record.records_per_second.median)
    }),
    Field::figure("sojourn_ns_p50", "p50", |point| Cell::quantile(point.record.ack_latency_ns.p50)),
    Field::new(Heading::figure("sojourn_ns_p95", "p95").gives_way(0), |point| {
        Cell::quantile(point.load.sojourn_p95)
    }),
    Field::figure("sojourn_ns_p99", "p99", |point| Cell::quantile(point.record.ack_latency_ns.p99)),
    Field::new(Heading::figure("sojourn_ns_p999", "p99.9").gives_way(1), |point| {
        Cell::quantile(point.record.ack_latency_ns.p999)
    }),
    Field::figure("sojourn_ns_longest", "longest", |point| {
        Cell::quantile(point.record.ack_latency_ns.max)
    }),
    Field::figure("votes_per_commit", "v/commit", |point| {
        Cell::known(point.load.votes_per_commit, |value| Cell::Number { value, decimals: 1 })
    }),
    Field::figure("backlog_growth_per_second", "backlog/s", |point| {
        Cell::known(point.load.backlog_growth_per_second, Cell::Growth)
    }),
    Field::figure("lateness_ns_p99", "late p99", |point| p99_or_longest(&point.load.lateness_ns)),
    Field::words("notes", "", |point| Cell::text(notes(point))),
];

/// The 99th percentile, or the longest of too few.
pub(super) fn p99_or_longest(times: &LatencyRecord) -> Cell {
    Cell::quantile(times.p99.or(times.max))
}

/// What the point says of its rate, and what the record notes, each to its colon.
fn notes(point: &MeasuredPoint) -> String {
    let verdict = point.load.verdict.map(RateVerdict::in_words);
    let notes = point.record.notes.iter();
    let short = notes.map(|note| note.split(':').next().unwrap_or(note));
    let short = short.filter(|note| Some(*note) != verdict);
    verdict.into_iter().chain(short).collect::<Vec<_>>().join(", ")
}
