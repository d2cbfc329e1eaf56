//! How a case was measured in blocks, and what it costs in yardsticks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Metric;
use crate::stats::{Fit, Nominal, NominalTime};
use crate::utc::UtcSecond;

/// The replicates of one case: one in each block, each on a fresh store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BlocksRecord {
    /// Gives the order of the cases in each block.
    pub seed: u64,
    /// Packets, queries or checkpoints of each piece.
    pub units_per_piece: u64,
    /// The same before the first piece of a replicate, not timed.
    pub warm_up_units: u64,
    /// The id of the case whose path took turns with this one; null where it stood alone.
    pub baseline: Option<String>,
    /// In the order of the blocks.
    pub replicates: Vec<ReplicateRecord>,
}

/// One replicate: a case in one block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplicateRecord {
    /// The block, from 0.
    pub block: u32,
    /// The place of the case in the order of the block, from 0.
    pub place: u32,
    /// 1 in a block that was measured again, because a yardstick changed by more than a factor of 3 within it.
    pub attempt: u32,
    /// When it began.
    pub started_utc: UtcSecond,
    /// The inode of the store's directory: the placement.
    pub inode: u64,
    /// Operations of all pieces, or rows read.
    pub operations: u64,
    /// The pieces, in order.
    pub pieces: Vec<PieceRecord>,
    /// The layouts of code at each opening; empty where the case stood alone, and in records from before there were
    /// several.
    #[serde(default)]
    pub layouts: Vec<LayoutsRecord>,
    /// The floor in ns before the first piece, between any two, and after the last; null where it was not read.
    pub floor_ns: Option<Vec<f64>>,
    /// The CPU reference in ns at the same moments.
    pub reference_ns: Vec<f64>,
    /// What the path did off the clock, in ns for each operation that ran it up.
    pub owed_ns_per_operation: f64,
    /// How long the final drain took, in ns.
    pub drain_ns: u64,
    /// The longest ack of the pieces, in ns; null without acks, and in records from before it was stored.
    #[serde(default)]
    pub longest_ack_ns: Option<u64>,
    /// Records that were acked and not deleted again, all of which were found after reopening.
    pub verified_records: u64,
    /// What is compared of the replicate and is no time of its pieces: times in ns, sizes in bytes, numbers of messages.
    /// Empty in records from before there was any.
    #[serde(default)]
    pub figures: BTreeMap<Metric, f64>,
}

/// In which layouts of their code a case and its baseline were open: those of [`CompiledRecord::layouts`], from 0. Null
/// for an engine that has one only.
///
/// [`CompiledRecord::layouts`]: super::CompiledRecord::layouts
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutsRecord {
    /// The case's.
    pub case: Option<u32>,
    /// The baseline's.
    pub baseline: Option<u32>,
}

/// One timed piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PieceRecord {
    /// The time of the work alone, in ns.
    pub elapsed_ns: u64,
    /// Commits that it was.
    pub commits: f64,
    /// The median ack in ns; null with fewer than 20.
    pub ack_ns_p50: Option<u64>,
    /// How often both stores were opened before, in a case that takes turns: after each opening the two have exchanged
    /// their directories.
    pub opening: u32,
    /// The time of the same work in the baseline, in ns; null where the case stood alone.
    pub baseline_ns: Option<u64>,
    /// The baseline's median ack in ns; null with fewer than 20, where the case stood alone, and in records from before
    /// it was stored.
    pub baseline_ack_ns_p50: Option<u64>,
}

/// What a packet costs in yardsticks, and its time where the yardsticks are the run's nominal ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostRecord {
    /// Floors and CPU references per packet.
    pub fit: Fit,
    /// The floor that the coefficients are of, in bytes of payload; null where the disk is not waited for.
    pub floor_payload_bytes: Option<u64>,
    /// The yardsticks of the run: the middles of every piece of every case with that payload.
    pub nominal: Nominal,
    /// The time of a packet at those, in each block.
    pub time: NominalTime,
}
