//! What all pieces of a replicate together did.

use std::time::Duration;

use measure::device::WrittenBytes;
use measure::latency::{LatencyHistogram, Stages};
use measure::nanoseconds;
use measure::record::GrowthPoint;
use write_path::{CheckpointCall, CheckpointCaller, Digest, StorageSizes};

/// A part of a piece: the whole of a short one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PieceStep {
    /// Packets, queries or checkpoints.
    pub units: u64,
    /// The time of the work alone.
    pub elapsed: Duration,
}

/// What all pieces together did.
#[derive(Debug, Default)]
pub struct Totals {
    pub(super) operations: u64,
    /// The steps of all pieces, in order.
    pub steps: Vec<PieceStep>,
    /// Time of the steps.
    elapsed: Duration,
    /// Bytes on their way to the disk in the pieces.
    pub written: WrittenBytes,
    pub(super) recycled: Digest,
    /// Time of what was owed and done between pieces.
    pub(super) owed: Duration,
    /// The part of it that drained.
    pub(super) drained: Duration,
    /// Every ack that was timed.
    pub acks: LatencyHistogram,
    /// The parts of the acks.
    pub stages: Stages,
    /// The checkpoints in the pieces, which are the path's own; those of a drain are none of them.
    pub checkpoints: Vec<CheckpointCall>,
    /// How the store grew, step by step, where a case does not pause.
    pub growth: Vec<GrowthPoint>,
    /// How often the WAL began anew in the pieces; `None` without one.
    pub wal_resets: Option<u64>,
}

/// Whether a checkpoint is the path's own, and not the runner's.
pub(super) fn is_own(call: &CheckpointCall) -> bool {
    call.caller != CheckpointCaller::Drain
}

impl Totals {
    /// Forgets what was owed: it was run up by what is not timed.
    pub(super) fn forget_owed(&mut self) {
        self.owed = Duration::ZERO;
        self.drained = Duration::ZERO;
        self.checkpoints.clear();
    }

    pub(super) fn note_step(&mut self, step: PieceStep, operations: u64, stages: &Stages) {
        self.elapsed += step.elapsed;
        self.operations += operations;
        self.steps.push(step);
        self.stages.merge(stages);
    }

    /// Notes what was stored after the last step.
    pub(super) fn note_growth(
        &mut self,
        step: PieceStep,
        operations: u64,
        sizes: StorageSizes,
        (acks, stages): (&LatencyHistogram, &Stages),
        checkpoints: &[CheckpointCall],
    ) {
        let own = checkpoints.iter().filter(|call| is_own(call));
        let checkpoints_ns = own.map(|call| nanoseconds(call.ended() - call.begun)).collect();
        self.growth.push(GrowthPoint {
            seconds: self.elapsed.as_secs_f64(),
            operations,
            operations_per_second: operations as f64 / step.elapsed.as_secs_f64().max(f64::EPSILON),
            database_bytes: sizes.database_bytes,
            wal_bytes: sizes.journal_bytes,
            ..GrowthPoint::of_times(acks, stages, checkpoints_ns)
        });
    }

    /// What is owed for each operation, where a last drain took so long for so many.
    pub(super) fn owed_ns_per_operation(&self, drained_in: Duration, owed_operations: u64) -> f64 {
        let each = |time: Duration, operations: u64| {
            if operations == 0 { 0.0 } else { time.as_nanos() as f64 / operations as f64 }
        };
        each(self.owed, self.operations) + each(drained_in, owed_operations)
    }
}
