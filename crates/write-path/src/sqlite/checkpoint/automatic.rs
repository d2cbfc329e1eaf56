//! As `PRAGMA wal_autocheckpoint` says.

use rusqlite::Connection;

use super::checkpointer::Checkpointer;
use super::checkpoints::Checkpoints;
use crate::checkpoint::{CheckpointCaller, CheckpointMode};
use crate::error::WriteError;
use crate::sqlite::pragma::WalAutocheckpoint;

/// What SQLite's own WAL hook does (`sqlite3WalDefaultHook` in main.c), with a note of each call: the
/// commit that leaves so many frames in the WAL, or more, checkpoints passively before it returns. A
/// failure is told, where SQLite passes over it.
pub(super) struct Automatic {
    pub(super) checkpointer: Checkpointer,
    pub(super) pragma: WalAutocheckpoint,
}

impl Checkpoints for Automatic {
    fn committed(&mut self, connection: &Connection, _operations: u64) -> Result<(), WriteError> {
        let WalAutocheckpoint::Pages(pages) = self.pragma else { return Ok(()) };
        if self.checkpointer.progress.frames() >= u64::from(pages.get()) {
            self.checkpointer.call(
                connection,
                CheckpointMode::Passive,
                CheckpointCaller::Commit,
            )?;
        }
        Ok(())
    }

    fn after_ack(&mut self, _connection: &Connection) -> Result<(), WriteError> {
        Ok(())
    }

    fn drain(&mut self, connection: &Connection) -> Result<(), WriteError> {
        self.checkpointer.complete(connection)
    }
}
