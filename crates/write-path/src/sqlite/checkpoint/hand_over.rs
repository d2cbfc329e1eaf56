//! A background thread does nearly everything; the committing thread is handed the rest.

use std::num::NonZeroU32;

use rusqlite::Connection;

use super::Checkpoints;
use super::background_thread::BackgroundThread;
use super::checkpointer::Checkpointer;
use crate::checkpoint::{CheckpointCaller, CheckpointMode};
use crate::error::WriteError;

pub(super) struct HandOver {
    pub(super) checkpointer: Checkpointer,
    pub(super) thread: BackgroundThread,
    pub(super) reset_frames: NonZeroU32,
}

impl HandOver {
    fn finish(&self, connection: &Connection) -> Result<(), WriteError> {
        let frames_max = 2 * u64::from(self.reset_frames.get());
        let must_wait = self.checkpointer.progress.frames() >= frames_max;
        if self.thread.has_handed_over() || must_wait {
            // The thread gives its turn back at once when it has handed over.
            let _turn = self.thread.turn();
            let (mode, caller) = (CheckpointMode::Passive, CheckpointCaller::AfterAck);
            self.checkpointer.call(connection, mode, caller)?;
            self.thread.accept();
        }
        Ok(())
    }
}

impl Checkpoints for HandOver {
    fn committed(&mut self, _connection: &Connection, _operations: u64) -> Result<(), WriteError> {
        self.thread.committed();
        Ok(())
    }

    fn after_ack(&mut self, connection: &Connection) -> Result<(), WriteError> {
        self.finish(connection)
    }

    fn drain(&mut self, connection: &Connection) -> Result<(), WriteError> {
        let _turn = self.thread.turn();
        self.thread.failure()?;
        self.checkpointer.complete(connection)?;
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
