//! One replicate: what a case does in a block, and what that showed.

use std::num::NonZeroUsize;
use std::time::Duration;

use measure::device::WrittenBytes;
use measure::latency::{LatencyHistogram, Stages};
use measure::record::GrowthPoint;
use measure::timeline::TimelineRecord;
use measure::utc::UtcSecond;
use write_path::{CheckpointCall, Digest, Settings, SqliteIdentity, StorageSizes};

use super::study::Settling;
use crate::case::{Case, Place};
use crate::concurrent_reader::ReadsDone;
use crate::driver::{LargestSizes, Tail};
use crate::reading::Task;
use crate::store::Start;
use crate::verify::Unstored;
use crate::wal_length::WalKept;
use crate::yardstick::{FloorReading, Reading};

/// How much one replicate does: the same in every block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Timed pieces, each between two readings of the yardsticks.
    pub pieces: u32,
    /// Packets, queries or checkpoints of a piece.
    pub units_per_piece: u64,
    /// Steps of a piece, after each of which sizes are looked at: more than one where pieces are long.
    pub steps_per_piece: u32,
    /// The same before the first piece, not timed.
    pub warm_up_units: u64,
}

impl Work {
    /// The least that can be done.
    pub(super) const ONE_UNIT: Self =
        Self { pieces: 1, units_per_piece: 1, steps_per_piece: 1, warm_up_units: 0 };
}

/// A case whose replicates can be measured.
#[derive(Debug, Clone, Copy)]
pub struct Prepared<'case> {
    /// The case.
    pub case: &'case Case,
    /// How much each replicate does.
    pub work: Work,
    /// In which state each begins.
    pub start: Start,
    /// When each settles what it owes.
    pub settling: Settling,
    /// Counted before; `None` where nothing is committed.
    pub syncs_per_commit: Option<f64>,
}

/// Where a replicate stands in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The block, from 0.
    pub block: u32,
    /// The place in the order of the block, from 0.
    pub place: u32,
    /// 0, or 1 in a block that was measured again because the machine changed.
    pub attempt: u32,
}

/// One timed piece.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Packets, queries or checkpoints.
    pub units: u64,
    /// Commits that they were: fewer than packets where several share one.
    pub commits: f64,
    /// The time of the work alone.
    pub elapsed: Duration,
    /// The median ack, from hand-in to ack; `None` with too few.
    pub ack_ns_p50: Option<u64>,
    /// The time of the same work in the baseline, where the two take turns.
    pub baseline: Option<Duration>,
    /// The baseline's median ack in ns; `None` with too few, and where the case stood alone.
    pub baseline_ack_ns_p50: Option<u64>,
    /// How often both were opened before, in a case that takes turns.
    pub opening: u32,
}

/// A part of a piece: the whole of a short one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PieceStep {
    /// Packets, queries or checkpoints.
    pub units: u64,
    /// The time of the work alone.
    pub elapsed: Duration,
}

/// In which layouts of their code a case and its baseline were open; `None` for an engine that has no such thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedLayouts {
    /// The case's.
    pub case: Option<u32>,
    /// The baseline's.
    pub baseline: Option<u32>,
}

/// What one replicate showed.
#[derive(Debug)]
pub struct Replicate {
    /// Where it stands in the run.
    pub position: Position,
    /// When it began.
    pub started_utc: UtcSecond,
    /// The directory of the store, which names the placement.
    pub inode: u64,
    /// The pieces in order.
    pub pieces: Vec<Piece>,
    /// The steps of all pieces, in order.
    pub steps: Vec<PieceStep>,
    /// The yardsticks before the first piece, between any two, and after the last.
    pub readings: Vec<Reading>,
    /// For each opening, in a case that takes turns.
    pub layouts: Vec<OpenedLayouts>,
    /// Every ack that was timed.
    pub acks: LatencyHistogram,
    /// The parts of the acks.
    pub stages: Stages,
    /// Operations of all pieces, or rows read.
    pub operations: u64,
    /// What the path did off the clock, spread over the operations that ran it up, in ns for each: recycling
    /// and drains.
    pub owed_ns_per_operation: f64,
    /// How long drains took: those after pieces, where a case drains then, and the final one.
    pub drained_in: Duration,
    /// Bytes on their way to the disk in the pieces.
    pub written: WrittenBytes,
    /// The checkpoints in the pieces, which are the path's own; those of a drain are none of them.
    pub checkpoints: Vec<CheckpointCall>,
    /// What explains the slowest acks, where a case does not pause.
    pub tail: Tail,
    /// How the store grew, step by step, where a case does not pause.
    pub growth: Vec<GrowthPoint>,
    /// What was read beside the packets, in a case with a reader.
    pub reads: Option<ReadsDone>,
    /// How long the WAL was, in a case that starts at some length.
    pub wal_kept: Option<WalKept>,
    /// What happened when.
    pub timeline: TimelineRecord,
    /// What the store was like at the end.
    pub end: EndState,
}

/// What a path said of itself before it was closed, and what was found afterwards.
#[derive(Debug)]
pub struct EndState {
    /// The settings, read back from the engine.
    pub settings: Settings,
    /// What the SQLite behind the path says of itself, where there is one.
    pub identity: Option<SqliteIdentity>,
    /// Sizes after the drain.
    pub sizes: StorageSizes,
    /// The largest sizes while pieces were timed.
    pub largest: LargestSizes,
    /// Bytes of the database file, or of all files of a log that stands alone, before the first piece.
    pub database_bytes_begin: u64,
    /// How often the WAL began anew in the pieces.
    pub wal_resets: Option<u64>,
    /// What was acked and not deleted again.
    pub acked: Digest,
    /// What was found after reopening.
    pub found: Digest,
    /// What of it was in no file.
    pub unstored: Unstored,
    /// How long reopening and reading everything took.
    pub reopened_in: Duration,
}

/// The floor that stands beside a case.
pub(super) fn floor_of(case: &Case) -> FloorReading {
    let payload = floor_payload_bytes(case).and_then(NonZeroUsize::new);
    payload.map_or(FloorReading::None, FloorReading::Of)
}

/// How many bytes the floor beside a case writes at once: a packet, or as many as may share a commit. `None` for a
/// case that does not wait for the disk: one that writes to memory, or only reads.
#[must_use]
pub fn floor_payload_bytes(case: &Case) -> Option<usize> {
    match (case.load.place, case.task) {
        (Place::Memory, _) | (Place::Disk, Task::Read(_)) => None,
        (Place::Disk, Task::Write | Task::Checkpoint) => {
            let packets = case.load.driver.packets_in_flight().get() as usize;
            Some(case.packet_payload().get().saturating_mul(packets))
        }
    }
}

/// Whether a case takes turns with what stores no records.
pub(super) fn is_beside_the_floor(case: &Case) -> bool {
    case.beside.as_ref().is_some_and(|baseline| !baseline.path.stores_records())
}

/// What was timed, before the store is closed.
pub(super) struct Timed {
    pub(super) position: Position,
    pub(super) started_utc: UtcSecond,
    pub(super) pieces: Vec<Piece>,
    pub(super) readings: Vec<Reading>,
    pub(super) layouts: Vec<OpenedLayouts>,
}
