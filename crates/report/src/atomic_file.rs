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

/// Writes `text` beside `path` under a hidden name, then renames it. Readers of a run pass over hidden names.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), WriteError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".new-{name}-{}", std::process::id()));
    std::fs::write(&unfinished, text).and_then(|()| std::fs::rename(&unfinished, path)).map_err(
        |source| {
            // The first error is the one to tell; a file left behind would only be untidy.
            let _ = std::fs::remove_file(&unfinished);
            WriteError { path: path.to_owned(), source }
        },
    )
}
