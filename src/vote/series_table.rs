//! The time series of a load: a line for each tenth of a second.

use report::table::{Cell, Field};
use vote_load::SeriesLine;

/// The columns. A quantile is empty where fewer than ten values lie beyond it.
pub(super) const FIELDS: [Field<SeriesLine>; 10] = [
    Field::figure("seconds", "seconds", |line| Cell::Seconds(line.end.as_secs_f64())),
    Field::figure("handed_operations", "handed", |line| Cell::Count(line.handed_operations)),
    Field::figure("acked_operations", "acked", |line| Cell::Count(line.acked_operations)),
    Field::figure("backlog_operations", "waiting", |line| Cell::Count(line.backlog_operations)),
    Field::figure("sojourn_ns_p50", "p50", |line| Cell::quantile(line.sojourn_ns_p50)),
    Field::figure("sojourn_ns_p99", "p99", |line| Cell::quantile(line.sojourn_ns_p99)),
    Field::figure("sojourn_ns_longest", "longest", |line| Cell::quantile(line.sojourn_ns_longest)),
    Field::figure("database_bytes", "database", |line| Cell::Bytes(line.database_bytes)),
    Field::figure("journal_bytes", "journal", |line| Cell::Bytes(line.journal_bytes)),
    Field::figure("resident_bytes", "resident", |line| {
        Cell::known(line.resident_bytes, Cell::Bytes)
    }),
];
