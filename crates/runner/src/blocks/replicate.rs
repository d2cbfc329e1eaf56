//! One replicate: a case in a block, on a fresh store, from opening to verification.

use std::num::NonZeroUsize;
use std::os::unix::fs::MetadataExt as _;
use std::time::{Duration, Instant};

use measure::device::{DeviceMeter, WrittenBytes};
use measure::latency::{LatencyHistogram, Stages};
use measure::timeline::TimelineRecord;
use measure::utc::UtcSecond;
use tempfile::TempDir;
use write_path::{
    CheckpointCall, CheckpointCaller, Digest, Identity, PathSpec, Settings, StorageSizes,
};

use crate::case::{Case, Place};
use crate::driver::{Attention, LargestSizes, Watch};
use crate::error::RunnerError;
use crate::grounds::Ground;
use crate::interrupt;
use crate::reading::Task;
use crate::starting_line;
use crate::store::{Start, Store};
use crate::verify::{Depth, Unstored, verify};
use crate::yardstick::{FloorReading, Reading, Yardsticks};

/// How much one replicate does: the same in every block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Timed pieces, each between two readings of the yardsticks.
    pub pieces: u32,
    /// Packets, queries or checkpoints of a piece.
    pub units_per_piece: u64,
    /// The same before the first piece, not timed.
    pub warm_up_units: u64,
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
    /// The yardsticks before the first piece, between any two, and after the last.
    pub readings: Vec<Reading>,
    /// Every ack that was timed.
    pub acks: LatencyHistogram,
    /// The parts of the acks.
    pub stages: Stages,
    /// Operations of all pieces, or rows read.
    pub operations: u64,
    /// What the path did off the clock, spread over the operations that ran it up, in ns for each: recycling
    /// and the final drain.
    pub owed_ns_per_operation: f64,
    /// How long the final drain took.
    pub drained_in: Duration,
    /// Bytes on their way to the disk in the pieces.
    pub written: WrittenBytes,
    /// The checkpoints in the pieces.
    pub checkpoints: Vec<CheckpointCall>,
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
    /// What the engine says of itself.
    pub identity: Identity,
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

/// Opens a fresh store, times the pieces, drains, closes and verifies. The store's directory is handed out, to be
/// removed when nothing is timed.
///
/// # Errors
/// Whatever the path, the disk or the verification answers.
pub(super) fn measure(
    prepared: &Prepared<'_>,
    position: Position,
    ground: &mut Ground,
    yardsticks: &mut Yardsticks,
) -> Result<(Replicate, TempDir), RunnerError> {
    let started_utc = UtcSecond::now();
    let work = prepared.work;
    let mut open = OpenReplicate::open(prepared, ground)?;
    open.warm_up(work.warm_up_units)?;
    let floor = floor_of(prepared.case);
    let mut readings = vec![yardsticks.read(&mut ground.floors, floor)?];
    let mut pieces = Vec::new();
    for _ in 0..work.pieces {
        interrupt::check()?;
        ground.floors.awaken()?;
        pieces.push(open.piece(work.units_per_piece)?);
        readings.push(yardsticks.read(&mut ground.floors, floor)?);
    }
    open.finish(Timed { position, started_utc, pieces, readings })
}

/// The floor that stands beside a case.
pub(super) fn floor_of(case: &Case) -> FloorReading {
    let payload = floor_payload_bytes(case).and_then(NonZeroUsize::new);
    payload.map_or(FloorReading::None, FloorReading::Of)
}

/// How many bytes the floor beside a case writes at once: a packet, or as many as may share a commit. `None` for a
/// case that does not wait for the disk.
#[must_use]
pub fn floor_payload_bytes(case: &Case) -> Option<usize> {
    match case.load.place {
        Place::Memory => None,
        Place::Disk => {
            let packets = case.load.driver.packets_in_flight().get() as usize;
            Some(case.packet_payload().get().saturating_mul(packets))
        }
    }
}

