//! Settings that a strategy cannot run with.

use std::num::NonZeroU32;

/// Why a checkpoint strategy and a case's other settings exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointConflict {
    /// There is no WAL to copy.
    #[error("journal_mode {found} has no WAL; choose wal, or automatic checkpoints")]
    NoWal {
        /// The journal mode.
        found: &'static str,
    },
    /// The pragma asks for checkpoints too.
    #[error("wal_autocheckpoint {pages} asks for checkpoints of its own; turn it off")]
    PragmaAsksToo {
        /// The pragma's value.
        pages: NonZeroU32,
    },
    /// The thread's connection would be shut out.
    #[error(
        "locking_mode exclusive shuts out the connection of the background thread; choose normal, or \
         a strategy without a thread"
    )]
    ShutOut,
    /// The build must not be used by two threads.
    #[error(
        "SQLite build `{build}` has no mutexes (SQLITE_THREADSAFE=0) and cannot serve the background \
         thread; choose another build, or a strategy without a thread"
    )]
    NoMutexes {
        /// The build's name.
        build: &'static str,
    },
}
