//! The files of a path.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use sqlite_builds::{Connection, DatabaseFile};

use super::pragma::JournalMode;
use crate::directories;
use crate::error::{Result, WriteError};
use crate::files::{FileChange, file_bytes, tell};

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
    ) -> Result<Self> {
        let database = database_in(directory);
        let suffix = if journal_mode == JournalMode::Wal { "-wal" } else { "-journal" };
        let mut journal = database.clone().into_os_string();
        journal.push(suffix);
        let database_file = connection.database_file()?;
        Ok(Self { database, journal: journal.into(), database_file })
    }

    /// What the WAL's header says; zeros before anything was committed.
    pub(super) fn wal_header(&self) -> Result<WalHeader> {
        let wal = &self.journal;
        let mut header = [0; WAL_HEADER_BYTES];
        // No lock lies on the WAL file itself, so that opening and closing it disturbs none.
        match File::open(wal).and_then(|mut file| file.read_exact(&mut header)) {
            Ok(()) => {
                let [_, _, _, _, _, _, _, _, _, _, _, _, a, b, c, d, salts @ ..] = header;
                let resets = u32::from_be_bytes([a, b, c, d]);
                Ok(WalHeader { resets, salts: u64::from_be_bytes(salts) })
            }
            Err(error) => match error.kind() {
                io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound => Ok(WalHeader::default()),
                _ => Err(WriteError::io("reading", wal)(error)),
            },
        }
    }

    /// Lengthens the WAL's file to so many bytes with zeros, and makes them durable. What is in it stays, and zeros are
    /// no frame: SQLite writes over them.
    pub(super) fn lengthen_wal(&self, bytes: u64) -> Result<()> {
        let wal = &self.journal;
        let written = file_bytes(wal)?;
        let zeros = vec![0; usize::try_from(bytes.saturating_sub(written)).unwrap_or(usize::MAX)];
        if zeros.is_empty() {
            return Ok(());
        }
        // No lock lies on the WAL file itself.
        File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(wal)
            .and_then(|file| file.write_all_at(&zeros, written).and_then(|()| file.sync_all()))
            .map_err(WriteError::io("lengthening", wal))?;
        tell(wal, FileChange::Written { offset: written, bytes: &zeros });
        tell(wal, FileChange::Synced);
        Ok(())
    }

    /// Makes durable what was written to the database file.
    pub(super) fn sync_database(&self) -> Result<()> {
        self.database_file.sync_data().map_err(WriteError::io("syncing", &self.database))
    }

    /// Makes durable all that was committed to a database whose WAL, if it has one, is copied into it: the
    /// database file, then the journal or WAL, then the names of both, then that of their directory.
    ///
    /// Settings do not tell this. A commit that unlinks or truncates the rollback journal without a sync of that
    /// comes undone in a power cut, which brings the journal back
    /// (<https://sqlite.org/pragma.html#pragma_synchronous>, EXTRA); a WAL that was never synced may come back in
    /// part, and older pages with it.
    pub(super) fn make_durable(&self) -> Result<()> {
        #[cfg(test)]
        directories::recorded::note(&self.database);
        self.sync_database()?;
        tell(&self.database, FileChange::Synced);
        sync_if_there(&self.journal)?;
        directories::sync_parent(&self.database)?;
        self.database.parent().map_or(Ok(()), directories::sync_parent)
    }
}

/// No lock lies on a journal, so that closing a handle on it loses none.
fn sync_if_there(journal: &Path) -> Result<()> {
    #[cfg(test)]
    if journal.exists() {
        directories::recorded::note(journal);
    }
    match File::open(journal).and_then(|file| file.sync_all()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(WriteError::io("syncing", journal)(source)),
        Ok(()) => {
            tell(journal, FileChange::Synced);
            Ok(())
        }
    }
}

/// Where the database of a directory lies.
pub(crate) fn database_in(directory: &Path) -> PathBuf {
    directory.join(DATABASE_FILE)
}
