//! What can go wrong on a write path.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::advice::{advice_on_io, advice_on_sqlite};

/// What a write path answers.
pub(crate) type Result<T, E = WriteError> = std::result::Result<T, E>;

/// An error of a write path. The caller adds the case's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Settings exclude each other, or what was called does not fit them.
    #[error("{0}")]
    Unfit(String),
    /// A pragma did not take.
    #[error(
        "PRAGMA {pragma}: expected {expected}, but SQLite answered {answered}; set it before what \
         depends on it, or choose a combination that SQLite accepts"
    )]
    PragmaRefused {
        /// The pragma's name.
        pragma: &'static str,
        /// What was asked for.
        expected: String,
        /// What the engine read back.
        answered: String,
    },
    /// SQLite refused a statement.
    #[error(
        "{doing}: expected success, SQLite answered {}; {}",
        answer_of(source, system.as_ref()),
        system.as_ref().map_or_else(|| advice_on_sqlite(source), advice_on_io)
    )]
    Sqlite {
        /// What was being done.
        doing: &'static str,
        /// SQLite's own error.
        source: rusqlite::Error,
        /// What the system answered to SQLite, where that is known.
        system: Option<io::Error>,
    },
    /// A SQLite build could not be used.
    #[error(transparent)]
    Build(#[from] sqlite_builds::Error),
    /// A thread behind a path failed: that of a shard, or the one that feeds a database from a log.
    #[error("{thread}: {source}")]
    InThread {
        /// Which one.
        thread: String,
        /// What it met, shared by all who are told of it.
        source: Arc<WriteError>,
    },
    /// What is stored is not what there should be: an operation, the schema, an index, a column or a count that follows
    /// from the records, the log before a database, or the place in it that the database notes.
    #[error("{what}: expected {expected}, got {got}; {advice}")]
    Differs {
        /// What was compared.
        what: String,
        /// What it should be.
        expected: String,
        /// What it is.
        got: String,
        /// What to do.
        advice: &'static str,
    },
    /// SQLite finds a database damaged.
    #[error(
        "{database}: expected that PRAGMA integrity_check answers ok, got {got}; begin again with an \
         empty directory, and look for what damaged the file"
    )]
    NotIntact {
        /// The database's file.
        database: PathBuf,
        /// SQLite's answer, its first lines.
        got: String,
    },
    /// A thread of the path panicked.
    #[error(
        "the thread \"{thread}\" panicked, so that the path stopped; its message is on standard error"
    )]
    ThreadPanicked {
        /// The thread's name.
        thread: String,
    },
    /// The system gives no further thread.
    #[error(
        "starting the thread \"{thread}\": {source}; let fewer run at once, or raise the limit on threads \
         (ulimit -u)"
    )]
    NoThread {
        /// What the thread was to be called.
        thread: String,
        /// The system's error.
        source: io::Error,
    },
    /// The native log refused.
    #[error("{0}{advice}", advice = advice_on_log(.0))]
    Log(#[from] native_log::Error),
    /// A packet holds what the path's table cannot store.
    #[error("{table} cannot store {found}; give the case a workload that fits its table")]
    WrongRecord {
        /// The table's name.
        table: &'static str,
        /// The kind of record or operation.
        found: &'static str,
    },
    /// A path cannot answer a query.
    #[error(
        "{store} has no way to find {query} but to read everything; give the case another table, or \
         other reads"
    )]
    NoWayToRead {
        /// The table, or the engine.
        store: &'static str,
        /// What was asked for.
        query: &'static str,
    },
    /// The path was used after a failure.
    #[error(
        "the path stopped at an earlier failure, so that nothing half done is ever committed; open \
         it again"
    )]
    Stopped,
    /// A file of the path could not be read or changed.
    #[error("{doing} {path}: {source}; {advice}", advice = advice_on_io(source))]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl WriteError {
    /// Wraps SQLite's error with what was being done.
    pub fn sqlite(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| {
            let system = sqlite_builds::take_system_error(&source);
            Self::Sqlite { doing, source, system }
        }
    }

    /// Wraps the system's error with what was being done to which file.
    pub fn io(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_path_buf(), source }
    }

    /// Whether a path cannot answer a query without reading everything that it has, or one of its shards
    /// cannot.
    #[must_use]
    pub fn is_no_way_to_read(&self) -> bool {
        match self {
            Self::NoWayToRead { .. } => true,
            Self::InThread { source, .. } => source.is_no_way_to_read(),
            _ => false,
        }
    }

    /// See [`WriteError::Differs`].
    pub(crate) fn differs(
        what: impl fmt::Display,
        expected: impl fmt::Display,
        got: impl fmt::Display,
        advice: &'static str,
    ) -> Self {
        let (what, expected, got) = (what.to_string(), expected.to_string(), got.to_string());
        Self::Differs { what, expected, got, advice }
    }

    /// Names the shard that met an error.
    pub(crate) fn of_shard(shard: u32, source: impl Into<Arc<Self>>) -> Self {
        Self::InThread { thread: format!("shard {shard}"), source: source.into() }
    }

    /// Says that an error was met while a database was fed.
    pub(crate) fn of_feeding(source: impl Into<Arc<Self>>) -> Self {
        Self::InThread { thread: "feeding SQLite from the log".into(), source: source.into() }
    }
}

fn answer_of(error: &rusqlite::Error, system: Option<&io::Error>) -> String {
    match (error.sqlite_error(), system) {
        (Some(code), Some(system)) => {
            format!("\"{error}\" (extended code {}, {system})", code.extended_code)
        }
        (Some(code), None) => format!("\"{error}\" (extended code {})", code.extended_code),
        (None, _) => format!("\"{error}\""),
    }
}

/// The log says itself what to do about everything but a failing storage.
fn advice_on_log(error: &native_log::Error) -> String {
    let advice =
        |failure: &native_log::StorageFailure| format!("; {}", advice_on_io(&failure.cause));
    error.storage_failure().map(advice).unwrap_or_default()
}
