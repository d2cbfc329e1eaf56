//! What can go wrong in a log driver.

use std::io;
use std::path::PathBuf;

use runner::RunnerError;
use write_path::WriteError;

/// An error of the driver. What its store has acked before stays there, and is delivered by the next run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// Two settings exclude each other.
    #[error("{setting}: expected {expected}, got {got}")]
    Conflict {
        /// The setting.
        setting: &'static str,
        /// What it could be.
        expected: &'static str,
        /// What it is.
        got: String,
    },
    /// The input file is not what was generated.
    #[error(
        "{}: expected {expected}, got {got}; the input file is damaged: delete it, and it is generated again",
        path.display()
    )]
    Input {
        /// The file.
        path: PathBuf,
        /// What should stand there.
        expected: String,
        /// What stands there.
        got: String,
    },
    /// A file cannot be read or written.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A row or packet of the store is not what this driver writes.
    #[error(
        "the store holds {got}, expected {expected}; point the driver at a directory of its own"
    )]
    Foreign {
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        got: String,
    },
    /// SQLite refused something.
    #[error("{doing}: {source}")]
    Sqlite {
        /// What was tried.
        doing: &'static str,
        /// SQLite's answer.
        source: sqlite_builds::rusqlite::Error,
    },
    /// A build cannot be activated or a database opened.
    #[error(transparent)]
    Build(#[from] sqlite_builds::Error),
    /// A pragma or the schema is not in effect.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The native log failed.
    #[error(transparent)]
    Log(#[from] native_log::Error),
    /// The log's directory cannot be used.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// A histogram cannot be stored.
    #[error(transparent)]
    Histogram(#[from] measure::latency::HistogramError),
    /// What the store kept is not what it acked.
    #[error("the store lost or kept what it must not: {0}; its figures are void")]
    Unfaithful(String),
    /// Nothing was stored, so that there is nothing to tell.
    #[error("no message was stored; expected at least one: run for longer, or at a higher rate")]
    NothingStored,
}

impl DriverError {
    /// An error of SQLite, by what was tried.
    pub(crate) fn sqlite(
        doing: &'static str,
    ) -> impl Fn(sqlite_builds::rusqlite::Error) -> Self + Copy {
        move |source| Self::Sqlite { doing, source }
    }
}
