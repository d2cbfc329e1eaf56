//! What cannot be judged, and what cannot be read.

use std::io;
use std::path::{Path, PathBuf};

use measure::record::{Class, ContrastKey};
use measure::stats::StatsError;

use crate::atomic_file::WriteError;

/// A comparison or a file of findings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JudgementError {
    /// The two cases have too few blocks in common.
    #[error(
        "{contrast}: expected at least {expected} blocks with both cases, got {got}; measure more blocks"
    )]
    TooFewBlocks {
        /// What is compared.
        contrast: Box<ContrastKey>,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// A block's time cannot be one.
    #[error(
        "{contrast}: block {block}: expected times above 0 ns and finite, got {case_ns} and {baseline_ns}"
    )]
    NotATime {
        /// What is compared.
        contrast: Box<ContrastKey>,
        /// The block.
        block: u32,
        /// The case's time, ns.
        case_ns: f64,
        /// The baseline's time, ns.
        baseline_ns: f64,
    },
    /// All blocks agree to the last digit, which no measurement does.
    #[error(
        "{contrast}: expected ratios that vary from block to block, got one and the same; were they measured?"
    )]
    NoSpread {
        /// What is compared.
        contrast: Box<ContrastKey>,
    },
    /// A contrast was judged by the variance of another class.
    #[error("{contrast}: expected the variance of the class {expected:?}, got that of {got:?}")]
    AnotherClass {
        /// What is compared.
        contrast: Box<ContrastKey>,
        /// The contrast's class.
        expected: Class,
        /// The class of the variance.
        got: Class,
    },
    /// A set, an axis or a comparison has too few members.
    #[error("{question}: expected at least {expected} {what}, got {got}")]
    TooFew {
        /// The question.
        question: String,
        /// What there should be more of.
        what: &'static str,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// A value of an axis has no logarithm, or stands there twice.
    #[error("{question}: the axis {axis}: expected different values above 0, got {got}")]
    AxisValue {
        /// The question.
        question: String,
        /// The axis.
        axis: String,
        /// The value.
        got: f64,
    },
    /// A distribution that does not exist.
    #[error("{contrast}: {source}")]
    Statistics {
        /// What is compared.
        contrast: Box<ContrastKey>,
        /// What is wrong with it.
        source: StatsError,
    },
    /// Two findings have one key.
    #[error(
        "{contrast}: expected each contrast once, got it twice; declare it once in its question"
    )]
    Twice {
        /// What is compared.
        contrast: Box<ContrastKey>,
    },
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file could not be read.
    #[error("{}: reading it failed: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A file does not hold findings.
    #[error("{}: expected findings as JSON, got what does not parse: {source}", path.display())]
    NotFindings {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// A file is of another version of the schema.
    #[error(
        "{}: expected findings of schema version {expected}, got {got}; judge the run again with this durabench, or \
         read it with the one that wrote it", path.display()
    )]
    SchemaVersion {
        /// The file.
        path: PathBuf,
        /// The version that this program reads.
        expected: u32,
        /// The file's version.
        got: u32,
    },
}

impl JudgementError {
    pub(super) fn not_findings(path: &Path) -> impl Fn(serde_json::Error) -> Self {
        move |source| Self::NotFindings { path: path.to_owned(), source }
    }
}
