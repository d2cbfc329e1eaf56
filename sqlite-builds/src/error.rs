//! What can go wrong with a build or in opening a connection.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

/// Why a build could not be found, activated or opened.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// `builds.toml` names no such build.
    #[error(
        "no SQLite build is named `{name}`; the builds are, nearest first: {}",
        known.join(", ")
    )]
    UnknownBuild {
        /// The name that was asked for.
        name: String,
        /// The names that there are, nearest first.
        known: Vec<&'static str>,
    },
    /// The build is named in `builds.toml` but was left out.
    #[error(
        "SQLite build `{name}` was not compiled: it belongs to the {profile} profile; set \
         DURABENCH_BUILDS={profile} for cargo"
    )]
    NotCompiled {
        /// The name that was asked for.
        name: String,
        /// The profile that it belongs to.
        profile: &'static str,
    },
    /// Another build is active and in use.
    #[error(
        "cannot activate SQLite build `{expected}`: `{active}` is in use (leases: {leases}, of \
         these open connections: {connections}); drop them first"
    )]
    OtherBuildActive {
        /// The build that was asked for.
        expected: &'static str,
        /// The build that is active.
        active: &'static str,
        /// Leases on the active build, those of its connections and fault guards included.
        leases: usize,
        /// Its open connections.
        connections: usize,
    },
    /// The build lacks what is asked of it, or its C file was not compiled as `builds.toml` says.
    #[error("SQLite build `{build}` {problem}")]
    Unusable {
        /// The build.
        build: &'static str,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The CPU reference failed.
    #[error("the CPU reference of SQLite build `{build}`: {message}; see that the build is whole")]
    Reference {
        /// The build.
        build: &'static str,
        /// What went wrong.
        message: String,
    },
    /// A build without mutexes is in use on another thread.
    #[error(
        "SQLite build `{build}` has no mutexes (SQLITE_THREADSAFE=0) and is in use on another \
         thread (open connections: {connections}); shards and background threads take a build with \
         mutexes; else close these connections first, or open on their thread"
    )]
    OtherThread {
        /// The build.
        build: &'static str,
        /// Connections open on the other thread.
        connections: usize,
    },
    /// A connection of another build is suspended with the same file open.
    #[error(
        "SQLite build `{build}` cannot open {}: a connection of `{holder}` is suspended with that \
         file open, and the locks of two SQLite copies break each other; close it first",
        path.display()
    )]
    FileSuspended {
        /// The build that was to open it.
        build: &'static str,
        /// The build whose connection is suspended.
        holder: &'static str,
        /// The path as it was given.
        path: PathBuf,
    },
    /// The path cannot be handed to SQLite.
    #[error("cannot open the database at {}: {reason}", path.display())]
    BadPath {
        /// The path as it was given.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// SQLite could not open the database.
    #[error("SQLite build `{build}` cannot open the database at {}: {source}", path.display())]
    Open {
        /// The build.
        build: &'static str,
        /// The path as it was given.
        path: PathBuf,
        /// What SQLite answered.
        source: rusqlite::Error,
    },
    /// There is no handle on the database file of a connection.
    #[error(
        "cannot open a handle on {} beside a connection of SQLite build `{build}`: expected the \
         connection's file, got: {source}; leave the file where it is while it is open",
        path.display()
    )]
    DatabaseFile {
        /// The build of the connection.
        build: &'static str,
        /// The path as the connection was opened with.
        path: PathBuf,
        /// What is in the way.
        source: io::Error,
    },
    /// A fault of this kind is armed already.
    #[error("a {kind} fault is armed already; drop its guard first")]
    FaultAlreadyArmed {
        /// `sync` or `write`.
        kind: &'static str,
    },
}
