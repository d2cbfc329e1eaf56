//! What a case does in blocks, and what that showed: one replicate in each.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use measure::record::{ReplicateRecord, SyncAudit};
use measure::timeline::TimelineRecord;
use measure::utc::UtcSecond;
use write_path::StorageSizes;

use super::totals::Totals;
use crate::audit::audit;
use crate::case::{Case, Place};
use crate::concurrent_reader::ReadsDone;
use crate::driver::Tail;
use crate::error::RunnerError;
use crate::reading::Task;
use crate::store::Start;
use crate::verify::Closed;
use crate::volumes::Volume;
use crate::wal_length::WalKept;
use crate::yardstick::Reading;

/// Checkpoints of its own that a case needs over all blocks, so that it can be told how it does with them. A case with
/// fewer is measured, and ranked nowhere.
pub const OWN_CHECKPOINTS_MIN: u32 = 5;

/// Pieces of a case at least, so that two coefficients can be told from each other.
pub(crate) const PIECES_FOR_BOTH: usize = 12;

/// How long a case is timed over all blocks together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// Before the first piece of each replicate; `None` for as long as a piece.
    pub warm_up: Option<Duration>,
    /// The pieces; `None` for as many as the figures need.
    pub pieces: Option<Duration>,
    /// At least so many pieces, however long they take.
    pub pieces_min: u32,
}

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

/// What one replicate showed.
#[derive(Debug)]
pub struct Replicate {
    /// Its part of the case's record.
    pub record: ReplicateRecord,
    /// Packets, queries or checkpoints of each of its pieces.
    pub units_per_piece: u64,
    /// What its pieces together did.
    pub totals: Totals,
    /// The yardsticks before the first piece, between any two, and after the last.
    pub readings: Vec<Reading>,
    /// What explains the slowest acks, where a case does not pause.
    pub tail: Tail,
    /// What was read beside the packets, in a case with a reader.
    pub reads: Option<ReadsDone>,
    /// How long the WAL was, in a case that starts at some length.
    pub wal_kept: Option<WalKept>,
    /// What happened when.
    pub timeline: TimelineRecord,
    /// The largest sizes while pieces were timed.
    pub largest: StorageSizes,
    /// Bytes of the database file, or of all files of a log that stands alone, before the first piece.
    pub database_bytes_begin: u64,
    /// What the path said of itself after the drain, and what was found afterwards.
    pub end: Closed,
}

/// What was measured of a case.
#[derive(Debug)]
pub struct Measured {
    /// What a commit does; `None` in a case that commits nothing while it is timed.
    pub sync_audit: Option<SyncAudit>,
    /// How much each replicate did.
    pub work: Work,
    /// Packets per second that an open loop offered.
    pub offered_per_second: Option<f64>,
    /// In the order of the blocks.
    pub replicates: Vec<Replicate>,
    /// Seconds from the first preparation to the last verification, of this case alone.
    pub seconds: f64,
}

/// A case whose replicates can be measured, and what was measured of it so far.
pub(super) struct Ready<'case> {
    pub(super) prepared: Prepared<'case>,
    pub(super) measured: Measured,
}

impl<'case> Ready<'case> {
    /// Audits a case, of which no work was chosen yet.
    pub(super) fn audited(
        case: &'case Case,
        start: Start,
        volume: &mut Volume,
    ) -> Result<Self, RunnerError> {
        case.refuse_unchecked_reader()?;
        let work = Work::ONE_UNIT;
        let sync_audit = (case.task == Task::Write).then(|| audit(case, volume)).transpose()?;
        let syncs_per_commit = sync_audit.as_ref().map(|audit| audit.syncs_per_commit);
        let prepared = Prepared { case, work, start, syncs_per_commit };
        let measured = Measured {
            sync_audit,
            work,
            offered_per_second: case.load.driver.offered_per_second(),
            replicates: Vec::new(),
            seconds: 0.0,
        };
        Ok(Self { prepared, measured })
    }
}

/// How many bytes the floor beside a case writes at once: a packet, or as many as may share a commit. `None` for a
/// case that does not wait for the disk: one that writes to memory, or only reads.
#[must_use]
pub fn floor_payload_bytes(case: &Case) -> Option<NonZeroUsize> {
    match (case.load.place, case.task) {
        (Place::Memory, _) | (Place::Disk, Task::Read(_)) => None,
        (Place::Disk, Task::Write | Task::Checkpoint) => {
            let packets = NonZeroUsize::try_from(case.load.driver.packets_in_flight());
            Some(case.packet_payload().saturating_mul(packets.unwrap_or(NonZeroUsize::MAX)))
        }
    }
}

/// Whether a case takes turns with what stores no records.
pub(super) fn is_beside_the_floor(case: &Case) -> bool {
    case.beside.as_ref().is_some_and(|baseline| !baseline.path.facts().stores_records)
}

/// The record of a replicate that begins now.
pub(super) fn begun_at(position: Position) -> ReplicateRecord {
    ReplicateRecord {
        block: position.block,
        place: position.place,
        attempt: position.attempt,
        started_utc: UtcSecond::now(),
        inode: 0,
        operations: 0,
        pieces: Vec::new(),
        layouts: Vec::new(),
        floor_ns: None,
        reference_ns: Vec::new(),
        owed_ns_per_operation: 0.0,
        drain_ns: 0,
        longest_ack_ns: None,
        verified_records: 0,
        figures: BTreeMap::new(),
    }
}
