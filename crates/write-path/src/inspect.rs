//! What can be asked of an open path while nothing is timed.

use std::collections::BTreeMap;
use std::ops::Add;

use sqlite_builds::{Connection, SyncCall};

use crate::checkpoint::CheckpointCall;
use crate::digest::Digest;
use crate::error::{Result, WriteError};

/// Settings in effect, read back from the engine: name to value.
pub type Settings = BTreeMap<String, String>;

/// What a path says of itself. Nothing of it is part of a timing, though some is asked between two packets.
pub trait Inspect {
    /// The settings in effect, read back from the engine.
    fn settings(&self) -> Result<Settings>;

    /// What the SQLite behind the path says of itself, which may be that behind a log; `None` where there is none.
    fn identity(&self) -> Result<Option<SqliteIdentity>> {
        Ok(None)
    }

    /// The sizes of what is stored, for the timeline.
    fn storage_sizes(&self) -> Result<StorageSizes>;

    /// Operations that are acked and not yet where the path means to keep them: behind a log, in a
    /// buffer. `None` for a path that keeps them where it acks them.
    fn lag_operations(&self) -> Option<u64> {
        None
    }

    /// What is kept and stored nowhere, digested; `None` for a path that stores what it keeps. After
    /// such a path was closed nothing is left to recover, so it is asked before.
    fn kept_in_memory(&self) -> Option<Digest> {
        None
    }

    /// Frames of the write-ahead log that a reader must look into: those committed since it last
    /// began anew, unless all of them are in the database. `None` for an engine without such a log.
    fn wal_frames(&self) -> Result<Option<u64>> {
        Ok(None)
    }

    /// How often the write-ahead log has begun anew in space that it had written before, since it
    /// was made. `None` for an engine without such a log.
    fn wal_resets(&self) -> Result<Option<u64>> {
        Ok(None)
    }

    /// The checkpoints that were called since this was last asked, in the order in which they ended,
    /// whoever called them. Empty for an engine without a write-ahead log.
    fn take_checkpoints(&self) -> Vec<CheckpointCall> {
        Vec::new()
    }
}

/// What SQLite says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteIdentity {
    /// The version as SQLite tells it.
    pub version: String,
    /// The build's name.
    pub build: &'static str,
    /// The layout of its code, from 0.
    pub layout: u32,
    /// `PRAGMA compile_options`.
    pub compile_options: Vec<String>,
    /// The call that the build syncs with.
    pub sync_call: SyncCall,
}

impl SqliteIdentity {
    /// That of an open connection.
    ///
    /// # Errors
    /// Where SQLite does not tell its compile options.
    pub fn of(connection: &Connection) -> Result<Self> {
        let active = connection.active_build();
        let build = active.build();
        Ok(Self {
            version: active.version().to_string(),
            build: build.name,
            layout: build.layout,
            compile_options: connection
                .compile_options()
                .map_err(WriteError::sqlite("reading the compile options"))?,
            sync_call: build.sync_call,
        })
    }
}

/// Sizes of what a path has stored, where the engine has such a thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StorageSizes {
    /// Bytes of the database file, or of all files of a log that stands alone.
    pub database_bytes: u64,
    /// Bytes of the WAL or rollback journal file.
    pub journal_bytes: u64,
    /// Pages on SQLite's freelist.
    pub freelist_pages: Option<u64>,
    /// Bytes of all files of the log that stands before a database, where one does.
    pub front_log_bytes: Option<u64>,
}

impl Add for StorageSizes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let add = |first: Option<u64>, second: Option<u64>| match (first, second) {
            (Some(first), Some(second)) => Some(first + second),
            (first, second) => first.or(second),
        };
        Self {
            database_bytes: self.database_bytes + other.database_bytes,
            journal_bytes: self.journal_bytes + other.journal_bytes,
            freelist_pages: add(self.freelist_pages, other.freelist_pages),
            front_log_bytes: add(self.front_log_bytes, other.front_log_bytes),
        }
    }
}
