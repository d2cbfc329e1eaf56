//! Connections beside the one that commits.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlite_builds::{
    ActiveBuild, BUSY_TIMEOUT, Connection, OpenMode, OpenOptions, ThreadMode, Vfs,
};

use super::pragma::{JournalMode, LockingMode};
use super::reader::TableReader;
use super::spec::SqliteSpec;
use crate::error::WriteError;
use crate::read::{ReadPath, ReaderBeside};

/// A connection that reads beside the commits, before it is opened.
#[derive(Debug)]
pub(super) struct ConnectionBeside {
    spec: SqliteSpec,
    build: ActiveBuild,
    database: PathBuf,
}

impl ConnectionBeside {
    /// A reader beside a path of these settings; `None` where commits shut readers out (without a WAL, or with
    /// an exclusive lock) or the build must not be used by two threads.
    pub(super) fn of(spec: &SqliteSpec, build: &ActiveBuild, database: &Path) -> Option<Self> {
        let lets_readers_in = spec.pragmas.journal_mode == JournalMode::Wal
            && spec.pragmas.locking_mode == LockingMode::Normal
            && spec.build.thread_mode != ThreadMode::SingleThread;
        lets_readers_in.then(|| Self {
            spec: *spec,
            build: build.clone(),
            database: database.to_path_buf(),
        })
    }
}

impl ReaderBeside for ConnectionBeside {
    fn lend(self: Box<Self>, client: &mut dyn FnMut(&mut dyn ReadPath)) -> Result<(), WriteError> {
        let connection = connect(&self.spec, &self.build, &self.database, BUSY_TIMEOUT)?;
        client(&mut TableReader::new(self.spec.table, &connection));
        connection.close().map_err(WriteError::sqlite("closing the reader's connection"))
    }
}

/// A second connection to a path's database, with all of its pragmas, which waits for a lock so long.
pub(super) fn connect(
    spec: &SqliteSpec,
    build: &ActiveBuild,
    database: &Path,
    patience: Duration,
) -> Result<Connection, WriteError> {
    let options = OpenOptions { mutex: spec.mutex, mode: OpenMode::ReadWrite, vfs: Vfs::Default };
    let connection = build.open(database, &options)?;
    spec.pragmas.set(&connection)?;
    spec.pragmas.read_back(&connection)?;
    connection.busy_timeout(patience).map_err(WriteError::sqlite("setting the busy timeout"))?;
    Ok(connection)
}
