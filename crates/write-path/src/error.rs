//! What can go wrong on a write path.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::advice::{advice_on_io, advice_on_sqlite};

/// What a write path answers.
pub(crate) type Result<T, E = WriteError> = std::result::Result<T, E>;

/// An error of a write path. The caller adds the case's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
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
    /// A SQLite build without mutexes was to be used on several threads.
    #[error(
        "SQLite build {build} has no mutexes, so that all of its connections live on one thread, but \
         {expected} have threads of their own; choose a build with mutexes"
    )]
    OneThreadOnly {
        /// The build's name.
        build: &'static str,
        /// What wishes for threads.
        expected: &'static str,
    },
    /// One of several shards failed.
    #[error("shard {shard}: {source}")]
    OfShard {
        /// Which one, counted from 0.
        shard: u32,
        /// What it met, shared by all who are told of it.
        source: Arc<WriteError>,
    },
    /// The thread that feeds a database from a log failed.
    #[error("feeding SQLite from the log: {source}")]
    Tailer {
        /// What it met, shared by all who are told of it.
        source: Arc<WriteError>,
    },
    /// What is stored is not what there should be: the schema, an index, a column or a count that follows from the
    /// records, the log before a database, or the place in it that the database notes.
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
    /// A log was to drop what it may be needed for.
    #[error(
        "journal_mode {journal_mode} and synchronous {synchronous} do not keep the database whole in \
         a power cut, so that the log is all there is; keep all of it, or choose journal_mode wal \
         and synchronous normal"
    )]
    LogIsNeeded {
        /// The database's journal mode.
        journal_mode: &'static str,
        /// Its synchronous level.
        synchronous: &'static str,
    },
    /// A function was called that the SQLite build omits.
    #[error(
        "SQLite build {build} omits {entries}, which the case called; choose a build that has it"
    )]
    OmittedCall {
        /// The build's name.
        build: &'static str,
        /// The names of the entries of SQLite's API, comma-separated.
        entries: String,
    },
    /// A checkpoint strategy cannot run with a case's other settings.
    #[error("checkpoints ({strategy}) cannot run: {conflict}")]
    Checkpoints {
        /// The strategy in words.
        strategy: String,
        /// What excludes it, and what to do.
        conflict: String,
    },
    /// A checkpoint that should have copied the whole WAL did not.
    #[error(
        "the checkpoint copied {copied} of {frames} WAL frames; another connection is reading or \
         writing: close it first"
    )]
    CheckpointIncomplete {
        /// Frames in the WAL.
        frames: u64,
        /// Frames copied into the database file.
        copied: u64,
    },
    /// The native log refused.
    #[error("{0}{advice}", advice = advice_on_log(.0))]
    Log(#[from] native_log::Error),
    /// A stored operation cannot be read back.
    #[error(
        "sequence {sequence}: {found} is no operation; the packet was not written by this path"
    )]
    NotAnOperation {
        /// The packet's sequence.
        sequence: u64,
        /// What stood where an operation should.
        found: String,
    },
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
    /// A packet was not made ready before it was handed in.
    #[error(
        "a packet was handed in to a log of ready bytes that was not shown to it before: its encoding \
         would be timed; call `make_ready` with each stretch"
    )]
    NotReady,
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

    /// Whether a path cannot answer a query without reading everything that it has, or one of its shards
    /// cannot.
    #[must_use]
    pub fn is_no_way_to_read(&self) -> bool {
        match self {
            Self::NoWayToRead { .. } => true,
            Self::OfShard { source, .. } => source.is_no_way_to_read(),
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

    /// Names the shard that met the error.
    pub(crate) fn of_shard(shard: u32, error: Self) -> Self {
        Self::OfShard { shard, source: Arc::new(error) }
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
