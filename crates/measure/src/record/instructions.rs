//! Instructions that builds took for the same work, as a simulated processor counted them.

use serde::{Deserialize, Serialize};

/// What was counted beside a run.
///
/// A count knows no caches, no guessing ahead and no clock: it is exact where time is noisy, and blind
/// where time is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstructionCounts {
    /// The schema's version, [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
    pub schema_version: u32,
    /// What counted: the program and its version.
    pub counter: String,
    /// Each build at each work.
    pub counts: Vec<InstructionCount>,
    /// What could not be counted, and why.
    pub uncounted: Vec<Uncounted>,
}

/// What one build took for one work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstructionCount {
    /// The build's name.
    pub build: String,
    /// The axis `workload` of the cases with the same work.
    pub workload: String,
    /// The axis `table` of these cases.
    pub table: String,
    /// The axis `task` of these cases.
    pub task: String,
    /// Instructions for each operation, or each row read: what so many more of them took more.
    pub instructions_per_record: f64,
}

/// A build that could not be counted at some work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncounted {
    /// The build's name.
    pub build: String,
    /// What stood in the way.
    pub reason: String,
}
