//! A store while a replicate is measured: what happens around each piece, and what is noted of it.

use std::os::unix::fs::MetadataExt as _;
use std::time::{Duration, Instant};

use measure::device::DeviceMeter;
use measure::latency::LatencyHistogram;
use measure::nanoseconds;
use measure::record::{GrowthPoint, PieceRecord, ReplicateRecord};
use tempfile::TempDir;

use super::replicate::{Position, Prepared, Replicate, begun_at, floor_payload_bytes};
use super::totals::{PieceStep, Totals, is_own};
use crate::case::Case;
use crate::concurrent_reader::ConcurrentReader;
use crate::conditions::{Access, Pacing};
use crate::driver::{Recorder, TraceLevel};
use crate::error::RunnerError;
use crate::initial_state;
use crate::interrupt;
use crate::reading::Task;
use crate::store::{Store, Supplies};
use crate::verify::{Depth, close_and_verify};
use crate::volumes::Volume;
use crate::wal_length::{self, WalKept, WalSpan};
use crate::yardstick::{Reading, Yardsticks};

/// A store while its pieces are timed.
pub(super) struct OpenReplicate<'case> {
    case: &'case Case,
    /// Who reads beside the packets; before the store, so that its connection closes first.
    reader: Option<ConcurrentReader>,
    pub(super) store: Store,
    recorder: Recorder,
    totals: Totals,
    meter: DeviceMeter,
    syncs_per_commit: Option<f64>,
    database_bytes_begin: u64,
    /// How long the WAL was, and what it took to bring it back, where a case starts at some length.
    wal_kept: Option<WalKept>,
}

impl<'case> OpenReplicate<'case> {
    pub(super) fn open(
        prepared: &Prepared<'case>,
        volume: &mut Volume,
    ) -> Result<Self, RunnerError> {
        let case = prepared.case;
        let store = Store::open(case, volume, prepared.start)?;
        let meter = store.device_meter()?;
        let trace_level = match case.pacing {
            Pacing::Paused => TraceLevel::Latencies,
            Pacing::Continuous => TraceLevel::Tails,
        };
        let mut recorder = Recorder::begin(meter.clone(), trace_level);
        let reader = match case.access {
            Access::WriterAlone => None,
            Access::WithReader => Some(ConcurrentReader::start(case, &store)?),
        };
        if let Some(reader) = &reader {
            recorder.tell(reader.progress());
        }
        Ok(Self {
            case,
            reader,
            wal_kept: store.supplies.wal_length.map(|_| WalKept::default()),
            database_bytes_begin: store.path.inspect().storage_sizes()?.database_bytes,
            store,
            recorder,
            totals: Totals::default(),
            meter,
            syncs_per_commit: prepared.syncs_per_commit,
        })
    }

    /// Does some work that is not timed.
    pub(super) fn warm_up(&mut self, units: u64) -> Result<(), RunnerError> {
        if units > 0 {
            self.do_unnoted(units)?;
            self.end_piece(Instant::now())?;
            self.totals.forget_owed();
        }
        self.database_bytes_begin = self.store.path.inspect().storage_sizes()?.database_bytes;
        let _prepared = self.store.path.inspect().take_checkpoints();
        Ok(())
    }

    /// Times one piece, in so many steps.
    pub(super) fn piece(&mut self, units: u64, steps: u32) -> Result<PieceRecord, RunnerError> {
        self.begin_piece()?;
        let piece = self.timed(units, steps)?;
        self.end_piece(Instant::now())?;
        Ok(piece)
    }

    /// Times so many units in steps, after which the path may use space again, and does nothing else around them.
    pub(super) fn unbroken(&mut self, units: u64, steps: u32) -> Result<PieceRecord, RunnerError> {
        self.keep_wal()?;
        let piece = self.timed(units, steps)?;
        self.recycle()?;
        Ok(piece)
    }

    /// Times so many units, in so many steps.
    fn timed(&mut self, units: u64, steps: u32) -> Result<PieceRecord, RunnerError> {
        let syncs_before = self.store.path.counters().total().syncs;
        let written_before = self.meter.read();
        let resets_before = self.store.path.inspect().wal_resets()?;
        let frames_before = self.frames_if_kept()?;
        if let Some(reader) = &mut self.reader {
            reader.let_in();
        }
        let worked = self.steps(units, steps);
        if let Some(reader) = &mut self.reader {
            reader.keep_out()?;
        }
        let (elapsed, acks) = worked?;
        let frames = frames_before.zip(self.frames_if_kept()?);
        if let (Some(kept), Some((begin, end))) = (&mut self.wal_kept, frames) {
            kept.span = Some(WalSpan::widened(kept.span, begin, end));
        }
        let written = self.meter.read().since(&written_before);
        let syncs = self.store.path.counters().total().syncs - syncs_before;
        let resets = self.store.path.inspect().wal_resets()?.zip(resets_before);
        if let Some((after, before)) = resets {
            *self.totals.wal_resets.get_or_insert(0) += after.saturating_sub(before);
        }
        if self.case.task == Task::Write {
            self.totals.written = self.totals.written.plus(&written);
        }
        let piece = PieceRecord {
            elapsed_ns: nanoseconds(elapsed),
            commits: self.commits(units, syncs),
            ack_ns_p50: acks.quantile(0.5),
            opening: 0,
            baseline_ns: None,
            baseline_ack_ns_p50: None,
        };
        self.totals.acks.merge(&acks);
        Ok(piece)
    }

