//! Figures that only some questions have, by their names in the run record.

use measure::record::RunRecord;

/// The database file at its largest, in bytes.
pub(crate) const DATABASE_BYTES_MAX: &str = "database_bytes_max";

/// The WAL at its largest, in bytes.
pub(crate) const WAL_BYTES_MAX: &str = "wal_bytes_max";

/// Pages on the freelist at the end.
pub(crate) const FREELIST_PAGES_END: &str = "freelist_pages_end";

/// The share of freed pages that were used again: 1 is all.
pub(crate) const PAGES_REUSED_SHARE: &str = "pages_reused_share";

/// What reading a row takes, in ns.
pub(crate) const READ_NS_PER_ROW: &str = "read_ns_per_row";

/// What a reader beside the packets was answered in a second.
pub(crate) const READER_READS_PER_SECOND: &str = "reader_reads_per_second";

/// How long its answers took, in ns.
pub(crate) const READER_NS_P50: &str = "reader_ns_p50";
pub(crate) const READER_NS_P99: &str = "reader_ns_p99";
pub(crate) const READER_NS_LONGEST: &str = "reader_ns_longest";

/// A figure, if the record has it.
pub(crate) fn figure(record: &RunRecord, name: &str) -> Option<f64> {
    record.extra.get(name).copied().filter(|figure| figure.is_finite())
}

/// A size, if the record has it.
pub(crate) fn bytes(record: &RunRecord, name: &str) -> Option<u64> {
    figure(record, name).map(|bytes| bytes as u64)
}
