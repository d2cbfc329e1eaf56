//! A background thread checkpoints, alone or with the committing thread's help after acks.

use std::num::NonZeroU32;

use rusqlite::Connection;

use super::background_thread::BackgroundThread;
use super::checkpointer::Checkpointer;
use super::checkpoints::Checkpoints;
use crate::error::WriteError;

/// A thread that checkpoints, and what the committing thread adds.
pub(super) struct Background {
    pub(super) checkpointer: Checkpointer,
    pub(super) thread: BackgroundThread,
    pub(super) help: Help,
}

/// What the committing thread adds to the background thread's work, after an ack.
pub(super) enum Help {
    /// Nothing: the thread works alone.
    Nothing,
    /// While commits go on, the thread's calls never reach the last frame, and SQLite begins a WAL anew
    /// only if a commit finds all of it copied. Between an ack and the next packet nobody commits: a short
    /// passive call there copies what the thread has left.
    TwoPhase { copy_frames: NonZeroU32, reset_frames: NonZeroU32 },
    /// The thread does nearly everything, and hands the rest over.
    HandOver { reset_frames: NonZeroU32 },
}

impl Background {
    /// Copies what the thread has left, if it is the committing thread's turn to do so.
    fn help(&self, connection: &Connection) -> Result<(), WriteError> {
        let Self { checkpointer, thread, .. } = self;
        let (frames, uncopied) =
            (checkpointer.progress.frames(), checkpointer.progress.frames_uncopied());
        let turn = match self.help {
            Help::Nothing => None,
            // The thread cannot keep up: the committing thread waits, or the WAL has no bound.
            Help::TwoPhase { reset_frames, .. } | Help::HandOver { reset_frames }
                if frames >= 2 * u64::from(reset_frames.get()) =>
            {
                Some(thread.turn())
            }
            Help::TwoPhase { copy_frames, reset_frames } => {
                let is_short = uncopied <= u64::from(copy_frames.get());
                let is_due = is_short && frames >= u64::from(reset_frames.get());
                is_due.then(|| thread.turn_if_idle()).flatten()
            }
            // The thread gives its turn back at once when it has handed over.
            Help::HandOver { .. } => thread.has_handed_over().then(|| thread.turn()),
        };
        if turn.is_some() {
            checkpointer.complete_after_ack(connection)?;
            thread.accept();
        }
        Ok(())
    }
}

impl Checkpoints for Background {
    fn committed(&mut self, _connection: &Connection, _operations: u64) -> Result<(), WriteError> {
        self.thread.committed();
        Ok(())
    }

    fn after_ack(&mut self, connection: &Connection) -> Result<(), WriteError> {
        self.help(connection)
    }

    fn drain(&mut self, connection: &Connection) -> Result<(), WriteError> {
        let _turn = self.thread.turn();
        self.thread.failure()?;
        self.checkpointer.complete(connection)?;
        // Whatever the thread has left to others is copied with the rest.
        self.thread.accept();
        Ok(())
    }

    fn failure(&mut self) -> Result<(), WriteError> {
        self.thread.failure()
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        self.thread.stop()
    }
}
