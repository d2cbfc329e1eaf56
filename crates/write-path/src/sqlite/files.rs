//! The files of a path.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sqlite_builds::{Connection, DatabaseFile};

use super::pragma::JournalMode;
use crate::error::WriteError;

/// The database's name in a path's directory.
const DATABASE_FILE: &str = "sqlite.db";

/// What a WAL's header tells (<https://sqlite.org/fileformat2.html#the_write_ahead_log>, 4.1): at byte 12 the
/// "checkpoint sequence number", at byte 16 two salts, all big-endian.
const WAL_HEADER_BYTES: usize = 24;

/// What a WAL's header says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct WalHeader {
    /// How often it has begun anew.
    pub(super) resets: u32,
    /// What changes whenever it does, and differs from WAL to WAL.
    pub(super) salts: u64,
}

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

    /// What the WAL's header says; zeros before anything was committed.
    pub(super) fn wal_header(&self) -> Result<WalHeader, WriteError> {
        let wal = &self.journal;
        let mut header = [0; WAL_HEADER_BYTES];
        // No lock lies on the WAL file itself, so that opening and closing it disturbs none.
        match File::open(wal).and_then(|mut file| file.read_exact(&mut header)) {
            Ok(()) => {
                let [_, _, _, _, _, _, _, _, _, _, _, _, a, b, c, d, salts @ ..] = header;
                let resets = u32::from_be_bytes([a, b, c, d]);
                Ok(WalHeader { resets, salts: u64::from_be_bytes(salts) })
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(WalHeader::default()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(WalHeader::default()),
            Err(source) => Err(WriteError::Io { doing: "reading", path: wal.clone(), source }),
        }
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