    /// Brings the store to where each piece begins. Where a case drains after its pieces, a packet begins the WAL anew.
    fn begin_piece(&mut self) -> Result<(), RunnerError> {
        self.keep_wal()?;
        if self.drains_after_pieces() {
            self.do_unnoted(1)?;
            let _not_timed = self.store.path.inspect().take_checkpoints();
        }
        Ok(())
    }

    /// Brings a WAL of some length back to it, if timed commits have made it much longer.
    fn keep_wal(&mut self) -> Result<(), RunnerError> {
        let Store { path, owed_operations, supplies: Supplies { source, wal_length, .. } } =
            &mut self.store;
        if let (Some(length), Some(kept)) = (*wal_length, &mut self.wal_kept)
            && length.is_exceeded(path.as_ref())?
        {
            let (begun, made) = (Instant::now(), source.made().records());
            length.reach(path.as_mut(), source)?;
            *owed_operations = source.made().records() - made;
            kept.restored += 1;
            kept.restoring += begun.elapsed();
        }
        Ok(())
    }

    /// How long the WAL is, where a case starts at some length.
    fn frames_if_kept(&self) -> Result<Option<u64>, RunnerError> {
        let path = self.store.path.as_ref();
        self.wal_kept.map(|_| wal_length::frames(path)).transpose()
    }

    /// Does what is due after a piece, off its clock and on the drained rate's: space is used again, and a case that does
    /// not pause is drained, so that no thread of its own works into the yardsticks.
    fn end_piece(&mut self, ended: Instant) -> Result<(), RunnerError> {
        self.recycle()?;
        if self.drains_after_pieces() {
            self.settle()?;
        }
        let calls = self.store.path.inspect().take_checkpoints().into_iter();
        self.totals.checkpoints.extend(calls.filter(|call| is_own(call) && call.begun < ended));
        Ok(())
    }

    /// Hands in so many units in steps, and looks at sizes after each.
    fn steps(
        &mut self,
        units: u64,
        steps: u32,
    ) -> Result<(Duration, LatencyHistogram), RunnerError> {
        let mut elapsed = Duration::ZERO;
        let mut acks_of_piece = LatencyHistogram::new();
        let until = |step: u32| units * u64::from(step) / u64::from(steps.max(1));
        for number in 0..steps.max(1) {
            let step_units = until(number + 1) - until(number);
            let done = self.store.work(self.case.task, step_units, &mut self.recorder)?;
            let sizes = self.store.path.inspect().storage_sizes()?;
            self.recorder.note_sizes(sizes);
            let (acks, stages) = self.recorder.take_latencies();
            let checkpoints = self.store.path.inspect().take_checkpoints();
            let step = PieceStep { units: step_units, elapsed: done.elapsed };
            self.totals.note_step(step, done.operations, &stages);
            if self.case.pacing == Pacing::Continuous {
                self.totals.note_growth(
                    step,
                    done.operations,
                    sizes,
                    (&acks, &stages),
                    &checkpoints,
                );
            }
            self.totals.checkpoints.extend(checkpoints.into_iter().filter(is_own));
            elapsed += done.elapsed;
            acks_of_piece.merge(&acks);
        }
        Ok((elapsed, acks_of_piece))
    }

    /// Does some work of which nothing is noted.
    fn do_unnoted(&mut self, units: u64) -> Result<(), RunnerError> {
        let mut unnoted = Recorder::begin(self.meter.clone(), TraceLevel::Latencies);
        if let Some(reader) = &self.reader {
            unnoted.tell(reader.progress());
        }
        self.store.work(self.case.task, units, &mut unnoted)?;
        Ok(())
    }

