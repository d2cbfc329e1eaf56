//! What decides durability: cases of one key share a verdict, whatever else differs.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::settings::{Checkpoints, Feed, LogSpace, LogSync, SyncCall};

/// The settings of an engine that decide what it keeps in a power cut.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "engine", rename_all = "kebab-case")]
pub enum Key {
    /// SQLite.
    Sqlite {
        /// What the build syncs with.
        sync_call: SyncCall,
        /// `PRAGMA journal_mode`.
        journal_mode: JournalMode,
        /// `PRAGMA synchronous`.
        synchronous: Synchronous,
        /// `PRAGMA locking_mode`.
        locking_mode: LockingMode,
        /// When the write-ahead log is copied; of no effect without one.
        checkpoints: Checkpoints,
    },
    /// The native log. It always lets go of what nobody needs, if it is told.
    NativeLog {
        /// How its space comes to be.
        space: LogSpace,
        /// What makes a group durable.
        sync: LogSync,
    },
    /// Soup's log, with its rows in memory.
    SoupLog,
    /// Soup's log, which acknowledges and keeps everything, before a database.
    SoupLogThenSqlite(Fed),
    /// The native log, which acknowledges and lets go of what is fed, before a database.
    NativeLogThenSqlite(Fed),
    /// Several of these, among which the records of a packet are divided.
    Sharded {
        /// How many.
        shards: u32,
        /// What each of them is.
        each: Box<Key>,
    },
    /// A store of the log driver.
    LogDriver {
        /// The store's name.
        store: String,
    },
    /// Soup's log as Soup had it: it appends to a line that a crash tore.
    SoupLogAsItWas,
    /// An engine that is made for a test.
    Control {
        /// What is wrong with it, or nothing.
        name: String,
    },
}

/// A database behind a log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fed {
    /// How the database gets what is acknowledged.
    pub feed: Feed,
    /// `PRAGMA journal_mode`.
    pub journal_mode: JournalMode,
    /// `PRAGMA synchronous`.
    pub synchronous: Synchronous,
    /// `PRAGMA locking_mode`.
    pub locking_mode: LockingMode,
}

impl Display for Fed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { feed, journal_mode, synchronous, locking_mode } = self;
        let pragmas = [locking_mode.name(), journal_mode.name(), synchronous.name()];
        write!(formatter, "{feed}/{}", pragmas.join("/"))
    }
}

impl Display for Key {
    /// The case's id: stable, and without spaces.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { sync_call, journal_mode, synchronous, locking_mode, checkpoints } => {
                let pragmas = [locking_mode.name(), journal_mode.name(), synchronous.name()];
                write!(formatter, "sqlite/{}/{sync_call}", pragmas.join("/"))?;
                match journal_mode {
                    JournalMode::Wal => write!(formatter, "/{checkpoints}"),
                    _ => Ok(()),
                }
            }
            Self::NativeLog { space, sync } => write!(formatter, "native-log/{space}/{sync}"),
            Self::SoupLog => write!(formatter, "soup-log"),
            Self::SoupLogThenSqlite(fed) => write!(formatter, "soup-log-then-sqlite/{fed}"),
            Self::NativeLogThenSqlite(fed) => write!(formatter, "native-log-then-sqlite/{fed}"),
            Self::Sharded { shards, each } => write!(formatter, "{shards}-shards/{each}"),
            Self::LogDriver { store } => write!(formatter, "log-driver/{store}"),
            Self::SoupLogAsItWas => write!(formatter, "soup-log-as-it-was"),
            Self::Control { name } => write!(formatter, "control/{name}"),
        }
    }
}
