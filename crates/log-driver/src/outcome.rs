//! What a run showed.

use std::time::Duration;

use measure::latency::LatencyHistogram;
pub use measure::record::{QueueCounts as Counts, QueueDepths as Depths, QueueSlice as Slice};
use measure::stats::median;

use crate::database::Kept;
use crate::store::Sizes;
use crate::waits::Deadlock;

/// What a run showed.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Counts of the whole run.
    pub counts: Counts,
    /// The time series.
    pub series: Vec<Slice>,
    pub(crate) kept: Kept,
    /// What was found when the store was opened again.
    pub verified: Verified,
    /// What the store took at the end.
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
    /// Until the last insert was acked.
    pub fn inserted_in(&self) -> Duration {
        self.kept.inserted_in
    }

    /// Until the last deletion was acked.
    pub fn deleted_in(&self) -> Duration {
        self.kept.deleted_in
    }

    /// Until the store had acked all that it did: inserts and deletions. The document's figures are of this.
    pub fn served_in(&self) -> Duration {
        self.inserted_in().max(self.deleted_in())
    }

    /// Messages that the store acked per second, until the last of them.
    pub fn inserted_per_second(&self) -> f64 {
        per_second(self.counts.inserted, self.inserted_in().as_secs_f64())
    }

    /// The sustained rate: messages stored, delivered and deleted, over the time until the last deletion.
    pub fn deleted_per_second(&self) -> f64 {
        per_second(self.counts.deleted, self.served_in().as_secs_f64())
    }

    /// Each commit of messages, in ns.
    pub fn insert_ns(&self) -> &LatencyHistogram {
        &self.kept.insert_ns
    }

    /// Each commit of deletions, in ns.
    pub fn delete_ns(&self) -> &LatencyHistogram {
        &self.kept.delete_ns
    }

    /// From a message's ack to that of its deletion, in ns.
    pub fn store_to_delete_ns(&self) -> &LatencyHistogram {
        &self.kept.store_to_delete_ns
    }

    /// Messages whose answer did not come in time at the end. They wait in the store, unless it came earlier.
    pub fn unanswered(&self) -> u64 {
        self.kept.unanswered
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

/// Slices of a run that served far less than the others, and what they came with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlowPhase {
    /// Operations (inserts and deletions) per second in the median slice.
    pub median_per_second: f64,
    /// Slices below half of that.
    pub slow: SlicesTogether,
    /// The others.
    pub other: SlicesTogether,
}

/// What several slices had at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SlicesTogether {
    /// How many there are.
    pub slices: u64,
    /// The longest commit in them, in ns.
    pub commit_ns_max: u64,
    /// Messages in the channels at most.
    pub channel_depth_max: u64,
}

impl SlicesTogether {
    fn add(&mut self, slice: &Slice) {
        self.slices += 1;
        let commit_ns = slice.insert_ns_max.max(slice.delete_ns_max);
        self.commit_ns_max = self.commit_ns_max.max(commit_ns);
        let depth = slice.depths.messages + slice.depths.deliveries;
        self.channel_depth_max = self.channel_depth_max.max(depth);
    }
}

impl Outcome {
    /// The run's slow phase, if it has one; `None` also of a run of fewer than four whole slices.
    pub fn slow_phase(&self) -> Option<SlowPhase> {
        // The first slice opens the store, and the last one may be short.
        let whole = self.series.get(1..self.series.len().checked_sub(1)?)?;
        slow_phase_of(whole)
    }
}

fn slow_phase_of(slices: &[Slice]) -> Option<SlowPhase> {
    const SLICES_MIN: usize = 4;
    let rate = |slice: &Slice| slice.inserted_per_second() + slice.deleted_per_second();
    let rates: Vec<f64> = slices.iter().map(rate).collect();
    let median_per_second = median(&rates).filter(|_| rates.len() >= SLICES_MIN)?;
    let (mut slow, mut other) = (SlicesTogether::default(), SlicesTogether::default());
    for slice in slices {
        let is_slow = rate(slice) < median_per_second / 2.0;
        if is_slow { slow.add(slice) } else { other.add(slice) }
    }
    (slow.slices > 0).then_some(SlowPhase { median_per_second, slow, other })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(inserted: u64, commit_ns: u64) -> Slice {
        Slice {
            end_seconds: 1.0,
            seconds: 1.0,
            counts: Counts { inserted, ..Counts::default() },
            waiting_messages: 0,
            depths: Depths { messages: inserted, acks: None, deliveries: 1 },
            resident_bytes: None,
            database_bytes: 0,
            journal_bytes: 0,
            freelist_pages: None,
            insert_ns_max: commit_ns,
            delete_ns_max: 0,
        }
    }

    #[test]
    fn a_slow_phase_is_told_with_what_it_came_with() {
        let even: Vec<Slice> = (0..6).map(|_| slice(100, 5)).collect();
        assert_eq!(slow_phase_of(&even), None);
        assert_eq!(slow_phase_of(&even[..3]), None);
        let mut uneven = even;
        uneven[2] = slice(40, 900);
        let phase = slow_phase_of(&uneven).expect("one slice is slow");
        assert_eq!((phase.slow.slices, phase.other.slices), (1, 5));
        assert_eq!((phase.slow.commit_ns_max, phase.other.commit_ns_max), (900, 5));
        assert_eq!(phase.slow.channel_depth_max, 41);
    }
}
