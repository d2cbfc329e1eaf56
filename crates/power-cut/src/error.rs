//! What can go wrong in a campaign. (What a crash does to a store is a judgement, not an error.)

use std::io;
use std::path::{Path, PathBuf};

/// What a store answers where it fails.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// An error of the crash model's own machinery, or of a life that no crash disturbed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A SQLite build could not be used.
    #[error(transparent)]
    Build(#[from] sqlite_builds::Error),
    /// The recording VFS could not be registered.
    #[error(
        "SQLite build {build}: expected a VFS named `unix` that another can be put over, SQLite answered {code}"
    )]
    NoVfs {
        /// The build's name.
        build: &'static str,
        /// SQLite's result code.
        code: i32,
    },
    /// A store failed in a life without a crash.
    #[error("expected a life without a crash in which nothing fails, got: {0}")]
    Store(StoreError),
    /// A file of the campaign's own could not be used.
    #[error("{doing} {}: {source}; see to the space and the rights there", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A verdict file cannot be read.
    #[error("{}: expected a verdict file of format {expected}, got {got}", path.display())]
    VerdictFile {
        /// The file.
        path: PathBuf,
        /// The format that this program reads.
        expected: u32,
        /// What is there.
        got: String,
    },
    /// A text is no witness of this case.
    #[error("witness {text:?}: expected {expected}; give one that a campaign printed")]
    Witness {
        /// What was given.
        text: String,
        /// What it lacks.
        expected: String,
    },
    /// Whoever is told of the progress asked to stop.
    #[error("interrupted")]
    Stopped,
    /// A store does not hold what was acknowledged though there was no crash.
    #[error("{case}: without a crash, {why}")]
    Unsound {
        /// The case.
        case: String,
        /// What is wrong.
        why: String,
    },
}

impl Error {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}
