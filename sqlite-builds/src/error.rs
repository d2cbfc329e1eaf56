//! What can go wrong with a build or in opening a connection.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

/// Why a build could not be found, activated or opened.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
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
    /// Anything else: what was asked for, what is in the way, and what to do.
    #[error("{0}")]
    Refused(String),
}

impl Error {
    /// The path cannot be handed to SQLite.
    pub(crate) fn path(path: &Path, reason: impl Display) -> Self {
        Self::Refused(format!("cannot open the database at {}: {reason}", path.display()))
    }
}
