//! A background thread copies; the committing thread finishes, and so lets the WAL begin anew.

use std::num::NonZeroU32;

use rusqlite::Connection;

use super::background::AddAfterAck;
use super::background_thread::BackgroundThread;
use super::checkpointer::Checkpointer;
use crate::error::WriteError;

/// While commits go on, the thread's calls never reach the last frame, and SQLite begins a WAL anew
/// only if a commit finds all of it copied. Between an ack and the next packet nobody commits: a short
/// passive call there copies what the thread has left.
pub(super) struct TwoPhase {
    pub(super) copy_frames: NonZeroU32,
    pub(super) reset_frames: NonZeroU32,
}

impl AddAfterAck for TwoPhase {
    fn after_ack(
        &self,
        connection: &Connection,
        checkpointer: &Checkpointer,
        thread: &BackgroundThread,
    ) -> Result<(), WriteError> {
        let progress = &checkpointer.progress;
        let (frames, reset_frames) = (progress.frames(), u64::from(self.reset_frames.get()));
        if frames < reset_frames {
            return Ok(());
        }
        let turn = if frames >= 2 * reset_frames {
            // The thread cannot keep up: the committing thread waits, or the WAL has no bound.
            Some(thread.turn())
        } else if progress.frames_uncopied() <= u64::from(self.copy_frames.get()) {
            thread.turn_if_idle()
        } else {
            None
        };
        if turn.is_some() {
            checkpointer.complete_after_ack(connection)?;
        }
        Ok(())
    }
}
