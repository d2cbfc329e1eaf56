//! What a run lacks to judge a claim.

use measure::record::RunRecord;

use crate::extra;

/// What a run lacks to judge a claim.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum Missing {
    /// The run has nothing about the question.
    #[error("the run has no `{question}`")]
    Question {
        /// The question.
        question: String,
    },
    /// No case fits.
    #[error("no case with {key}")]
    Case {
        /// What it should be.
        key: String,
    },
    /// Several cases fit.
    #[error("expected one case with {key}, got {}", cases.join(" and "))]
    Ambiguous {
        /// What it should be.
        key: String,
        /// The cases that are so.
        cases: Vec<String>,
    },
    /// A case's record lacks a figure.
    #[error("{case} has no {figure}")]
    Figure {
        /// The case.
        case: String,
        /// What it lacks.
        figure: &'static str,
    },
    /// There are too few of something.
    #[error("{case}: expected at least {expected} {what}, got {got}")]
    TooFew {
        /// The case.
        case: String,
        /// What there are too few of.
        what: &'static str,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        got: usize,
    },
}

/// A figure that only some cases have, by its name in the record.
pub(super) fn extra(record: &RunRecord, name: &'static str) -> Result<f64, Missing> {
    let missing = || Missing::Figure { case: record.case.id.clone(), figure: name };
    extra::figure(record, name).ok_or_else(missing)
}