    /// Whether what a piece left to do is done before the yardsticks are read again.
    fn drains_after_pieces(&self) -> bool {
        self.case.pacing == Pacing::Continuous && self.case.task == Task::Write
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

    /// How the store grew until the last step, in a case that does not pause.
    pub(super) fn grown(&self) -> Option<&GrowthPoint> {
        self.totals.growth.last()
    }

    /// The layout of the engine's code, as the engine says.
    pub(super) fn layout(&self) -> Result<Option<u32>, RunnerError> {
        Ok(self.store.path.inspect().identity()?.map(|sqlite| sqlite.layout))
    }

    /// What is timed.
    pub(super) fn task(&self) -> Task {
        self.case.task
    }

    /// Settles what the path owes while it goes on: no later piece pays for it, but the drained rate does.
    pub(super) fn settle(&mut self) -> Result<(), RunnerError> {
        let took = self.store.settle()?;
        self.totals.owed += took;
        self.totals.drained += took;
        self.store.owed_operations = 0;
        Ok(())
    }

    /// Closes a store of which nobody wants to know anything.
    pub(super) fn discard(mut self) -> Result<(), RunnerError> {
        self.reader.take().map(ConcurrentReader::end).transpose()?;
        Ok(self.store.path.close()?)
    }

    /// Drains, closes and verifies. The record has the pieces, and the readings are those around them.
    pub(super) fn finish(
        mut self,
        record: ReplicateRecord,
        units_per_piece: u64,
        readings: Vec<Reading>,
    ) -> Result<(Replicate, TempDir), RunnerError> {
        // Before anything is settled, which a reader would hinder and which is no part of what it reads beside.
        let reads = self.reader.take().map(ConcurrentReader::end).transpose()?;
        let owed_operations = self.store.owed_operations;
        let drained_in = self.store.settle()?;
        if self.case.task == Task::Write && self.case.load.workload.deletes() {
            // What becomes of the space when most of what waited is gone.
            initial_state::shrink_backlog(
                self.store.path.as_mut(),
                &mut self.store.supplies.source,
            )?;
            self.store.path.drain()?;
        }
        let Store { path, supplies: Supplies { source, directory, .. }, .. } = self.store;
        let totals = self.totals;
        let inode = inode(&directory)?;
        // All that can be examined once a case, and what is told by counts and digests in each block.
        let depth = if record.block == 0 { Depth::Full } else { Depth::Counts };
        let (spec, acked) = (self.case.path.as_ref(), source.made());
        let end = close_and_verify(path, spec, directory.path(), acked, totals.recycled, depth)?;
        let record = ReplicateRecord {
            inode,
            operations: totals.operations,
            floor_ns: readings.iter().map(|reading| reading.floor_ns).collect(),
            reference_ns: readings.iter().map(|reading| reading.reference_ns).collect(),
            owed_ns_per_operation: totals.owed_ns_per_operation(drained_in, owed_operations),
            drain_ns: nanoseconds(totals.drained + drained_in),
            longest_ack_ns: totals.acks.longest(),
            verified_records: end.found.records(),
            ..record
        };
        let replicate = Replicate {
            record,
            units_per_piece,
            readings,
            totals,
            tail: self.recorder.take_tail(),
            reads,
            wal_kept: self.wal_kept,
            largest: self.recorder.largest_sizes(),
            database_bytes_begin: self.database_bytes_begin,
            end,
            timeline: self.recorder.finish(),
        };
        Ok((replicate, directory))
    }
}

/// One replicate of a case that stands alone: opens a fresh store, times the pieces, each between two readings of the
/// yardsticks, drains, closes and verifies. The store's directory is handed out, to be removed when nothing is timed.
pub(super) fn measure_alone(
    prepared: &Prepared<'_>,
    position: Position,
    volume: &mut Volume,
    yardsticks: &mut Yardsticks,
) -> Result<(Replicate, Vec<TempDir>), RunnerError> {
    let mut record = begun_at(position);
    let work = prepared.work;
    let mut open = OpenReplicate::open(prepared, volume)?;
    open.warm_up(work.warm_up_units)?;
    let floor = floor_payload_bytes(prepared.case);
    let mut readings = vec![yardsticks.read(&mut volume.floors, floor)?];
    for _ in 0..work.pieces {
        interrupt::check()?;
        volume.floors.awaken()?;
        record.pieces.push(open.piece(work.units_per_piece, work.steps_per_piece)?);
        if yardsticks.settles_pieces && open.task() == Task::Write {
            open.settle()?;
        }
        readings.push(yardsticks.read(&mut volume.floors, floor)?);
    }
    let (replicate, store) = open.finish(record, work.units_per_piece, readings)?;
    Ok((replicate, vec![store]))
}

fn inode(directory: &TempDir) -> Result<u64, RunnerError> {
    let metadata = directory.path().metadata();
    Ok(metadata.map_err(RunnerError::io("looking at", directory.path()))?.ino())
}
