//! The settings that decide what SQLite keeps.

use std::num::NonZeroU32;

use sqlite_builds::SqliteBuild;
use write_path::sqlite::{
    CacheSize, JournalMode, LockingMode, Pragmas, Synchronous, WalAutocheckpoint,
};

/// Seven pages.
const CACHE: CacheSize = CacheSize { kibibytes: NonZeroU32::new(32).expect("32 is not 0") };

/// One cell of the matrix.
#[derive(Clone, Copy, Debug)]
pub struct SqliteCell {
    /// The build; its sync call is part of the key.
    pub build: &'static SqliteBuild,
    /// The journal.
    pub journal_mode: JournalMode,
    /// The syncs.
    pub synchronous: Synchronous,
    /// The locks.
    pub locking_mode: LockingMode,
}

impl SqliteCell {
    /// Every cell of a build, by locking mode, journal mode and level.
    pub fn all(build: &'static SqliteBuild) -> impl Iterator<Item = Self> {
        LockingMode::ALL.iter().flat_map(move |&locking_mode| {
            JournalMode::ALL.iter().flat_map(move |&journal_mode| {
                Synchronous::ALL.iter().map(move |&synchronous| Self {
                    build,
                    journal_mode,
                    synchronous,
                    locking_mode,
                })
            })
        })
    }

    /// All pragmas. Checkpoints are called, so that it is known when one is going on; and the cache is small, so that
    /// pages of a large transaction reach the database before its commit.
    pub(super) fn pragmas(&self) -> Pragmas {
        Pragmas {
            locking_mode: self.locking_mode,
            wal_autocheckpoint: WalAutocheckpoint::Off,
            cache_size: CACHE,
            ..Pragmas::with_durability(self.journal_mode, self.synchronous)
        }
    }
}
