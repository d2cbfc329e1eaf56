//! The files of a path.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sqlite_builds::{Connection, DatabaseFile};

use super::pragma::JournalMode;
use crate::error::WriteError;

/// The database's name in a path's directory.
const DATABASE_FILE: &str = "sqlite.db";

/// A path's files, with a handle that syncs the database. The handle is shared with every connection to
/// that file in the process: with any descriptor of a file go all of the process's POSIX locks on it
/// (howtocorrupt.html, section 2.2).
#[derive(Debug)]
pub(super) struct PathFiles {
    pub(super) database: PathBuf,
    /// The rollback journal or the WAL.
    pub(super) journal: PathBuf,
    database_file: DatabaseFile,
}

impl PathFiles {
    /// The files of a database that `connection` has open.
    pub(super) fn open(
        directory: &Path,
        journal_mode: JournalMode,
        connection: &Connection,
    ) -> Result<Self, WriteError> {
        let database = database_in(directory);
        let suffix = if journal_mode == JournalMode::Wal { "-wal" } else { "-journal" };
        let mut journal = database.clone().into_os_string();
        journal.push(suffix);
        let database_file = connection.database_file()?;
        Ok(Self { database, journal: journal.into(), database_file })
    }

    /// Makes durable what was written to the database file.
    pub(super) fn sync_database(&self) -> Result<(), WriteError> {
        self.database_file.sync_data().map_err(|source| WriteError::Io {
            doing: "syncing",
            path: self.database.clone(),
            source,
        })
    }
}

/// Where the database of a directory lies.
pub(crate) fn database_in(directory: &Path) -> PathBuf {
    directory.join(DATABASE_FILE)
}

/// The file's length, and 0 while it does not exist (a journal between transactions).
pub(super) fn file_bytes(path: &Path) -> Result<u64, WriteError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(WriteError::Io { doing: "sizing", path: path.into(), source }),
    }
}
