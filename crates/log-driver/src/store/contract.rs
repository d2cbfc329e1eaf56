//! What every store can do.

use std::num::NonZeroU32;
use std::time::Duration;

use write_path::SqliteIdentity;

use crate::message::Message;

/// Where a message lies in its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The message's number, from which its ray id follows.
    pub number: u64,
    /// The rowid, or the place in the log. It grows with each message that is inserted.
    pub place: i64,
}

/// A message as the store gives it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where it lies.
    pub key: Key,
    /// The message.
    pub message: Message,
    /// How often it was selected for another attempt.
    pub send_attempts: u32,
}

/// Which messages are selected for another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryQuery {
    /// They were stored at least so long ago (SQLite keeps whole seconds).
    pub age: Duration,
    /// They were selected fewer times than this.
    pub attempts_max: u32,
    /// At most so many of them, the oldest first.
    pub messages_max: NonZeroU32,
}

/// What the store takes on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The database file, or all files of the log, in bytes.
    pub database_bytes: u64,
    /// The WAL or the rollback journal in bytes; 0 for the log.
    pub journal_bytes: u64,
    /// Pages of the database that hold nothing; `None` for the log.
    pub freelist_pages: Option<u64>,
}

/// What checkpoints within commits have done since a store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checkpointed {
    /// Frames that they copied into the database.
    pub frames: u64,
    /// How long they took together, in ns.
    pub nanoseconds: u64,
}

/// Where messages wait until they are delivered. One thread owns it.
///
/// After an error it is of no more use; what was acked before is found by the next opening.
pub trait Store {
    /// Stores the messages in one commit. On return they are acked.
    ///
    /// # Errors
    /// What the engine answers; none of the messages is acked then.
    fn insert(&mut self, messages: &[Message]) -> anyhow::Result<Vec<Key>>;

    /// Deletes messages that were delivered, in one commit. Those that are gone already are passed over.
    ///
    /// # Errors
    /// What the engine answers.
    fn delete(&mut self, delivered: &[Key]) -> anyhow::Result<()>;

    /// Selects messages for another attempt, and counts it.
    ///
    /// # Errors
    /// What the engine answers.
    fn select_for_retry(&mut self, query: &RetryQuery) -> anyhow::Result<Vec<Stored>>;

    /// Messages that wait behind a place, in order: what the start-up sends again.
    ///
    /// # Errors
    /// What the engine answers.
    fn waiting_behind(
        &mut self,
        place: i64,
        messages_max: NonZeroU32,
    ) -> anyhow::Result<Vec<Stored>>;

    /// Work that is put off: purging what is marked as deleted, a step of `incremental_vacuum`.
    ///
    /// # Errors
    /// What the engine answers.
    fn maintain(&mut self) -> anyhow::Result<()>;

    /// What it takes on the disk now.
    ///
    /// # Errors
    /// What the engine or the file system answers.
    fn sizes(&mut self) -> anyhow::Result<Sizes>;

    /// What checkpoints have done.
    fn checkpointed(&self) -> Checkpointed {
        Checkpointed::default()
    }

    /// The settings in effect, read back.
    fn settings(&self) -> write_path::Settings;

    /// What the SQLite behind it says of itself; `None` where there is none.
    ///
    /// # Errors
    /// What the engine answers.
    fn identity(&self) -> anyhow::Result<Option<SqliteIdentity>>;

    /// Closes it in order.
    ///
    /// # Errors
    /// What the engine answers.
    fn close(self: Box<Self>) -> anyhow::Result<()>;
}
