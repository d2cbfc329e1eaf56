//! What every strategy does.

use rusqlite::Connection;

use crate::error::WriteError;

/// A strategy at work on an open path.
pub(in crate::sqlite) trait Checkpoints {
    /// Called by the committing thread after a commit of so many operations, before its ack.
    fn committed(&mut self, connection: &Connection, operations: u64) -> Result<(), WriteError>;

    /// Called by the committing thread after the ack.
    fn after_ack(&mut self, connection: &Connection) -> Result<(), WriteError>;

    /// Copies the whole WAL, with nobody else at it.
    fn drain(&mut self, connection: &Connection) -> Result<(), WriteError>;

    /// A failure that another thread met, once.
    fn failure(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    /// Ends what runs beside the committing thread, and tells a failure that nobody was told yet.
    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
