//! What can go wrong with the files of a run.

use std::io;
use std::path::{Path, PathBuf};

/// A run's directory or one of its records could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file or directory could not be worked with.
    #[error("{}: {action} failed: {source}", path.display())]
    File {
        /// What was worked with.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system answered.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What was expected, what was found, and what to do.
        problem: String,
    },
    /// A name or a label is none that a record could have: which, and what is expected of one.
    #[error("{0}")]
    Unfit(String),
}

impl RunError {
    /// For `map_err`: names the file and what was tried with it.
    pub(super) fn file(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, action, source }
    }

    /// For `map_err`: names the file and what it should hold.
    pub(super) fn json(path: &Path, expected: &str) -> impl FnOnce(serde_json::Error) -> Self {
        move |error| Self::Content {
            path: path.to_owned(),
            problem: format!("not a {expected}: {error}"),
        }
    }

    /// The same, found in this file.
    pub(super) fn in_file(self, path: &Path) -> Self {
        let problem = format!("{self}; no program of this project writes such a record");
        Self::Content { path: path.to_owned(), problem }
    }
}