/// What was timed, before the store is closed.
pub(super) struct Timed {
    pub(super) position: Position,
    pub(super) started_utc: UtcSecond,
    pub(super) pieces: Vec<Piece>,
    pub(super) readings: Vec<Reading>,
}

/// A store while its pieces are timed.
pub(super) struct OpenReplicate<'case> {
    case: &'case Case,
    pub(super) store: Store,
    watch: Watch,
    totals: Totals,
    meter: DeviceMeter,
    wal_resets_begin: Option<u64>,
    database_bytes_begin: u64,
    syncs_per_commit: Option<f64>,
}

/// What all pieces together did.
#[derive(Debug, Default)]
struct Totals {
    units: u64,
    operations: u64,
    written: WrittenBytes,
    recycled: Digest,
    /// Time of what was owed and done between pieces.
    owed: Duration,
    acks: LatencyHistogram,
    stages: Stages,
}

impl<'case> OpenReplicate<'case> {
    pub(super) fn open(
        prepared: &Prepared<'case>,
        ground: &mut Ground,
    ) -> Result<Self, RunnerError> {
        let store = Store::open(prepared.case, ground, prepared.start)?;
        let meter = store.device_meter()?;
        Ok(Self {
            case: prepared.case,
            watch: Watch::begin(meter.clone(), Attention::Latencies),
            meter,
            totals: Totals::default(),
            wal_resets_begin: store.path.wal_resets()?,
            database_bytes_begin: store.path.storage_sizes()?.database_bytes,
            syncs_per_commit: prepared.syncs_per_commit,
            store,
        })
    }

    /// Does some work that is not timed.
    pub(super) fn warm_up(&mut self, units: u64) -> Result<(), RunnerError> {
        if units > 0 {
            let mut unnoted = Watch::begin(self.meter.clone(), Attention::Latencies);
            self.store.work(self.case.task, units, &mut unnoted)?;
            self.recycle()?;
            self.totals.owed = Duration::ZERO;
        }
        self.wal_resets_begin = self.store.path.wal_resets()?;
        self.database_bytes_begin = self.store.path.storage_sizes()?.database_bytes;
        let _prepared = self.store.path.take_checkpoints();
        Ok(())
    }

    /// Times one piece.
    pub(super) fn piece(&mut self, units: u64) -> Result<Piece, RunnerError> {
        let syncs_before = self.store.path.work_done().syncs;
        let written_before = self.meter.read();
        let done = self.store.work(self.case.task, units, &mut self.watch)?;
        let written = self.meter.read().since(&written_before);
        let syncs = self.store.path.work_done().syncs - syncs_before;
        self.watch.note_sizes(self.store.path.storage_sizes()?);
        let (acks, stages) = self.watch.take_latencies();
        let piece = Piece {
            units,
            commits: self.commits(units, syncs),
            elapsed: done.elapsed,
            ack_ns_p50: acks.quantile(0.5),
            baseline: None,
            baseline_ack_ns_p50: None,
            opening: 0,
        };
        self.totals.units += units;
        self.totals.operations += done.operations;
        if self.case.task == Task::Write {
            self.totals.written = self.totals.written.plus(&written);
        }
        self.totals.acks.merge(&acks);
        self.totals.stages.merge(&stages);
        self.recycle()?;
        Ok(piece)
    }

    /// How many commits so many packets were: told by the syncs where packets may share one.
    fn commits(&self, units: u64, syncs: u64) -> f64 {
        let is_one_by_one = self.case.load.driver.commits_one_by_one();
        match self.syncs_per_commit {
            Some(per_commit) if !is_one_by_one && per_commit > 0.0 && syncs > 0 => {
                (syncs as f64 / per_commit).clamp(1.0, units as f64)
            }
            Some(_) | None => units as f64,
        }
    }

    /// Lets the path use space again, where nothing that was acked is read or deleted later.
    fn recycle(&mut self) -> Result<(), RunnerError> {
        if self.case.task == Task::Write && !self.case.load.workload.deletes() {
            let begin = Instant::now();
            self.totals.recycled.merge(&self.store.path.recycle()?);
            self.totals.owed += begin.elapsed();
        }
        Ok(())
    }

