//! A background thread checkpoints, alone or with the committing thread's help after acks.

use rusqlite::Connection;

use super::background_thread::BackgroundThread;
use super::checkpointer::Checkpointer;
use super::checkpoints::Checkpoints;
use crate::error::WriteError;

/// A thread that checkpoints, and what the committing thread adds.
pub(super) struct Background<Help> {
    pub(super) checkpointer: Checkpointer,
    pub(super) thread: BackgroundThread,
    pub(super) help: Help,
}

/// What the committing thread adds to the background thread's work, after an ack.
pub(super) trait AddAfterAck {
    fn after_ack(
        &self,
        connection: &Connection,
        checkpointer: &Checkpointer,
        thread: &BackgroundThread,
    ) -> Result<(), WriteError>;
}

/// The thread works alone.
pub(super) struct NoHelp;

impl AddAfterAck for NoHelp {
    fn after_ack(
        &self,
        _connection: &Connection,
        _checkpointer: &Checkpointer,
        _thread: &BackgroundThread,
    ) -> Result<(), WriteError> {
        Ok(())
    }
}

impl<Help: AddAfterAck> Checkpoints for Background<Help> {
    fn committed(&mut self, _connection: &Connection, _operations: u64) -> Result<(), WriteError> {
        self.thread.committed();
        Ok(())
    }

    fn after_ack(&mut self, connection: &Connection) -> Result<(), WriteError> {
        self.help.after_ack(connection, &self.checkpointer, &self.thread)
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
