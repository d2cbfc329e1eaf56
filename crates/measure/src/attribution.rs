//! Attribution: what the slowest acks of a case overlapped with.
//!
//! A tail alone says how long acks took, not why. Here the moments of each slow ack stand beside the
//! checkpoints that ran at the time, and the part that took longest beyond the usual is its cause.
//! What no event and no stage of its own explains stays unexplained, and is counted as that.

mod parts;
mod slow_acks;
mod spans;
#[cfg(test)]
mod tests;

use std::time::Duration;

use parts::{Parts, Running};
pub use slow_acks::SlowAcks;
pub use spans::{AckSpan, Cause, CheckpointSpan, CheckpointThread, Interval, UsualStages};

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
