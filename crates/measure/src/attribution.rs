//! Attribution: what the slowest acks of a case overlapped with.
//!
//! A tail alone says how long acks took, not why. Here the moments of each slow ack stand beside the
//! checkpoints that ran at the time, and the part that took longest beyond the usual is its cause.
//! What no event and no stage of its own explains stays unexplained, and is counted as that.

mod parts;
mod slow_acks;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use parts::{Parts, Running};
pub use slow_acks::SlowAcks;

/// The moments of one acked packet, as its driver saw them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Where it begins.
    pub begin: Instant,
    /// Where it ends, not before it begins.
    pub end: Instant,
}

/// A checkpoint while packets were driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointSpan {
    /// When it ran.
    pub interval: Interval,
    /// Which thread ran it.
    pub thread: CheckpointThread,
}

/// Which thread ran a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointThread {
    /// The one that commits: its packets wait.
    Committing,
    /// Another one.
    Background,
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

/// A slow ack with its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributedAck {
    /// The ack.
    pub span: AckSpan,
    /// Time in which a checkpoint of any thread ran, from hand-in to ack.
    pub checkpoint: Duration,
    /// What made it slow.
    pub cause: Cause,
}

/// The slowest acks of a case, each with its cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    acks: u64,
    /// The slowest first.
    slowest: Vec<AttributedAck>,
}

/// So many of the slowest acks are attributed at least, however few there are.
const SLOWEST_MIN: u64 = 10;

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

    fn insert(&self) -> Interval {
        Interval { begin: self.begun, end: self.inserted }
    }

    fn commit(&self) -> Interval {
        Interval { begin: self.inserted, end: self.acked }
    }
}

impl Attribution {
    /// Attributes the slowest hundredth of `acks` acks, at least ten, as far as they are among
    /// `slow`, which are the slowest of them in any order.
    #[must_use]
    pub fn of(
        slow: &[AckSpan],
        acks: u64,
        checkpoints: &[CheckpointSpan],
        usual: UsualStages,
    ) -> Self {
        let running = Running::of(checkpoints);
        let mut spans = slow.to_vec();
        spans.sort_by_key(|span| std::cmp::Reverse(span.latency()));
        spans.truncate(hundredth(acks) as usize);
        let slowest = spans.into_iter().map(|span| {
            let parts = Parts::of(&span, &running);
            AttributedAck { span, checkpoint: parts.in_checkpoints(), cause: parts.cause(usual) }
        });
        Self { acks, slowest: slowest.collect() }
    }

    /// How many acks there were.
    #[must_use]
    pub fn acks(&self) -> u64 {
        self.acks
    }

    /// The slowest acks, the slowest first.
    #[must_use]
    pub fn slowest(&self) -> &[AttributedAck] {
        &self.slowest
    }

    /// The share of the slowest hundredth that has a cause; `None` without acks.
    #[must_use]
    pub fn explained_share(&self) -> Option<f64> {
        explained_share(&self.slowest)
    }

    /// The acks beyond the p99.9, the slowest first; `None` where there are fewer than ten.
    #[must_use]
    pub fn slowest_thousandth(&self) -> Option<&[AttributedAck]> {
        let beyond = self.acks / 1_000;
        (beyond >= SLOWEST_MIN).then(|| &self.slowest[..self.slowest.len().min(beyond as usize)])
    }

    /// The share of [`Self::slowest_thousandth`] that has a cause.
    #[must_use]
    pub fn explained_share_of_thousandth(&self) -> Option<f64> {
        explained_share(self.slowest_thousandth()?)
    }
}

fn hundredth(acks: u64) -> u64 {
    acks.div_ceil(100).max(SLOWEST_MIN)
}

fn explained_share(acks: &[AttributedAck]) -> Option<f64> {
    let explained = acks.iter().filter(|ack| ack.cause != Cause::Unexplained).count();
    (!acks.is_empty()).then(|| explained as f64 / acks.len() as f64)
}
