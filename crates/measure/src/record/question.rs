//! A question as one process of a run put it: what it asks, its cases in order, and what did not
//! run.

use serde::{Deserialize, Serialize};

use super::{AxisValue, Column, ComparisonsRecord, ContrastRecord};

/// A question: what one bench asked in one run, and which of its cases did not run.
///
/// It stands beside the question's records, which hold the figures. A further process of the same
/// run that puts the same question replaces it; the records of cases finished before stay where
/// they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionRecord {
    /// The schema's version, [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The name of the bench and of the Criterion group.
    pub name: String,
    /// The question in one sentence.
    pub asks: String,
    /// The claim that it tests, and whose it is.
    pub claim: String,
    /// What would settle it.
    pub settled_by: String,
    /// The axis whose values are the cases' `parameter`.
    pub swept_axis: String,
    /// The base case of each engine: what a deviation deviates from.
    pub bases: Vec<BaseCase>,
    /// The ids of all cases that the question lists, in their order, those that did not run
    /// included.
    pub cases: Vec<String>,
    /// What is compared, and judged; empty for a question that is not measured in blocks, and in records from before
    /// there were contrasts.
    #[serde(default)]
    pub contrasts: Vec<ContrastRecord>,
    /// The columns that its table has beside the common ones; `None` in records from before there were any.
    #[serde(default)]
    pub columns: Option<Vec<Column>>,
    /// What else is compared, and which of it the answer tells; empty as `contrasts` is, and in records from before it was
    /// stored.
    #[serde(default)]
    pub comparisons: ComparisonsRecord,
    /// Combinations that the question leaves out; their ids are not among `cases`.
    pub skipped: Vec<CaseLeftOut>,
    /// Cases that were dropped because there is no place for them, such as a tmpfs.
    pub dropped: Vec<CaseLeftOut>,
    /// Cases that could not be finished or verified: they have no run record.
    pub failed: Vec<FailedCase>,
    /// The floor of 4 KiB at the session's first look at the disk, in ns.
    pub quiet_floor_ns: u64,
    /// What a reader must know about the whole session, in sentences.
    pub warnings: Vec<String>,
    /// The command line of the process; the program by its file name, without the directory.
    pub command_line: Vec<String>,
    /// How long the process worked on the question, in seconds.
    pub seconds: f64,
}

/// The base case of one engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseCase {
    /// The engine, as in [`CaseRecord::engine`](super::CaseRecord::engine).
    pub engine: String,
    /// Every axis with the base's value, in the question's order.
    pub axes: Vec<AxisValue>,
}

/// A case that was not run on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLeftOut {
    /// The id that the case has, or would have.
    pub id: String,
    /// Why it was not run.
    pub reason: String,
}

/// A case that was run and failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCase {
    /// The case's id.
    pub id: String,
    /// What went wrong.
    pub error: String,
}