    /// Units from one checkpoint to the next, on average over the pieces so far. Asked once: it takes the checkpoints.
    pub(super) fn units_per_checkpoint(&mut self) -> Option<f64> {
        let checkpoints = self.store.path.take_checkpoints();
        let timed =
            checkpoints.iter().filter(|call| call.caller != CheckpointCaller::Drain).count();
        let units = self.totals.units;
        (timed > 0).then(|| units as f64 / timed as f64)
    }

    /// What is timed.
    pub(super) fn task(&self) -> Task {
        self.case.task
    }

    /// What the path is opened as.
    pub(super) fn spec(&self) -> &'case dyn PathSpec {
        self.case.path.as_ref()
    }

    /// Settles what the path owes while it goes on: no later piece pays for it, but the drained rate does.
    pub(super) fn settle(&mut self) -> Result<(), RunnerError> {
        self.totals.owed += self.store.settle()?;
        self.store.debt_operations = 0;
        Ok(())
    }

    /// Closes a store of which nobody wants to know anything.
    pub(super) fn discard(self) -> Result<(), RunnerError> {
        Ok(self.store.path.close()?)
    }

    /// Drains, closes and verifies.
    pub(super) fn finish(mut self, timed: Timed) -> Result<(Replicate, TempDir), RunnerError> {
        let checkpoints = self.store.path.take_checkpoints();
        let wal_resets = self.store.path.wal_resets()?;
        let (debt_operations, drained_in) = (self.store.debt_operations, self.store.settle()?);
        if self.case.task == Task::Write && self.case.load.workload.deletes() {
            // What becomes of the space when most of what waited is gone.
            starting_line::shrink_backlog(self.store.path.as_mut(), &mut self.store.source)?;
            self.store.path.drain()?;
        }
        let path = &self.store.path;
        let (settings, identity, sizes) =
            (path.settings()?, path.identity()?, path.storage_sizes()?);
        let Store { path, source, directory, .. } = self.store;
        let unstored =
            Unstored { recycled: self.totals.recycled, in_memory: path.kept_in_memory() };
        path.close()?;
        let inode = inode(&directory)?;
        let acked = source.made();
        // All that can be examined once a case, and what is told by counts and digests in each block.
        let depth = if timed.position.block == 0 { Depth::Full } else { Depth::Counts };
        let verified = verify(self.case.path.as_ref(), directory.path(), acked, &unstored, depth)?;
        let operations = self.totals.operations;
        let each = |time: Duration, operations: u64| {
            if operations == 0 { 0.0 } else { time.as_nanos() as f64 / operations as f64 }
        };
        let owed_ns_per_operation =
            each(self.totals.owed, operations) + each(drained_in, debt_operations);
        let replicate = Replicate {
            position: timed.position,
            started_utc: timed.started_utc,
            inode,
            pieces: timed.pieces,
            readings: timed.readings,
            acks: self.totals.acks,
            stages: self.totals.stages,
            operations,
            owed_ns_per_operation,
            drained_in,
            written: self.totals.written,
            checkpoints,
            end: EndState {
                settings,
                identity,
                sizes,
                largest: self.watch.largest_sizes(),
                database_bytes_begin: self.database_bytes_begin,
                wal_resets: wal_resets
                    .zip(self.wal_resets_begin)
                    .map(|(end, begin)| end.saturating_sub(begin)),
                acked,
                found: verified.found,
                unstored,
                reopened_in: verified.reopened_in,
            },
            timeline: self.watch.finish(),
        };
        Ok((replicate, directory))
    }
}

fn inode(directory: &TempDir) -> Result<u64, RunnerError> {
    directory.path().metadata().map(|metadata| metadata.ino()).map_err(|source| RunnerError::Io {
        doing: "looking at",
        path: directory.path().into(),
        source,
    })
}
