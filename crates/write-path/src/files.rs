//! Files of this crate's own, beside those of SQLite: where they are opened, so that a crash model can look on.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use native_log::storage::{FileStorage, Storage};

use crate::error::{Result, WriteError};

/// Who is told what paths do to files of their own. Those of SQLite are not among them: a VFS sees those.
pub trait FileObserver: Debug + Send + Sync {
    /// What a native log in this directory gets in the place of its real files.
    fn storage(&self, directory: &Path, files: Arc<dyn Storage>) -> Arc<dyn Storage>;

    /// Something was done to a file, or to a directory.
    fn saw(&self, path: &Path, done: FileChange<'_>);
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChange<'bytes> {
    /// A file was opened; it was made if it was not there.
    Opened,
    /// Bytes were written.
    Written {
        /// Where, in bytes.
        offset: u64,
        /// Which.
        bytes: &'bytes [u8],
    },
    /// A file was synced.
    Synced,
    /// A file was removed.
    Removed,
    /// The names in a directory were synced.
    DirectorySynced,
}

static OBSERVERS: Mutex<BTreeMap<PathBuf, Arc<dyn FileObserver>>> = Mutex::new(BTreeMap::new());

fn observers() -> MutexGuard<'static, BTreeMap<PathBuf, Arc<dyn FileObserver>>> {
    OBSERVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While this lives, what paths do below a directory is told to an observer.
#[derive(Debug)]
#[must_use = "dropping it ends the observation"]
pub struct Observation {
    directory: PathBuf,
}

impl Drop for Observation {
    fn drop(&mut self) {
        observers().remove(&self.directory);
    }
}

/// Tells an observer what is done below a directory, by the path that it is opened with.
pub fn observe(directory: &Path, observer: Arc<dyn FileObserver>) -> Observation {
    observers().insert(directory.to_owned(), observer);
    Observation { directory: directory.to_owned() }
}

/// Who is told of the files at or below a path.
pub(crate) fn observer_of(path: &Path) -> Option<Arc<dyn FileObserver>> {
    let observers = observers();
    path.ancestors().find_map(|above| observers.get(above).cloned())
}

/// Tells of a change, if anybody wants to know.
pub(crate) fn tell(path: &Path, done: FileChange<'_>) {
    if let Some(observer) = observer_of(path) {
        observer.saw(path, done);
    }
}

/// The files of a native log in a directory, which is made if need be; observed, if somebody [observes](observe) it.
///
/// # Errors
/// What the file system answers.
pub fn log_storage(directory: &Path) -> io::Result<Arc<dyn Storage>> {
    let files: Arc<dyn Storage> = Arc::new(FileStorage::open(directory)?);
    Ok(match observer_of(directory) {
        Some(observer) => observer.storage(directory, files),
        None => files,
    })
}

/// A file's length, and 0 while it does not exist (a journal between transactions, a log before its first flush).
pub(crate) fn file_bytes(path: &Path) -> Result<u64> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(WriteError::io("sizing", path)(source)),
    }
}
