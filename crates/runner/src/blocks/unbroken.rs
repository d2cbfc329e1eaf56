//! A case that goes on for as long as its caller likes, on one store: while a store grows, or under a profiler.

use std::time::{Duration, Instant};

use measure::record::{GrowthPoint, SyncAudit};
use measure::utc::UtcSecond;
use tempfile::TempDir;

use super::measured::Measured;
use super::open_replicate::OpenReplicate;
use super::replicate::{Piece, Position, Prepared, Timed, Work, floor_of};
use super::study::Settling;
use crate::audit::audit;
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
    sync_audit: Option<SyncAudit>,
    yardsticks: Yardsticks,
    before: Reading,
    begun: Instant,
    started_utc: UtcSecond,
    /// All that was done so far.
    done: Option<Piece>,
    calls: u32,
}

impl<'case> Unbroken<'case> {
    /// Audits the case and opens it on a store of its own, and reads the yardsticks.
    ///
    /// # Errors
    /// Whatever the path or the disk answers.
    pub fn open(case: &'case Case, volume: &mut Volume, start: Start) -> Result<Self, RunnerError> {
        let (begun, started_utc) = (Instant::now(), UtcSecond::now());
        case.refuse_unchecked_reader()?;
        let sync_audit = (case.task == Task::Write).then(|| audit(case, volume)).transpose()?;
        let syncs_per_commit = sync_audit.as_ref().map(|audit| audit.syncs_per_commit);
        let prepared = Prepared {
            case,
            work: Work::ONE_UNIT,
            start,
            settling: Settling::default(),
            syncs_per_commit,
        };
        let mut open = OpenReplicate::open(&prepared, volume)?;
        open.warm_up(0)?;
        let mut yardsticks = Yardsticks::open()?;
        let before = yardsticks.read(&mut volume.floors, floor_of(case))?;
        let (done, calls) = (None, 0);
        Ok(Self { case, open, sync_audit, yardsticks, before, begun, started_utc, done, calls })
    }

    /// Does so many units more: how long they took.
    ///
    /// # Errors
    /// Whatever the path answers.
    pub fn go_on(&mut self, units: u64) -> Result<Duration, RunnerError> {
        let piece = self.open.unbroken(units, 1)?;
        self.calls += 1;
        self.done = Some(self.done.map_or(piece, |done| Piece {
            units: done.units + piece.units,
            commits: done.commits + piece.commits,
            elapsed: done.elapsed + piece.elapsed,
            ack_ns_p50: None,
            ..done
        }));
        Ok(piece.elapsed)
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
        let after = self.yardsticks.read(&mut volume.floors, floor_of(self.case))?;
        let (replicate, directory) = self.open.finish(Timed {
            position: Position { block: 0, place: 0, attempt: 0 },
            started_utc: self.started_utc,
            pieces: self.done.into_iter().collect(),
            readings: vec![self.before, after],
            layouts: Vec::new(),
        })?;
        let work = Work {
            units_per_piece: self.done.map_or(0, |done| done.units),
            steps_per_piece: self.calls,
            ..Work::ONE_UNIT
        };
        let measured = Measured {
            sync_audit: self.sync_audit,
            work,
            offered_per_second: self.case.load.driver.offered_per_second(),
            replicates: vec![replicate],
            seconds: self.begun.elapsed().as_secs_f64(),
        };
        Ok((measured, directory))
    }
}
