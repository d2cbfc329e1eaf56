//! The run record: everything that one case produced in one run, as JSON.
//!
//! The names of the fields are a contract with every reader of a stored record: each carries its
//! unit, a golden test holds them, and [`SCHEMA_VERSION`] grows when one changes its name or its
//! meaning. A figure that a case does not have is null. Histograms and samples are stored whole.

mod attribution;
mod blocks;
mod case;
mod checkpoints;
mod column;
mod comparison;
mod contrast;
mod figures;
mod growth;
mod instructions;
mod load;
mod question;
mod queue;
mod storage;
mod timing;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use attribution::{AttributionRecord, CauseRecord, SlowAckColumns};
pub use blocks::{BlocksRecord, CostRecord, LayoutsRecord, PieceRecord, ReplicateRecord};
pub use case::{AtHomeRecord, AxisValue, CaseRecord, CompiledRecord, SqliteRecord, Standing};
pub use checkpoints::{CallerRecord, CheckpointColumns, CheckpointsRecord};
pub use column::Column;
pub use comparison::{
    AskedRecord, ComparisonKey, ComparisonsRecord, Constraint, CrossingKey, CrossingRecord,
    Extreme, NameRecord, PairRecord, PointRecord, SetKey, SetRecord, TrendRecord,
};
pub use contrast::{CaseId, Class, ContrastKey, ContrastKind, ContrastRecord, Metric};
pub use growth::GrowthPoint;
pub use instructions::{InstructionCount, InstructionCounts, Uncounted};
pub use load::{
    ClampedRecord, LoadRecord, MomentsRecord, RateVerdict, ShareRecord, YardsticksRecord,
};
pub use question::{BaseCase, CaseLeftOut, FailedCase, QuestionRecord};
pub use queue::{QueueCounts, QueueDepths, QueueRecord, QueueSlice};
pub use storage::{DeviceRecord, SpaceRecord, SyncAudit, VerifyRecord};
pub use timing::{FloorRecord, PairsRecord, StagesRecord};

pub use crate::latency::LatencyRecord;

use crate::environment::Environment;
use crate::git::GitState;
use crate::spread::Spread;
use crate::timeline::TimelineRecord;
use crate::utc::UtcSecond;

/// The version of the schema that this crate writes and reads.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that one case produced in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The schema's version, [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The question, the name of the bench file and of the Criterion group.
    pub question: String,
    /// What was measured.
    pub case: CaseRecord,
    /// The settings in effect, read back from the engine: name and value.
    pub settings: BTreeMap<String, String>,
    /// The `SQLite` that ran; null for an engine without one.
    pub sqlite: Option<SqliteRecord>,
    /// The acked rate: records over the time until the last ack, one sample per round.
    pub records_per_second: Spread,
    /// The drained rate: the same, with the final checkpoint, buffers and lag in the time.
    pub drained_records_per_second: Spread,
    /// Hand-in to ack, every packet.
    pub ack_latency_ns: LatencyRecord,
    /// Parts of the ack latency; null where the driver does not time them.
    pub stages: Option<StagesRecord>,
    /// The open-loop load that the case was under; null for a case that a closed loop drove, and in
    /// records from before there was one.
    pub load: Option<LoadRecord>,
    /// How late the driver handed packets in although the path was free; null where nothing is
    /// scheduled, and in records from before it was stored.
    pub driver_lateness_ns: Option<LatencyRecord>,
    /// The checkpoints while the case was timed; null without any, and in records from before they
    /// were stored.
    pub checkpoints: Option<CheckpointsRecord>,
    /// What the slowest acks overlapped with; null in a case that pauses between its pieces, and in
    /// records from before it was stored.
    pub attribution: Option<AttributionRecord>,
    /// What commits took as the store grew, a point for each of Criterion's samples or of a longer
    /// run's steps; null in a case that pauses between its pieces, and in records from before it was
    /// stored.
    pub growth: Option<Vec<GrowthPoint>>,
    /// A queue's run; null for a case that is none, and in records from before there was one.
    pub queue: Option<QueueRecord>,
    /// What happened when; null for a case too short to have one.
    pub timeline: Option<TimelineRecord>,
    /// Counted syncs and writes; null where nothing counts them.
    pub sync_audit: Option<SyncAudit>,
    /// The floor of one fdatasync; its share is null where an ack waits for no sync.
    pub floor: Option<FloorRecord>,
    /// The floor with `fsync`, where it is stated beside that of `fdatasync`.
    pub fsync_floor: Option<FloorRecord>,
    /// The case beside its reference, piece by piece; null where there was none.
    pub pairs: Option<PairsRecord>,
    /// The replicates of a case that was measured in blocks; null in one that Criterion drove, and in records from
    /// before there were blocks.
    pub blocks: Option<BlocksRecord>,
    /// What a packet costs in floors and CPU references; null where that was not measured, or cannot be told.
    pub cost: Option<CostRecord>,
    /// File sizes at the end.
    pub space: SpaceRecord,
    /// Bytes on their way to the disk.
    pub device: DeviceRecord,
    /// Whether what was acked was there after closing and reopening.
    pub verify: VerifyRecord,
    /// What a reader must know about this case in this run, in sentences.
    pub notes: Vec<String>,
    /// Figures that only this question has, the unit in the name: `checkpoint_ms_longest`.
    pub extra: BTreeMap<String, f64>,
    /// The machine.
    pub environment: Environment,
    /// The revision of the benchmark; null outside of a repository.
    pub git: Option<GitState>,
    /// When the case began.
    pub started_utc: UtcSecond,
    /// How long the case took in all, set-up and verification included, in seconds.
    pub seconds: f64,
    /// The command line of the process; the program by its file name, without the directory.
    pub command_line: Vec<String>,
}

#[cfg(test)]
pub(crate) mod tests;
