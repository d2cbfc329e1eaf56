//! How the driver's errors are told: by what was tried or expected, and what was got. One alone is told apart.

use std::fmt::Display;
use std::io;
use std::path::Path;

use anyhow::{Error, anyhow};

/// Nothing was stored, so that there is nothing to tell.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("no message was stored; expected at least one: run for longer, or at a higher rate")]
pub struct NothingStored;

/// Two settings exclude each other.
pub(crate) fn conflict(setting: &str, expected: &str, got: impl Display) -> Error {
    anyhow!("{setting}: expected {expected}, got {got}")
}

/// A row or packet of the store is not what this driver writes.
pub(crate) fn foreign(expected: &str, got: impl Display) -> Error {
    anyhow!(
        "the store holds {got}, expected {expected}; point the driver at a directory of its own"
    )
}

/// What the store kept is not what it acked.
pub(crate) fn unfaithful(what: impl Display) -> Error {
    anyhow!("the store lost or kept what it must not: {what}; its figures are void")
}

/// SQLite refused something.
pub(crate) fn sqlite(doing: &str) -> impl Fn(sqlite_builds::rusqlite::Error) -> Error + Copy {
    move |source| anyhow!("{doing}: {source}")
}

/// A file cannot be read or written.
pub(crate) fn file(doing: &str, path: &Path) -> impl Fn(io::Error) -> Error + Copy {
    move |source| anyhow!("{doing} {}: {source}", path.display())
}
