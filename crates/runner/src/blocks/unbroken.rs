//! A case that goes on for as long as its caller likes, on one store: while a store grows, or under a profiler.

use std::time::{Duration, Instant};

use measure::record::{GrowthPoint, PieceRecord, ReplicateRecord};
use tempfile::TempDir;

use super::open_replicate::OpenReplicate;
use super::replicate::{Measured, Position, Ready, Work, begun_at, floor_payload_bytes};
use crate::case::Case;
use crate::error::RunnerError;
use crate::reading::Task;
use crate::store::Start;
use crate::volumes::Volume;
use crate::yardstick::{Reading, Yardsticks};

/// A case while it goes on.
pub struct Unbroken<'case> {
    case: &'case Case,
    open: OpenReplicate<'case>,
    measured: Measured,
    yardsticks: Yardsticks,
    before: Reading,
    begun: Instant,
    /// All that was done so far is one piece.
    record: ReplicateRecord,
    units: u64,
    calls: u32,
}

impl<'case> Unbroken<'case> {
    /// Audits the case and opens it on a store of its own, and reads the yardsticks.
    ///
    /// # Errors
    /// Whatever the path or the disk answers.
    pub fn open(case: &'case Case, volume: &mut Volume, start: Start) -> Result<Self, RunnerError> {
        let begun = Instant::now();
        let record = begun_at(Position { block: 0, place: 0, attempt: 0 });
        let Ready { prepared, measured } = Ready::audited(case, start, volume)?;
        let mut open = OpenReplicate::open(&prepared, volume)?;
        open.warm_up(0)?;
        let mut yardsticks = Yardsticks::open()?;
        let before = yardsticks.read(&mut volume.floors, floor_payload_bytes(case))?;
        let (units, calls) = (0, 0);
        Ok(Self { case, open, measured, yardsticks, before, begun, record, units, calls })
    }

    /// Does so many units more: how long they took.
    ///
    /// # Errors
    /// Whatever the path answers.
    pub fn go_on(&mut self, units: u64) -> Result<Duration, RunnerError> {
        let piece = self.open.unbroken(units, 1)?;
        self.calls += 1;
        self.units += units;
        let done = self.record.pieces.pop().map_or(piece, |done| PieceRecord {
            elapsed_ns: done.elapsed_ns + piece.elapsed_ns,
            commits: done.commits + piece.commits,
            ack_ns_p50: None,
            ..done
        });
        self.record.pieces.push(done);
        Ok(Duration::from_nanos(piece.elapsed_ns))
    }

    /// How the store grew until now, in a case that does not pause.
    pub fn grown(&self) -> Option<&GrowthPoint> {
        self.open.grown()
    }

    /// Drains, reads the yardsticks again, closes and verifies. The store's directory is removed with what is returned.
    ///
    /// # Errors
    /// Whatever the path, the disk or the verification answers.
    pub fn finish(mut self, volume: &mut Volume) -> Result<(Measured, TempDir), RunnerError> {
        if self.case.task == Task::Write {
            self.open.settle()?;
        }
        let floor = floor_payload_bytes(self.case);
        let after = self.yardsticks.read(&mut volume.floors, floor)?;
        let readings = vec![self.before, after];
        let (replicate, directory) = self.open.finish(self.record, self.units, readings)?;
        let work =
            Work { units_per_piece: self.units, steps_per_piece: self.calls, ..Work::ONE_UNIT };
        let measured = Measured {
            work,
            replicates: vec![replicate],
            seconds: self.begun.elapsed().as_secs_f64(),
            ..self.measured
        };
        Ok((measured, directory))
    }
}
