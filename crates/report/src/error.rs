//! What can go wrong with a report.

use std::io;
use std::path::PathBuf;

use measure::run::RunError;

use crate::atomic_file::WriteError;

/// A report could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The run's records could not be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The run was measured before there were blocks, and is told by other tables.
    #[error(
        "{}: expected a run in randomized blocks, got one of the first design; durabench at revision {revision} shows it",
        run.display()
    )]
    FirstDesign {
        /// The run's directory.
        run: PathBuf,
        /// The revision that measured it.
        revision: String,
    },
    /// The run has nothing about the question that was asked for.
    #[error(
        "{}: expected records of the question `{question}`, got those of {found}", run.display()
    )]
    NoSuchQuestion {
        /// The run's directory.
        run: PathBuf,
        /// The question that was asked for.
        question: String,
        /// The questions that are there, in words.
        found: String,
    },
    /// A line of the table of all cases could not be made.
    #[error("the case `{case}` cannot be written as CSV: {source}")]
    Csv {
        /// The case's id.
        case: String,
        /// What the writer answered.
        source: csv::Error,
    },
    /// A figure has no form in JSON.
    #[error("the run cannot be written in the Bencher Metric Format: {0}")]
    Bencher(serde_json::Error),
    /// A file could not be read.
    #[error("{}: reading it failed: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A run has nothing to keep.
    #[error("{}: expected a run with at least one measured case, got none", run.display())]
    NothingToKeep {
        /// The run's directory.
        run: PathBuf,
    },
    /// A run holds what cannot be kept: a link, whose end may lie anywhere, or a pipe.
    #[error(
        "{}: expected plain files and folders, got {found}; remove it, or replace it by what it stands for",
        path.display()
    )]
    NotPlain {
        /// What lies in the run.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// There is a reference run of that host and day.
    #[error("{}: expected no reference run of this host and day, got one; remove it to replace it", folder.display())]
    Kept {
        /// Its folder.
        folder: PathBuf,
    },
    /// A document does not hold what it should of the reference run.
    #[error("{}: expected {expected}, got {got}; `durabench reference` writes it", path.display())]
    Document {
        /// The document.
        path: PathBuf,
        /// What should stand there.
        expected: String,
        /// What stands there.
        got: String,
    },
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A run's contrasts have no form in JSON.
    #[error("the run's findings cannot be written as JSON: {0}")]
    Findings(serde_json::Error),
}
