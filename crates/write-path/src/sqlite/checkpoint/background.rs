//! A background thread checkpoints alone.

use rusqlite::Connection;

use super::Checkpoints;
use super::background_thread::BackgroundThread;
use super::checkpointer::Checkpointer;
use crate::error::WriteError;

pub(super) struct Background {
    pub(super) checkpointer: Checkpointer,
    pub(super) thread: BackgroundThread,
}

impl Checkpoints for Background {
    fn committed(&mut self, _connection: &Connection, _operations: u64) -> Result<(), WriteError> {
        self.thread.committed();
        Ok(())
    }

    fn after_ack(&mut self, _connection: &Connection) -> Result<(), WriteError> {
        Ok(())
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
