//! SQLite as a subject: one table, one connection, in each cell of the matrix.

mod rows;

use std::fs;
use std::num::NonZeroU32;
use std::path::PathBuf;

use sqlite_builds::{Connection, OpenMode, OpenOptions, SqliteBuild};
use write_path::sqlite::{
    CacheSize, JournalMode, LockingMode, Pragmas, Synchronous, WalAutocheckpoint,
};

use crate::error::StoreError;
use crate::key::Key;
use crate::recording::{Phase, Recorder};
use crate::settings::{Checkpoints, SyncCall};
use crate::subject::{Contents, Course, Due, Home, OpenStore, Place, Subject};

const DATABASE: &str = "records.db";
const SHARED_MEMORY: &str = "records.db-shm";

/// Packets before the life make inner pages of the tables.
const COURSE: Course = Course { before: 3, last: 10, new: 2, records_of: rows::records_of };
/// A checkpoint comes after each of these, if there is a write-ahead log; the next packet begins it anew.
const CHECKPOINT_AFTER: [u64; 2] = [7, 9];
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

/// A database that is open.
struct OpenCell {
    connection: Connection,
    pragmas: Pragmas,
    shared_memory: PathBuf,
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
    fn pragmas(&self) -> Pragmas {
        Pragmas {
            locking_mode: self.locking_mode,
            wal_autocheckpoint: WalAutocheckpoint::Off,
            cache_size: CACHE,
            ..Pragmas::with_durability(self.journal_mode, self.synchronous)
        }
    }

    fn connect(&self, place: &Place) -> Result<OpenCell, StoreError> {
        let options = OpenOptions::of_one_thread(OpenMode::ReadWriteCreate);
        let connection = self.build.activate()?.open(&place.directory.join(DATABASE), &options)?;
        let pragmas = self.pragmas();
        pragmas.set(&connection)?;
        let shared_memory = place.directory.join(SHARED_MEMORY);
        Ok(OpenCell { connection, pragmas, shared_memory })
    }
}

impl Subject for SqliteCell {
    fn key(&self) -> Key {
        Key::Sqlite {
            sync_call: SyncCall::of(self.build),
            journal_mode: self.journal_mode,
            synchronous: self.synchronous,
            locking_mode: self.locking_mode,
            checkpoints: Checkpoints::Called,
        }
    }

    fn home(&self) -> Home {
        Home::Directory { build: self.build, databases: Vec::new(), directories: Vec::new() }
    }

    fn course(&self) -> Course {
        COURSE
    }

    fn open(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError> {
        Ok(Box::new(self.connect(place)?))
    }

    fn begin(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError> {
        let store = self.connect(place)?;
        store.connection.execute_batch(rows::SCHEMA)?;
        Ok(Box::new(store))
    }
}

impl OpenStore for OpenCell {
    fn check_settings(&mut self) -> Result<(), StoreError> {
        self.pragmas.read_back(&self.connection)?;
        Ok(())
    }

    fn read(&mut self) -> Result<Contents, StoreError> {
        let contents = Contents::of(rows::read_back(&self.connection)?);
        Ok(Contents { complaint: rows::complaint(&self.connection)?, ..contents })
    }

    fn commit(&mut self, due: Due, recorder: &Recorder) -> Result<(), StoreError> {
        rows::commit_packet(&self.connection, due.packet, due.life)?;
        // There is none with exclusive locks, and none without a write-ahead log.
        if let Ok(bytes) = fs::read(&self.shared_memory) {
            recorder.volatile(SHARED_MEMORY, bytes);
        }
        recorder.acked(due.packet);
        let has_wal = self.pragmas.journal_mode == JournalMode::Wal;
        if due.life == 0 && has_wal && CHECKPOINT_AFTER.contains(&due.packet) {
            recorder.phase(Phase::Checkpointing);
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(self.connection.close()?)
    }
}
