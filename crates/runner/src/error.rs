//! What can go wrong with a case.

use std::io;
use std::path::{Path, PathBuf};

use write_path::{Digest, Query, WriteError, advice_on_io};

/// An error of a case that is measured. The session adds the question's name, and the case's where there is
/// one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
    /// What was acked is not what was found.
    #[error(
        "after reopening, expected the {} records that were acked, got {}{}; its figures are void: \
         see that nothing else writes to the scratch directory, and if nothing does, trust this \
         path with no data",
        acked.records(),
        found.records(),
        if acked.records() == found.records() { ", with other contents" } else { "" }
    )]
    Unfaithful {
        /// Records acked.
        acked: Digest,
        /// Records found.
        found: Digest,
    },
    /// A path promises a sync and does none.
    #[error(
        "every ack promises a sync, but {commits} commits made {syncs} syncs; its figures are void: \
         choose settings that sync, or a path that promises none"
    )]
    AckWithoutSync {
        /// Commits counted.
        commits: u64,
        /// Syncs counted.
        syncs: u64,
    },
    /// A query was answered with something else than what was acked.
    #[error(
        "{query:?}: expected the {expected} records that were acked, got {found}{}; the path's \
         answers are wrong, so its figures are void",
        if expected == found { ", others or in another order" } else { "" }
    )]
    WrongAnswer {
        /// What was asked.
        query: Query,
        /// Records in the right answer.
        expected: usize,
        /// Records in the answer that came.
        found: usize,
    },
    /// A reader beside the packets was answered with too few or too many votes.
    #[error(
        "votes for article {article}: expected {least} (acked before the question) to {most} (made until the \
         answer), got {found}; the path's answers are wrong, so its figures are void"
    )]
    WrongCount {
        /// The article.
        article: u32,
        /// Its votes that were acked before the question.
        least: u64,
        /// Its votes that had been made when the answer came.
        most: u64,
        /// Its votes in the answer.
        found: u64,
    },
    /// A case asks for what its path cannot do, or what nobody could check.
    #[error("{0}")]
    Unfit(String),
    /// The write path failed.
    #[error(transparent)]
    Path(#[from] WriteError),
    /// Criterion took no sample of a case, or samples without duration.
    #[error("no sample was taken; give Criterion more time (--measurement-time)")]
    NoSamples,
    /// The run's folder cannot be used.
    #[error(transparent)]
    Run(#[from] measure::run::RunError),
    /// The floor cannot be measured.
    #[error("{0}{advice}", advice = advice_on_floor(.0))]
    Floor(#[from] measure::floor::FloorError),
    /// The program lies in no target directory of cargo's.
    #[error(transparent)]
    NoTargetDirectory(#[from] measure::cargo::NoTargetDirectory),
    /// The machine's facts cannot be read.
    #[error(transparent)]
    Environment(#[from] measure::environment::EnvironmentError),
    /// A histogram cannot be stored.
    #[error(transparent)]
    Histogram(#[from] measure::latency::HistogramError),
    /// A SQLite build is not there.
    #[error(transparent)]
    Build(#[from] sqlite_builds::Error),
    /// The scratch directory cannot be used.
    #[error("scratch directory {path}: {what}; {advice}")]
    Scratch {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
        /// What to do.
        advice: &'static str,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl RunnerError {
    /// What an error of the system was met at, for `map_err`.
    pub fn io(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Path(WriteError::io(doing, path)(source))
    }
}

fn advice_on_floor(error: &measure::floor::FloorError) -> String {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref());
    source.map(|source| format!("; {}", advice_on_io(source))).unwrap_or_default()
}
