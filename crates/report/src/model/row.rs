//! A row: one case in figures.

use measure::record::{RunRecord, VerifyRecord};
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
    pub verify: VerifyRecord,
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

impl Row {
    /// The row of a case.
    pub(crate) fn of(record: &RunRecord) -> Self {
        let latency = &record.ack_latency_ns;
        Self {
            id: record.case.id.clone(),
            twin_of: record.case.repeats_case.clone(),
            acked_per_second: record.records_per_second.clone(),
            drained_per_second: record.drained_records_per_second.median,
            latency: Latency {
                p50_ns: latency.p50,
                p99_ns: latency.p99,
                p999_ns: latency.p999,
                longest_ns: latency.max,
                acks: latency.count,
            },
            cost: record.cost.as_ref().map(Cost::of),
            own: Own::of(record),
            power_cut: PowerCut::of(record),
            verify: record.verify.clone(),
        }
    }
}
