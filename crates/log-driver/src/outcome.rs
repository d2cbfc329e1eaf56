//! What a run showed.

use std::collections::BTreeMap;
use std::time::Duration;

use measure::latency::LatencyHistogram;
use measure::record::{Metric, QueueCounts, QueueSlice};

use crate::database::Kept;
use crate::slow_phase::slow_phase;
use crate::store::Sizes;
use crate::waits::Deadlock;

/// What a run showed.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Counts of the whole run.
    pub counts: QueueCounts,
    /// The time series.
    pub series: Vec<QueueSlice>,
    /// How long handing in took each message that was due, in ns.
    pub hand_in_ns: LatencyHistogram,
    /// What the database's part knows.
    pub kept: Kept,
    /// How long each delivery lay on its way to the sink, in ns.
    pub delivery_wait_ns: LatencyHistogram,
    /// What was found when the store was opened again.
    pub verified: Verified,
    /// What the store took at the end, once it was closed in order.
    pub final_sizes: Sizes,
    /// How long it all took, the check included.
    pub seconds: Duration,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Everything that was to come has come.
    Complete,
    /// Somebody asked it to end.
    Interrupted,
    /// Threads wait for each other. What the store has acked is safe.
    Deadlock(Deadlock),
}

/// What the check at the end found. A run that does not pass it is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Messages that the store has acked, those that waited in it at the beginning included.
    pub acked: u64,
    /// Those of them that are delivered.
    pub delivered: u64,
    /// Those of them that wait for another attempt, and were found when the store was opened again.
    pub waiting: u64,
}

fn per_second(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

impl End {
    /// Its name in records.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Interrupted => "interrupted",
            Self::Deadlock(_) => "deadlock",
        }
    }
}

impl Outcome {
    /// Until the store had acked all that it did: inserts and deletions. The document's figures are of this.
    pub fn served_in(&self) -> Duration {
        self.kept.inserted_in.max(self.kept.deleted_in)
    }

    /// Messages that the store acked per second, until the last of them.
    pub fn inserted_per_second(&self) -> f64 {
        per_second(self.counts.inserted, self.kept.inserted_in.as_secs_f64())
    }

    /// The sustained rate: messages stored, delivered and deleted, over the time until the last deletion.
    pub fn deleted_per_second(&self) -> f64 {
        per_second(self.counts.deleted, self.served_in().as_secs_f64())
    }

    /// What is compared of it; at least 1 each, so that there is a factor.
    pub(crate) fn figures(&self) -> BTreeMap<Metric, f64> {
        let times = &self.kept.store_to_delete_ns;
        let store_to_delete_ns = times.quantile(0.5).or(times.longest()).unwrap_or(0);
        let deleted = self.counts.deleted.max(1) as f64;
        let figures = [
            (Metric::MessageTime, self.served_in().as_nanos() as f64 / deleted),
            (Metric::StoreToDeleteTime, store_to_delete_ns as f64),
            (Metric::HandInTime, self.hand_in_ns.mean().unwrap_or(0.0)),
            (Metric::DeliveryWait, self.delivery_wait_ns.mean().unwrap_or(0.0)),
            (Metric::WaitingMessages, self.waiting_max() as f64),
            (Metric::ChannelDepth, self.channel_depth_max() as f64),
            (Metric::DatabaseBytes, self.final_sizes.database_bytes as f64),
        ];
        figures.map(|(metric, figure)| (metric, figure.max(1.0))).into()
    }

    /// Whether it has a slow phase, and why, in a sentence.
    pub fn slow_phase(&self) -> String {
        slow_phase(&self.series)
    }

    /// The most messages that waited in the store at the end of any slice.
    pub fn waiting_max(&self) -> u64 {
        self.series.iter().map(|slice| slice.waiting_messages).max().unwrap_or(0)
    }

    /// The most messages that waited in the channels at the end of any slice.
    pub fn channel_depth_max(&self) -> u64 {
        let depths = self.series.iter().map(|slice| slice.depths);
        depths.map(|depths| depths.messages + depths.deliveries).max().unwrap_or(0)
    }

    /// The database's largest size in bytes.
    pub fn database_bytes_max(&self) -> u64 {
        let sizes = self.series.iter().map(|slice| slice.database_bytes);
        sizes.chain([self.final_sizes.database_bytes]).max().unwrap_or(0)
    }
}
