//! What the tests share: a build to themselves, and a scratch directory.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlite_builds::{
    ActiveBuild, Connection, ConnectionMutex, OpenMode, OpenOptions, SqliteBuild, Vfs,
};
use tempfile::TempDir;

/// The active build and its counters belong to the whole process, so tests that use them take
/// turns.
static TURN: Mutex<()> = Mutex::new(());

/// Waits for the turn; a test that failed before does not spoil it.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An activated build and a scratch directory for one database.
pub(crate) struct Bench {
    pub(crate) active: ActiveBuild,
    directory: TempDir,
}

impl Bench {
    pub(crate) fn new(build: &str) -> Self {
        Self::of(sqlite_builds::find(build).unwrap())
    }

    pub(crate) fn of(build: &'static SqliteBuild) -> Self {
        Self { active: build.activate().unwrap(), directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("test.db")
    }

    /// Ends the lease, and keeps the files.
    pub(crate) fn into_directory(self) -> TempDir {
        self.directory
    }

    pub(crate) fn open(&self) -> Connection {
        self.active.open(&self.path(), &read_write_create()).unwrap()
    }
}

pub(crate) fn read_write_create() -> OpenOptions {
    OpenOptions {
        mutex: ConnectionMutex::NoMutex,
        mode: OpenMode::ReadWriteCreate,
        vfs: Vfs::Default,
    }
}
