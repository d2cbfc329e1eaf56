//! Runs as lines.

use log_driver::{Outcome, Plan};
use report::table::{Cell, Field};

/// A run and what it was.
pub(super) struct Row {
    pub(super) plan: Plan,
    pub(super) outcome: Outcome,
}

/// The columns.
pub(super) const FIELDS: [Field<Row>; 11] = [
    Field::ids("run", "run", |row| Cell::id(row.plan.label())),
    Field::figure("inserted", "inserted", |row| Cell::Count(row.outcome.counts.inserted)),
    Field::figure("deleted", "deleted", |row| Cell::Count(row.outcome.counts.deleted)),
    Field::figure("redelivered", "again", |row| Cell::Count(row.outcome.counts.redelivered)),
    Field::figure("served_seconds", "took", |row| {
        Cell::Seconds(row.outcome.served_in().as_secs_f64())
    }),
    Field::figure("deleted_per_second", "deleted/s", |row| {
        Cell::Rate(row.outcome.deleted_per_second())
    }),
    Field::figure("store_to_delete_ns_p50", "stored p50", |row| {
        Cell::quantile(row.outcome.kept.store_to_delete_ns.quantile(0.5))
    }),
    Field::figure("store_to_delete_ns_p99", "stored p99", |row| {
        Cell::quantile(row.outcome.kept.store_to_delete_ns.quantile(0.99))
    }),
    Field::figure("waiting_messages_max", "waiting max", |row| {
        Cell::Count(row.outcome.waiting_max())
    }),
    Field::figure("database_bytes_max", "database", |row| {
        Cell::Bytes(row.outcome.database_bytes_max())
    }),
    Field::words("end", "end", |row| Cell::text(row.outcome.end.name())),
];
