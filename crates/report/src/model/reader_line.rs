//! A reader beside the packets: what it was answered, and what became of the packets.

use measure::record::RunRecord;

use crate::evidence::Evidence;
use crate::findings::alone;
use crate::findings::extra::{
    READER_NS_LONGEST, READER_NS_P50, READER_NS_P99, READER_READS_PER_SECOND, figure,
};

/// A case with a reader, beside the same case without one.
#[derive(Clone, Debug, PartialEq)]
pub struct ReaderLine {
    /// The id of the case with the reader.
    pub case: String,
    /// Answers per second.
    pub reads_per_second: f64,
    /// Question to answer in ns: the median; `None` with too few reads, as for the p99.
    pub read_ns_p50: Option<f64>,
    /// The 99th percentile.
    pub read_ns_p99: Option<f64>,
    /// The longest.
    pub read_ns_longest: Option<f64>,
    /// The packets beside the reader.
    pub acks: Acks,
    /// The packets of the same case without a reader; `None` where that was not measured.
    pub acks_alone: Option<Acks>,
}

/// What became of packets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Acks {
    /// Records acked per second.
    pub acked_per_second: f64,
    /// Hand-in to ack in ns: the median; `None` with too few acks.
    pub p50_ns: Option<u64>,
    /// The longest.
    pub longest_ns: Option<u64>,
    /// The WAL at its largest, in bytes.
    pub wal_bytes_max: Option<u64>,
}

impl ReaderLine {
    /// A line for each case with a reader, in the question's order.
    #[must_use]
    pub fn all(evidence: &Evidence) -> Vec<Self> {
        evidence.records.iter().filter_map(|record| Self::of(evidence, record)).collect()
    }

    fn of(evidence: &Evidence, record: &RunRecord) -> Option<Self> {
        Some(Self {
            case: record.case.id.clone(),
            reads_per_second: figure(record, READER_READS_PER_SECOND)?,
            read_ns_p50: figure(record, READER_NS_P50),
            read_ns_p99: figure(record, READER_NS_P99),
            read_ns_longest: figure(record, READER_NS_LONGEST),
            acks: Acks::of(record),
            acks_alone: alone(&evidence.records, record).map(Acks::of),
        })
    }
}

impl Acks {
    fn of(record: &RunRecord) -> Self {
        Self {
            acked_per_second: record.records_per_second.median,
            p50_ns: record.ack_latency_ns.p50,
            longest_ns: record.ack_latency_ns.encoded.max,
            wal_bytes_max: record.space.wal_bytes_max,
        }
    }
}
