//! Figures that only some questions have, by their names in the run record.

use measure::record::RunRecord;

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
