//! Which stores there are, and how one is opened.

use std::path::Path;

use write_path::sqlite::JournalMode;

use super::contract::Store;
use super::log::LogStore;
use super::spec::SqliteStoreSpec;
use super::sqlite::SqliteStore;

/// A store as a plan describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreSpec {
    /// SQLite.
    Sqlite(SqliteStoreSpec),
    /// The native log as a queue. What is delivered is noted in the log itself, and whole segments before the oldest
    /// message that still waits are recycled. How often a message was retried is kept in memory only.
    Log,
}

impl StoreSpec {
    /// Opens the store in a directory, or begins one.
    ///
    /// # Errors
    /// For settings that exclude each other, and what the engine answers.
    pub fn open(&self, directory: &Path) -> anyhow::Result<Box<dyn Store>> {
        Ok(match self {
            Self::Sqlite(spec) => Box::new(SqliteStore::open(*spec, directory)?),
            Self::Log => Box::new(LogStore::open(directory)?),
        })
    }

    /// Whether it has a WAL, whose checkpoints are counted.
    pub(crate) fn has_wal(&self) -> bool {
        matches!(self, Self::Sqlite(spec) if spec.pragmas.journal_mode == JournalMode::Wal)
    }

    /// What the store is, for ids and tables.
    pub fn label(&self) -> String {
        match self {
            Self::Sqlite(spec) => spec.label(),
            Self::Log => "log".to_owned(),
        }
    }
}
