//! The checkpoints of a record.

use std::time::{Duration, Instant};

use measure::nanoseconds;
use measure::record::{CheckpointNote, CheckpointsRecord};
use write_path::{CheckpointAnswer, CheckpointCall};

use crate::blocks::Replicate;

/// The checkpoints in the pieces of all replicates.
pub(super) fn of_replicates(replicates: &[Replicate]) -> Option<CheckpointsRecord> {
    let calls = || replicates.iter().flat_map(|replicate| &replicate.checkpoints);
    let begun = calls().next()?.begun;
    let pieces = replicates.iter().flat_map(|replicate| &replicate.record.pieces);
    let elapsed_ns = pieces.map(|piece| piece.elapsed_ns).sum();
    record_of_checkpoints(calls(), begun, Duration::from_nanos(elapsed_ns))
}

/// The record of checkpoints that were made in a time of this length; `None` of none.
pub fn record_of_checkpoints<'calls>(
    checkpoints: impl Iterator<Item = &'calls CheckpointCall>,
    begun: Instant,
    length: Duration,
) -> Option<CheckpointsRecord> {
    let notes: Vec<CheckpointNote> =
        checkpoints.map(|checkpoint| note(checkpoint, begun)).collect();
    CheckpointsRecord::of(&notes, nanoseconds(length))
}

fn note(checkpoint: &CheckpointCall, timing_begun: Instant) -> CheckpointNote {
    CheckpointNote {
        begun_ns: nanoseconds(checkpoint.begun.saturating_duration_since(timing_begun)),
        duration_ns: nanoseconds(checkpoint.ended() - checkpoint.begun),
        mode: checkpoint.mode.name(),
        caller: checkpoint.caller.name(),
        answer: match checkpoint.answer {
            CheckpointAnswer::Done => "done",
            CheckpointAnswer::Busy => "busy",
            CheckpointAnswer::Locked => "locked",
        },
        frames: checkpoint.frames.map(|frames| (frames.in_wal, frames.copied)),
        wal_salts: checkpoint.wal_salts,
        wal_bytes_before: checkpoint.wal_bytes_before,
        wal_bytes_after: checkpoint.wal_bytes_after,
        database_bytes: checkpoint.database_bytes,
    }
}
