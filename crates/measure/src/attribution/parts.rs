//! The parts of one ack's latency, and which of them made it slow.

use std::time::Duration;

use super::spans::{AckSpan, Cause, CheckpointSpan, CheckpointThread, Interval, UsualStages};

/// The checkpoints of each thread, in the order of time: a thread runs one after the other.
pub(super) struct Running {
    committing: Vec<Interval>,
    background: Vec<Interval>,
}

/// Where an ack's time went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    /// In checkpoints of the committing thread, before its turn and in its own commit.
    own_checkpoint: Duration,
    /// Inserted while a checkpoint of another thread ran.
    insert_beside: Duration,
    /// Committed while one ran.
    commit_beside: Duration,
    /// Behind other packets while a checkpoint of another thread ran.
    queued_beside: Duration,
    /// Behind other packets, checkpoints left out.
    queued: Duration,
    driver_late: Duration,
    insert: Duration,
    /// The commit, its own checkpoint left out.
    commit: Duration,
    began_wal_anew: bool,
}

impl Running {
    pub(super) fn of(checkpoints: &[CheckpointSpan]) -> Self {
        let of_thread = |thread| {
            let own = checkpoints.iter().filter(|checkpoint| checkpoint.thread == thread);
            let mut intervals: Vec<Interval> = own.map(|checkpoint| checkpoint.interval).collect();
            intervals.sort_by_key(|interval| interval.begin);
            intervals
        };
        Self {
            committing: of_thread(CheckpointThread::Committing),
            background: of_thread(CheckpointThread::Background),
        }
    }
}

/// How much of `interval` lies in any of the others, which are in order and do not overlap.
fn overlap(interval: &Interval, ordered: &[Interval]) -> Duration {
    let first = ordered.partition_point(|other| other.end <= interval.begin);
    let overlapping = ordered[first..].iter().take_while(|other| other.begin < interval.end);
    overlapping.map(|other| interval.overlap(other)).sum()
}

impl Parts {
    pub(super) fn of(span: &AckSpan, running: &Running) -> Self {
        let (insert, commit) = (span.insert(), span.commit());
        let queued_in_checkpoint = overlap(&span.queued, &running.committing);
        let queued = span.queued.duration().saturating_sub(queued_in_checkpoint);
        let queued_beside = overlap(&span.queued, &running.background).min(queued);
        let committed_in_checkpoint = overlap(&commit, &running.committing);
        Self {
            own_checkpoint: queued_in_checkpoint + committed_in_checkpoint,
            insert_beside: overlap(&insert, &running.background),
            commit_beside: overlap(&commit, &running.background),
            queued_beside,
            queued: queued - queued_beside,
            driver_late: span.driver_late,
            insert: insert.duration(),
            commit: commit.duration().saturating_sub(committed_in_checkpoint),
            began_wal_anew: span.began_wal_anew,
        }
    }

    /// Time beside or in checkpoints.
    pub(super) fn in_checkpoints(&self) -> Duration {
        self.own_checkpoint + self.queued_beside + self.insert_beside + self.commit_beside
    }

    /// What took longest beyond the usual.
    pub(super) fn cause(&self, usual: UsualStages) -> Cause {
        let insert = self.insert.saturating_sub(usual.insert);
        let commit = self.commit.saturating_sub(usual.commit);
        let insert_beside = self.insert_beside.min(insert);
        // That a commit began the WAL anew is known of it alone, and explains it better than what ran
        // beside it.
        let (commit_beside, reset) = if self.began_wal_anew {
            (Duration::ZERO, commit)
        } else {
            (self.commit_beside.min(commit), Duration::ZERO)
        };
        let candidates = [
            (Cause::OwnCheckpoint, self.own_checkpoint),
            (Cause::BackgroundCheckpoint, self.queued_beside + insert_beside + commit_beside),
            (Cause::WalReset, reset),
            (Cause::OwnSync, commit - commit_beside - reset),
            (Cause::Queue, self.queued),
            (Cause::Driver, self.driver_late),
            (Cause::Unexplained, insert - insert_beside),
        ];
        // Of equal parts the first one counts; where nothing took longer than usual, nothing does.
        let longest = candidates.into_iter().rev().max_by_key(|(_, time)| *time);
        longest
            .filter(|(_, time)| *time > Duration::ZERO)
            .map_or(Cause::Unexplained, |(cause, _)| cause)
    }
}
