//! What a run showed.

use std::time::Duration;

use measure::latency::LatencyHistogram;
use serde::{Deserialize, Serialize};

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

/// Counts of messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Handed in by the source.
    pub handed_in: u64,
    /// Not taken from the source within the send timeout.
    pub turned_away: u64,
    /// Acked by the store.
    pub inserted: u64,
    /// Deleted from the store.
    pub deleted: u64,
    /// Sent again, at the start or by the retry.
    pub redelivered: u64,
    /// Acked by the sink, duplicates included.
    pub delivered: u64,
    /// Refused by the sink.
    pub refused: u64,
    /// Deliveries and answers that found no room within the send timeout.
    pub given_up: u64,
}

/// A slice of the time series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// From the run's beginning to the slice's end, in seconds.
    pub end_seconds: f64,
    /// The slice's length in seconds.
    pub seconds: f64,
    /// Counts of this slice.
    pub counts: Counts,
    /// Messages of this run that wait in the store at its end.
    pub waiting_messages: u64,
    /// What waits in the channels at its end.
    pub depths: Depths,
    /// Resident memory of the process in bytes.
    pub resident_bytes: Option<u64>,
    /// The database, or the log's files, in bytes.
    pub database_bytes: u64,
    /// The WAL or rollback journal in bytes.
    pub journal_bytes: u64,
    /// Pages that hold nothing.
    pub freelist_pages: Option<u64>,
    /// The longest commit of messages in it, in ns.
    pub insert_ns_max: u64,
    /// The longest commit of deletions in it, in ns.
    pub delete_ns_max: u64,
}

/// What waits in the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depths {
    /// To the database; with the acks where they share a channel.
    pub messages: u64,
    /// Acks and refusals, where they have a channel of their own.
    pub acks: Option<u64>,
    /// To the sink.
    pub deliveries: u64,
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

impl Counts {
    /// What has been counted since an earlier moment.
    pub(crate) fn since(&self, before: &Self) -> Self {
        Self {
            handed_in: self.handed_in - before.handed_in,
            turned_away: self.turned_away - before.turned_away,
            inserted: self.inserted - before.inserted,
            deleted: self.deleted - before.deleted,
            redelivered: self.redelivered - before.redelivered,
            delivered: self.delivered - before.delivered,
            refused: self.refused - before.refused,
            given_up: self.given_up - before.given_up,
        }
    }
}

impl Slice {
    /// Messages that the store acked, per second.
    pub fn inserted_per_second(&self) -> f64 {
        per_second(self.counts.inserted, self.seconds)
    }

    /// Deletions per second.
    pub fn deleted_per_second(&self) -> f64 {
        per_second(self.counts.deleted, self.seconds)
    }
}

fn per_second(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
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

    /// The database's largest size in bytes.
    pub fn database_bytes_max(&self) -> u64 {
        let sizes = self.series.iter().map(|slice| slice.database_bytes);
        sizes.chain([self.final_sizes.database_bytes]).max().unwrap_or(0)
    }
}
