//! Files that are replaced whole: a reader sees the old text or the new one.

use std::io;
use std::path::{Path, PathBuf};

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: writing it failed: {source}; is the disk full or the directory gone?", path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// What the system answered.
    pub source: io::Error,
}

impl WriteError {
    /// What becomes of an error of the system that writing this file met.
    pub(crate) fn of(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self { path, source }
    }
}

/// Puts a file of `text` in the place of what is there.
///
/// # Errors
/// [`WriteError`] naming the file that could not be written.
pub fn replace(path: &Path, text: &str) -> Result<(), WriteError> {
    measure::atomic_file::replace(path, text.as_bytes()).map_err(WriteError::of(path))
}
