//! The time series of a run.

use measure::record::QueueSlice;
use report::table::{Cell, Field};

/// The columns, a line for each slice.
pub(super) const FIELDS: [Field<QueueSlice>; 27] = [
    Field::figure("end_seconds", "seconds", |slice| Cell::Seconds(slice.end_seconds)),
    Field::figure("slice_seconds", "slice", |slice| Cell::Seconds(slice.seconds)),
    Field::figure("handed_in", "handed in", |slice| Cell::Count(slice.counts.handed_in)),
    Field::figure("turned_away", "turned away", |slice| Cell::Count(slice.counts.turned_away)),
    Field::figure("inserted", "inserted", |slice| Cell::Count(slice.counts.inserted)),
    Field::figure("deleted", "deleted", |slice| Cell::Count(slice.counts.deleted)),
    Field::figure("redelivered", "redelivered", |slice| Cell::Count(slice.counts.redelivered)),
    Field::figure("refused", "refused", |slice| Cell::Count(slice.counts.refused)),
    Field::figure("given_up", "given up", |slice| Cell::Count(slice.counts.given_up)),
    Field::figure("inserted_per_second", "inserted/s", |slice| {
        Cell::Rate(slice.inserted_per_second())
    }),
    Field::figure("deleted_per_second", "deleted/s", |slice| {
        Cell::Rate(slice.deleted_per_second())
    }),
    Field::figure("waiting_messages", "waiting", |slice| Cell::Count(slice.waiting_messages)),
    Field::figure("depth_messages", "to database", |slice| Cell::Count(slice.depths.messages)),
    Field::figure("depth_acks", "acks", |slice| Cell::known(slice.depths.acks, Cell::Count)),
    Field::figure("depth_deliveries", "to sink", |slice| Cell::Count(slice.depths.deliveries)),
    Field::figure("resident_bytes", "resident", |slice| {
        Cell::known(slice.resident_bytes, Cell::Bytes)
    }),
    Field::figure("database_bytes", "database", |slice| Cell::Bytes(slice.database_bytes)),
    Field::figure("journal_bytes", "journal", |slice| Cell::Bytes(slice.journal_bytes)),
    Field::figure("freelist_pages", "free pages", |slice| {
        Cell::known(slice.freelist_pages, Cell::Count)
    }),
    Field::figure("insert_ns_max", "longest insert", |slice| {
        Cell::Nanoseconds(slice.insert_ns_max as f64)
    }),
    Field::figure("delete_ns_max", "longest delete", |slice| {
        Cell::Nanoseconds(slice.delete_ns_max as f64)
    }),
    Field::figure("commit_ns", "commits", |slice| nanoseconds(slice.commit_ns)),
    Field::figure("checkpoint_ns", "checkpoints", |slice| nanoseconds(slice.checkpoint_ns)),
    Field::figure("checkpointed_frames", "frames", |slice| {
        Cell::known(slice.checkpointed_frames, Cell::Count)
    }),
    Field::figure("device_bytes_written", "device", |slice| {
        Cell::known(slice.device_bytes_written, Cell::Bytes)
    }),
    Field::figure("dirty_bytes", "dirty", |slice| Cell::known(slice.dirty_bytes, Cell::Bytes)),
    Field::figure("writeback_bytes", "write-back", |slice| {
        Cell::known(slice.writeback_bytes, Cell::Bytes)
    }),
];

fn nanoseconds(known: Option<u64>) -> Cell {
    Cell::known(known, |ns| Cell::Nanoseconds(ns as f64))
}
