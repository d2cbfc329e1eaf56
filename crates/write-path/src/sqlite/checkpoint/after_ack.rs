//! The committing thread checkpoints after acks.

use rusqlite::Connection;

use super::checkpointer::Checkpointer;
use super::checkpoints::Checkpoints;
use super::strategy::CheckpointInterval;
use crate::checkpoint::{CheckpointCaller, CheckpointMode};
use crate::error::WriteError;

pub(super) struct AfterAck {
    pub(super) checkpointer: Checkpointer,
    pub(super) every: CheckpointInterval,
    pub(super) mode: CheckpointMode,
    /// Committed since the last checkpoint.
    pub(super) operations: u64,
}

impl AfterAck {
    fn is_due(&self) -> bool {
        match self.every {
            CheckpointInterval::Records(records) => self.operations >= u64::from(records.get()),
            CheckpointInterval::Frames(frames) => {
                self.checkpointer.progress.frames_uncopied() >= u64::from(frames.get())
            }
        }
    }
}

impl Checkpoints for AfterAck {
    fn committed(&mut self, _connection: &Connection, operations: u64) -> Result<(), WriteError> {
        self.operations += operations;
        Ok(())
    }

    fn after_ack(&mut self, connection: &Connection) -> Result<(), WriteError> {
        if self.is_due() {
            self.checkpointer.call(connection, self.mode, CheckpointCaller::AfterAck)?;
            self.operations = 0;
        }
        Ok(())
    }

    fn drain(&mut self, connection: &Connection) -> Result<(), WriteError> {
        self.operations = 0;
        self.checkpointer.complete(connection)
    }
}
