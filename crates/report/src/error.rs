//! What can go wrong with a report.

use std::io;
use std::path::{Path, PathBuf};

use measure::run::RunError;

/// A report could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The run's records could not be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// What lies there is not what a report is made of.
    #[error("{}: {what}", path.display())]
    Refused {
        /// The run, the document, or what lies in one.
        path: PathBuf,
        /// What was expected, what was got, and what to do.
        what: String,
    },
    /// A file could not be read.
    #[error("{}: reading it failed: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("{}: writing it failed: {source}; is the disk full or the directory gone?", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
}

impl ReportError {
    pub(crate) fn refused(path: &Path, what: impl Into<String>) -> Self {
        Self::Refused { path: path.to_owned(), what: what.into() }
    }

    /// What becomes of an error of the system that writing this file met.
    pub(crate) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }
}
