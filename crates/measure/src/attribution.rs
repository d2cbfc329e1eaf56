//! Attribution: what the slowest acks of a case overlapped with.
//!
//! A tail alone says how long acks took, not why. Here the moments of each slow ack stand beside the
//! checkpoints that ran at the time, and the part that took longest beyond the usual is its cause.
//! What no event and no stage of its own explains stays unexplained, and is counted as that.

mod slow_acks;
mod spans;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::time::Duration;

pub use slow_acks::SlowAcks;
pub use spans::{AckSpan, Cause, CheckpointSpans, Interval, UsualStages};

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

/// So many of the slowest acks are attributed at least, however few there are.
pub(crate) const SLOWEST_MIN: u64 = 10;

/// Attributes the slowest hundredth of `acks` acks, at least ten, as far as they are among
/// `slow`, which are the slowest of them in any order. The slowest comes first.
#[must_use]
pub fn attribute(
    slow: &[AckSpan],
    acks: u64,
    checkpoints: &CheckpointSpans,
    usual: UsualStages,
) -> Vec<AttributedAck> {
    let [committing, background] =
        [&checkpoints.committing, &checkpoints.background].map(|spans| {
            let mut ordered = spans.clone();
            ordered.sort_by_key(|interval| interval.begin);
            ordered
        });
    let mut spans = slow.to_vec();
    spans.sort_by_key(|span| Reverse(span.latency()));
    spans.truncate(acks.div_ceil(100).max(SLOWEST_MIN) as usize);
    spans.into_iter().map(|span| attribute_one(span, &committing, &background, usual)).collect()
}

/// Where an ack's time went, and what of it took longest beyond the usual.
fn attribute_one(
    span: AckSpan,
    committing: &[Interval],
    background: &[Interval],
    usual: UsualStages,
) -> AttributedAck {
    let insert = Interval { begin: span.begun, end: span.inserted };
    let commit = Interval { begin: span.inserted, end: span.acked };
    let queued_in_own = overlap(&span.queued, committing);
    let committed_in_own = overlap(&commit, committing);
    let own_checkpoint = queued_in_own + committed_in_own;
    let queued = span.queued.duration().saturating_sub(queued_in_own);
    let queued_beside = overlap(&span.queued, background).min(queued);
    let insert_beside = overlap(&insert, background);
    let commit_beside = overlap(&commit, background);
    let checkpoint = own_checkpoint + queued_beside + insert_beside + commit_beside;

    let insert = insert.duration().saturating_sub(usual.insert);
    let commit = commit.duration().saturating_sub(committed_in_own + usual.commit);
    let insert_beside = insert_beside.min(insert);
    // That a commit began the WAL anew is known of it alone, and explains it better than what ran
    // beside it.
    let (commit_beside, reset) = if span.began_wal_anew {
        (Duration::ZERO, commit)
    } else {
        (commit_beside.min(commit), Duration::ZERO)
    };
    let candidates = [
        (Cause::OwnCheckpoint, own_checkpoint),
        (Cause::BackgroundCheckpoint, queued_beside + insert_beside + commit_beside),
        (Cause::WalReset, reset),
        (Cause::OwnSync, commit - commit_beside - reset),
        (Cause::Queue, queued - queued_beside),
        (Cause::Driver, span.driver_late),
        (Cause::Unexplained, insert - insert_beside),
    ];
    // Of equal parts the first one counts; where nothing took longer than usual, nothing does.
    let longest = candidates.into_iter().rev().max_by_key(|(_, time)| *time);
    let cause = longest
        .filter(|(_, time)| *time > Duration::ZERO)
        .map_or(Cause::Unexplained, |(cause, _)| cause);
    AttributedAck { span, checkpoint, cause }
}

/// How much of `interval` lies in any of the others, which are in order and do not overlap.
fn overlap(interval: &Interval, ordered: &[Interval]) -> Duration {
    let first = ordered.partition_point(|other| other.end <= interval.begin);
    let overlapping = ordered[first..].iter().take_while(|other| other.begin < interval.end);
    overlapping.map(|other| interval.overlap(other)).sum()
}
