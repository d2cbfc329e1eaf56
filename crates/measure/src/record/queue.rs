//! A queue whose messages are deleted once they are delivered: counts, times, and its time series.

use serde::{Deserialize, Serialize};

use crate::latency::LatencyRecord;

/// A run of a queue. The commits of its messages are the run record's `ack_latency_ns`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueRecord {
    /// How it ended: `complete`, `interrupted` or `deadlock`.
    pub end: String,
    /// Counts of the whole run.
    pub counts: QueueCounts,
    /// Messages that waited in the store at its end.
    pub waiting_messages: u64,
    /// From the beginning to the last ack of a message or deletion, in seconds.
    pub served_seconds: f64,
    /// The commits of deletions, in ns.
    pub delete_ns: LatencyRecord,
    /// From a message's ack to that of its deletion, in ns.
    pub store_to_delete_ns: LatencyRecord,
    /// How long handing in took a message that was due, in ns; null in records from before it was stored, as are all
    /// below of which it is said.
    pub hand_in_ns: Option<LatencyRecord>,
    /// How long a message lay on its way to the sink, in ns; null in older records.
    pub delivery_wait_ns: Option<LatencyRecord>,
    /// The time series.
    pub series: Vec<QueueSlice>,
}

/// Counts of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCounts {
    /// Handed in by the source.
    pub handed_in: u64,
    /// Not taken from the source within the send timeout, or dropped when the run was ended: not acked.
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

/// A slice of a queue's time series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueSlice {
    /// From the run's beginning to the slice's end, in seconds.
    pub end_seconds: f64,
    /// The slice's length in seconds.
    pub seconds: f64,
    /// Counts of this slice.
    pub counts: QueueCounts,
    /// Messages of this run that wait in the store at its end.
    pub waiting_messages: u64,
    /// What waits in the channels at its end.
    pub depths: QueueDepths,
    /// Resident memory of the process in bytes.
    pub resident_bytes: Option<u64>,
    /// The database, or the log's files, in bytes.
    pub database_bytes: u64,
    /// The WAL or rollback journal in bytes.
    pub journal_bytes: u64,
    /// Pages that hold nothing; null of a log.
    pub freelist_pages: Option<u64>,
    /// The longest commit of messages in it, in ns.
    pub insert_ns_max: u64,
    /// The longest commit of deletions in it, in ns.
    pub delete_ns_max: u64,
    /// How long all its commits took together, checkpoints included, in ns; null in older records.
    pub commit_ns: Option<u64>,
    /// How long the checkpoints within its commits took together, in ns; null without a WAL and in older records.
    pub checkpoint_ns: Option<u64>,
    /// Frames that those copied into the database; null without a WAL and in older records.
    pub checkpointed_frames: Option<u64>,
    /// Bytes that the device wrote in it, whoever's they were; null without a device and in older records.
    pub device_bytes_written: Option<u64>,
    /// Bytes in the machine's memory that wait to be written back, at its end; null where the kernel does not tell and in
    /// older records.
    pub dirty_bytes: Option<u64>,
    /// Bytes that are being written back then; null likewise.
    pub writeback_bytes: Option<u64>,
}

/// What waits in the channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueDepths {
    /// To the database; with the acks where they share a channel.
    pub messages: u64,
    /// Acks and refusals; null where they have no channel of their own.
    pub acks: Option<u64>,
    /// To the sink.
    pub deliveries: u64,
}

impl QueueCounts {
    /// What has been counted since an earlier moment.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
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

impl QueueSlice {
    /// Messages that the store acked, per second.
    #[must_use]
    pub fn inserted_per_second(&self) -> f64 {
        self.counts.inserted as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }

    /// Deletions per second.
    #[must_use]
    pub fn deleted_per_second(&self) -> f64 {
        self.counts.deleted as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }
}
