//! A background thread does nearly everything; the committing thread is handed the rest.

use std::num::NonZeroU32;

use rusqlite::Connection;

use super::background::AddAfterAck;
use super::background_thread::BackgroundThread;
use super::checkpointer::Checkpointer;
use crate::error::WriteError;

pub(super) struct HandOver {
    pub(super) reset_frames: NonZeroU32,
}

impl AddAfterAck for HandOver {
    fn after_ack(
        &self,
        connection: &Connection,
        checkpointer: &Checkpointer,
        thread: &BackgroundThread,
    ) -> Result<(), WriteError> {
        let frames_max = 2 * u64::from(self.reset_frames.get());
        let must_wait = checkpointer.progress.frames() >= frames_max;
        if thread.has_handed_over() || must_wait {
            // The thread gives its turn back at once when it has handed over.
            let _turn = thread.turn();
            checkpointer.complete_after_ack(connection)?;
            thread.accept();
        }
        Ok(())
    }
}
