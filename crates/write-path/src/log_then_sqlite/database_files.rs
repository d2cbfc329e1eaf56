//! The directory of a database behind a log: whether what is in it may be torn, and how it is replaced.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::identity::{LogIdentity, LogState};
use crate::directories::{self, failed};
use crate::error::WriteError;
use crate::files::{FileChange, tell};
use crate::sqlite::database_in;

/// Lies beside a database from before its first change until it is closed in order, while it is open under
/// settings that do not keep it whole in a crash. A database that is found with it is made again from the log,
/// whoever asks for it and under whatever settings. It says from which log, in a line.
const MAY_BE_TORN_MARK: &str = "may-be-torn";

/// The directories of a database and of the one that it replaces.
#[derive(Debug)]
pub(super) struct DatabaseFiles {
    directory: PathBuf,
    /// What was there before, until the new one has everything.
    old: PathBuf,
}

impl DatabaseFiles {
    /// Those in a path's directory.
    pub(super) fn in_directory(directory: &Path) -> Self {
        Self { directory: directory_of_database(directory), old: directory.join("database.old") }
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether the database was not closed in order, under settings that do not keep it whole in a crash.
    pub(super) fn may_be_torn(&self) -> Result<bool, WriteError> {
        Ok(self.marked_log()?.is_some())
    }

    /// Renames a database that may be torn, if its log can make all of it again; nothing is changed before
    /// that is sure.
    pub(super) fn put_torn_one_away(&self, log: &LogState) -> Result<(), WriteError> {
        let Some(marked_log) = self.marked_log()? else { return Ok(()) };
        log.check_began_as(&marked_log)?;
        if !log.is_whole() {
            return Err(WriteError::CannotBeMadeAgain {
                database: self.directory.clone(),
                log: log.log.clone(),
                dropped: log.first,
            });
        }
        if is_there(&self.old)? {
            // Making it again was interrupted: this one is a part of what the log has.
            remove_database(&self.directory)?;
        } else {
            fs::rename(&self.directory, &self.old).map_err(failed("renaming", &self.directory))?;
        }
        directories::sync_parent(&self.directory)
    }

    /// The log of which the mark tells. A mark without its whole line, or of bytes that nobody wrote, was not durable,
    /// and nothing was changed before it was.
    fn marked_log(&self) -> Result<Option<String>, WriteError> {
        let mark = self.directory.join(MAY_BE_TORN_MARK);
        match fs::read(&mark).map(String::from_utf8) {
            Ok(Ok(text)) => Ok(text.strip_suffix('\n').map(str::to_owned)),
            Ok(Err(_)) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(failed("reading", &mark)(source)),
        }
    }

    /// Makes the directory, durably, if need be.
    pub(super) fn make(&self) -> Result<(), WriteError> {
        directories::create(&self.directory)
    }

    /// Notes that the database may be torn from now on, before its first change, and from which log it can be made
    /// again.
    pub(super) fn mark(&self, log: LogIdentity) -> Result<(), WriteError> {
        let mark = self.directory.join(MAY_BE_TORN_MARK);
        let line = format!("{log}\n");
        let write = |mut file: File| {
            file.write_all(line.as_bytes())?;
            file.sync_all()
        };
        File::create(&mark).and_then(write).map_err(failed("creating", &mark))?;
        tell(&mark, FileChange::Opened);
        tell(&mark, FileChange::Written { offset: 0, bytes: line.as_bytes() });
        tell(&mark, FileChange::Synced);
        directories::sync(&self.directory)
    }

    /// Notes that the database is whole: it is durable, and closed.
    pub(super) fn unmark(&self) -> Result<(), WriteError> {
        remove_if_there(&self.directory.join(MAY_BE_TORN_MARK))?;
        directories::sync(&self.directory)
    }

    /// Whether a database was put away, here or before a crash.
    pub(super) fn has_old_one(&self) -> Result<bool, WriteError> {
        is_there(&self.old)
    }

    /// Removes what was put away, once the new database has everything and is durable.
    pub(super) fn remove_old_one(&self) -> Result<(), WriteError> {
        remove_database(&self.old)?;
        directories::sync_parent(&self.old)
    }
}

/// Where the database lies.
pub(super) fn directory_of_database(directory: &Path) -> PathBuf {
    directory.join("database")
}

/// Removes a database with its directory, but nothing that is not its own: the directory of somebody else's file
/// stays, and is named.
fn remove_database(directory: &Path) -> Result<(), WriteError> {
    let database = database_in(directory);
    for suffix in ["-journal", "-wal", "-shm", ""] {
        let mut file = database.clone().into_os_string();
        file.push(suffix);
        remove_if_there(Path::new(&file))?;
    }
    // Last, so that a part of it is never taken for a database.
    remove_if_there(&directory.join(MAY_BE_TORN_MARK))?;
    fs::remove_dir(directory).map_err(failed("removing", directory))
}

fn is_there(path: &Path) -> Result<bool, WriteError> {
    path.try_exists().map_err(failed("looking for", path))
}

fn remove_if_there(file: &Path) -> Result<(), WriteError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(failed("removing", file)(source)),
        Ok(()) => {
            tell(file, FileChange::Removed);
            Ok(())
        }
    }
}
