//! Moments of acks and of checkpoints, and what can make an ack slow.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// The moments of one acked packet, as its driver saw them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AckSpan {
    /// From hand-in until the path was done with the packets before; of no length where it was free.
    pub queued: Interval,
    /// How long the driver then let a free path wait.
    pub driver_late: Duration,
    /// When the driver handed the packet to the path.
    pub begun: Instant,
    /// When its operations were in, and the commit began.
    pub inserted: Instant,
    /// When it was acked.
    pub acked: Instant,
    /// Whether its commit began the WAL anew.
    pub began_wal_anew: bool,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// Where it begins.
    pub begin: Instant,
    /// Where it ends, not before it begins.
    pub end: Instant,
}

/// Checkpoints while acks were timed, by who called them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckpointSpans {
    /// By the thread that commits: nothing is acked meanwhile.
    pub committing: Vec<Interval>,
    /// By a thread of its own, beside the commits.
    pub background: Vec<Interval>,
}

/// What made an ack slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A checkpoint of the committing thread, in the packet's own commit or before the packet's turn.
    OwnCheckpoint,
    /// A checkpoint of another thread, which ran while the packet waited in line, was inserted and
    /// committed.
    BackgroundCheckpoint,
    /// Its commit began the WAL anew, which syncs the new header or cuts the file.
    WalReset,
    /// Its own commit: the write into the WAL and its sync.
    OwnSync,
    /// The packets before it, and what was put off until after their acks; no checkpoint ran.
    Queue,
    /// The driver, which let a free path wait.
    Driver,
    /// Nothing that is known: its own insertion, or a processor that was elsewhere.
    Unexplained,
}

/// What a stage usually takes: what lies beyond it is to be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualStages {
    /// Putting a packet's operations in, the median.
    pub insert: Duration,
    /// The commit, the median.
    pub commit: Duration,
}

impl Cause {
    /// Every cause, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::OwnCheckpoint,
        Self::BackgroundCheckpoint,
        Self::WalReset,
        Self::OwnSync,
        Self::Queue,
        Self::Driver,
        Self::Unexplained,
    ];
}

impl Interval {
    /// An interval of no length.
    #[must_use]
    pub fn empty_at(moment: Instant) -> Self {
        Self { begin: moment, end: moment }
    }

    /// How long it is.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.end.saturating_duration_since(self.begin)
    }

    /// How much of it lies in the other one too.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> Duration {
        self.end.min(other.end).saturating_duration_since(self.begin.max(other.begin))
    }
}

impl AckSpan {
    /// Hand-in to ack.
    #[must_use]
    pub fn latency(&self) -> Duration {
        self.queued.duration() + self.driver_late + (self.acked - self.begun)
    }
}
