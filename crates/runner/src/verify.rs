//! Benchmarks are tests: what was acked must be found after reopening.

use std::path::Path;

use write_path::{Digest, PathSpec};

use crate::error::RunnerError;

/// What of the records that were acked is in no file when a path is reopened.
#[derive(Debug, Clone, Copy)]
pub struct Unstored {
    /// What the path gave up while it was open, read back before it went.
    pub recycled: Digest,
    /// What a path kept that stores nothing, asked before it was closed.
    pub in_memory: Option<Digest>,
}

/// Reopens what a closed path left behind, compares it with what was acked, and returns what was
/// found. What was in no file counts as found; of a path that stores nothing it is all there is.
pub fn verify(
    path: &dyn PathSpec,
    directory: &Path,
    acked: Digest,
    unstored: &Unstored,
) -> Result<Digest, RunnerError> {
    let mut found = match unstored.in_memory {
        Some(kept) => kept,
        None => path.recover(directory)?,
    };
    found.merge(&unstored.recycled);
    if found == acked { Ok(found) } else { Err(RunnerError::Unfaithful { acked, found }) }
}
