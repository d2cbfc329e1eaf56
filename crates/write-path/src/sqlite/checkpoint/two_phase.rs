//! A background thread copies; the committing thread finishes, and so lets the WAL begin anew.

use std::num::NonZeroU32;

use rusqlite::Connection;

use super::Checkpoints;
use super::background_thread::BackgroundThread;
use super::checkpointer::Checkpointer;
use crate::checkpoint::{CheckpointCaller, CheckpointMode};
use crate::error::WriteError;

/// While commits go on, the thread's calls never reach the last frame, and SQLite begins a WAL anew
/// only if a commit finds all of it copied. Between an ack and the next packet nobody commits: a short
/// passive call there copies what the thread has left.
pub(super) struct TwoPhase {
    pub(super) checkpointer: Checkpointer,
    pub(super) thread: BackgroundThread,
    pub(super) copy_frames: NonZeroU32,
    pub(super) reset_frames: NonZeroU32,
}

impl TwoPhase {
    fn finish_if_long(&self, connection: &Connection) -> Result<(), WriteError> {
        let progress = &self.checkpointer.progress;
        let (frames, reset_frames) = (progress.frames(), u64::from(self.reset_frames.get()));
        if frames < reset_frames {
            return Ok(());
        }
        let turn = if frames >= 2 * reset_frames {
            // The thread cannot keep up: the committing thread waits, or the WAL has no bound.
            Some(self.thread.turn())
        } else if progress.frames_uncopied() <= u64::from(self.copy_frames.get()) {
            self.thread.turn_if_idle()
        } else {
            None
        };
        if turn.is_some() {
            let (mode, caller) = (CheckpointMode::Passive, CheckpointCaller::AfterAck);
            self.checkpointer.call(connection, mode, caller)?;
        }
        Ok(())
    }
}

impl Checkpoints for TwoPhase {
    fn committed(&mut self, _connection: &Connection, _operations: u64) -> Result<(), WriteError> {
        self.thread.committed();
        Ok(())
    }

    fn after_ack(&mut self, connection: &Connection) -> Result<(), WriteError> {
        self.finish_if_long(connection)
    }

    fn drain(&mut self, connection: &Connection) -> Result<(), WriteError> {
        let _turn = self.thread.turn();
        self.thread.failure()?;
        self.checkpointer.complete(connection)
    }

    fn failure(&mut self) -> Result<(), WriteError> {
        self.thread.failure()
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        self.thread.stop()
    }
}
