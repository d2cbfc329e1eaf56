//! What can go wrong under a load.

use std::num::NonZeroU32;

use runner::RunnerError;
use write_path::{ShardCount, WriteError};

/// An error of a load. The caller adds the path's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no path of this name.
    #[error("expected the path {expected:?}, got no such path; the paths are {known}")]
    UnknownPath {
        /// The name.
        expected: String,
        /// Every name that there is.
        known: String,
    },
    /// There may not be so many shards.
    #[error("expected 1 to {} shards, got {found}", ShardCount::MAX)]
    Shards {
        /// How many were asked for.
        found: NonZeroU32,
    },
    /// A read was answered with a wrong count.
    #[error(
        "article {article}: expected {expected} votes, which were acked, got {found}; the path's \
         answers are wrong, so its figures are void"
    )]
    WrongCount {
        /// The article.
        article: u32,
        /// Votes acked for it.
        expected: u64,
        /// Votes that the path counted.
        found: u64,
    },
    /// The load reads from a path that answers no query.
    #[error(
        "the load reads counts, but this path answers no query; choose a path that does, or a \
         load that only writes (one operation in 1)"
    )]
    NoReader,
    /// A curve that is measured among others.
    #[error("{id}: {source}")]
    Curve {
        /// Its id.
        id: String,
        /// What happened to it.
        source: Box<LoadError>,
    },
    /// Nothing was acked while the load was measured.
    #[error(
        "no operation was acked in the measured time; measure for longer, or ask for more \
         operations per second"
    )]
    NothingMeasured,
    /// The write path failed.
    #[error(transparent)]
    Path(#[from] WriteError),
    /// The runner failed.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// A histogram cannot be stored.
    #[error(transparent)]
    Histogram(#[from] measure::latency::HistogramError),
    /// A SQLite build is not there.
    #[error(transparent)]
    Build(#[from] sqlite_builds::Error),
}
