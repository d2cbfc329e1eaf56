//! A row: one case in figures.

use measure::record::{LatencyRecord, RunRecord, VerifyRecord};
use measure::spread::Spread;

use super::cost::Cost;
use super::own::Own;
use crate::power_cut::PowerCut;

/// One case in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The case's id.
    pub id: String,
    /// The case that this one repeats: it is the second half of an A/A pair.
    pub twin_of: Option<String>,
    /// The acked rate in records per second, with its spread over the rounds.
    pub acked_per_second: Spread,
    /// The drained rate in records per second: the final checkpoint included.
    pub drained_per_second: f64,
    /// The ack latency.
    pub latency: Latency,
    /// What a packet costs in yardsticks; `None` where that was not measured or cannot be told.
    pub cost: Option<Cost>,
    /// Figures that the question may show in columns of its own.
    pub own: Own,
    /// What a power cut takes; `None` if that was not examined.
    pub power_cut: Option<&'static PowerCut>,
    /// What closing, reopening and comparing found.
    pub verified: Verified,
}

/// Hand-in to ack, in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// The median; `None` with too few acks, as for the other quantiles.
    pub p50_ns: Option<u64>,
    /// The 99th percentile.
    pub p99_ns: Option<u64>,
    /// The 99.9th percentile.
    pub p999_ns: Option<u64>,
    /// The longest; `None` only without acks.
    pub longest_ns: Option<u64>,
    /// How many acks there were.
    pub acks: u64,
}

/// What closing, reopening and comparing found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Exactly what was acked.
    All {
        /// How many records that is.
        records: u64,
    },
    /// Another number of records.
    Miscounted {
        /// How many were acked.
        acked: u64,
        /// How many were there.
        found: u64,
    },
    /// As many records, but other ones.
    Changed {
        /// How many records were acked, and found.
        records: u64,
    },
}

impl Row {
    /// The row of a case.
    pub(crate) fn of(record: &RunRecord) -> Self {
        Self {
            id: record.case.id.clone(),
            twin_of: record.case.repeats_case.clone(),
            acked_per_second: record.records_per_second.clone(),
            drained_per_second: record.drained_records_per_second.median,
            latency: Latency::of(&record.ack_latency_ns),
            cost: record.cost.as_ref().map(Cost::of),
            own: Own::of(record),
            power_cut: PowerCut::of(record),
            verified: Verified::of(&record.verify),
        }
    }
}

impl Latency {
    fn of(record: &LatencyRecord) -> Self {
        Self {
            p50_ns: record.p50,
            p99_ns: record.p99,
            p999_ns: record.p999,
            longest_ns: record.max,
            acks: record.count,
        }
    }
}

impl Verified {
    fn of(record: &VerifyRecord) -> Self {
        let (acked, found) = (record.acked_records, record.found_records);
        match (acked == found, record.digest_ok) {
            (true, true) => Self::All { records: acked },
            (true, false) => Self::Changed { records: acked },
            (false, _) => Self::Miscounted { acked, found },
        }
    }
}
