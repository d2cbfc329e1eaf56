//! When a database is durable: one answer for every setting.

use std::fs::File;
use std::io;
use std::path::Path;

use super::files::PathFiles;
use crate::directories;
use crate::error::WriteError;
use crate::files::{FileChange, tell};

/// Makes durable all that was committed to a database whose WAL, if it has one, is copied into it: the
/// database file, then the journal or WAL, then the names of both, then that of their directory.
///
/// Settings do not tell this. A commit that unlinks or truncates the rollback journal without a sync of that
/// comes undone in a power cut, which brings the journal back
/// (<https://sqlite.org/pragma.html#pragma_synchronous>, EXTRA); a WAL that was never synced may come back in
/// part, and older pages with it.
pub(super) fn make_durable(files: &PathFiles) -> Result<(), WriteError> {
    #[cfg(test)]
    directories::recorded::note(&files.database);
    files.sync_database()?;
    tell(&files.database, FileChange::Synced);
    sync_if_there(&files.journal)?;
    directories::sync_parent(&files.database)?;
    match files.database.parent() {
        Some(directory) => directories::sync_parent(directory),
        None => Ok(()),
    }
}

/// No lock lies on a journal, so that closing a handle on it loses none.
fn sync_if_there(journal: &Path) -> Result<(), WriteError> {
    #[cfg(test)]
    if journal.exists() {
        directories::recorded::note(journal);
    }
    match File::open(journal).and_then(|file| file.sync_all()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(directories::failed("syncing", journal)(source)),
        Ok(()) => {
            tell(journal, FileChange::Synced);
            Ok(())
        }
    }
}
