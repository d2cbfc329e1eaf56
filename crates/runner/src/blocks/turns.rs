//! One replicate of a case that takes turns with a baseline: both do the same work in the same second.
//!
//! A piece is four turns, A B B A and then B A A B, so that a drift falls out. Some pieces later both are closed, and
//! opened again with the two directories exchanged: where files and memory happen to lie makes one store some percent
//! faster than its like, and that falls out of an even number of openings. Where code lies makes it faster or slower too:
//! at each opening either side takes another layout of its code. A store cannot change hands with a baseline that stores
//! no records, the floor: there each block is a placement of its own, and nothing more.

use std::sync::Arc;

use measure::record::{LayoutsRecord, PieceRecord, ReplicateRecord};
use tempfile::TempDir;
use write_path::PathSpec;

use super::layouts::LayoutOrder;
use super::open_replicate::OpenReplicate;
use super::replicate::{
    Position, Prepared, Replicate, begun_at, floor_payload_bytes, is_beside_the_floor,
};
use crate::case::Case;
use crate::error::RunnerError;
use crate::interrupt;
use crate::reading::Task;
use crate::volumes::Volume;
use crate::yardstick::{Reading, Yardsticks};

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Case,
    Baseline,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Case => Self::Baseline,
            Self::Baseline => Self::Case,
        }
    }
}

/// Both stores, of which one is in use and the other is suspended.
struct Pair<'case> {
    /// Each at the place of its side.
    sides: [OpenReplicate<'case>; 2],
    in_use: Side,
}

/// Measures one replicate, and hands out both stores' directories, to be removed when nothing is timed.
pub(super) fn measure<'case>(
    prepared: &Prepared<'case>,
    layouts: LayoutOrder<'case>,
    position: Position,
    volume: &mut Volume,
    yardsticks: &mut Yardsticks,
) -> Result<(Replicate, Vec<TempDir>), RunnerError> {
    let mut record = begun_at(position);
    let work = prepared.work;
    let paths = |opening: u32| layouts.paths(position.block, opening);
    let cases = paths(0).map(|path| prepared.case.clone().on(path));
    // Where memory lies depends on who is opened last, so that alternates too, in each replicate and from block to block.
    let opened_last = |opening: u32| {
        if (position.block + opening).is_multiple_of(2) { Side::Case } else { Side::Baseline }
    };
    let sides = cases.each_ref().map(|case| Prepared { case, ..*prepared });
    let mut pair = Pair::open(&sides, opened_last(0), volume)?;
    let floor = floor_payload_bytes(prepared.case);
    let mut readings = Vec::new();
    let openings = openings(prepared.case, layouts).min(work.pieces);
    for opening in 0..openings {
        if opening > 0 {
            pair = pair.with_directories_exchanged(paths(opening), opened_last(opening))?;
        }
        record.layouts.push(pair.warm_up(work.warm_up_units)?);
        if readings.is_empty() {
            readings.push(yardsticks.read(&mut volume.floors, floor)?);
        }
        let share = |opening| work.pieces * opening / openings;
        for number in 0..share(opening + 1) - share(opening) {
            interrupt::check()?;
            let begins = if (position.block + opening + number).is_multiple_of(2) {
                Side::Case
            } else {
                Side::Baseline
            };
            volume.floors.awaken()?;
            let piece = pair.four_turns(begins, work.units_per_piece)?;
            record.pieces.push(PieceRecord { opening, ..piece });
            readings.push(yardsticks.read(&mut volume.floors, floor)?);
        }
    }
    pair.finish(record, work.units_per_piece, readings)
}

fn openings(case: &Case, layouts: LayoutOrder<'_>) -> u32 {
    if is_beside_the_floor(case) { 1 } else { layouts.openings() }
}

impl<'case> Pair<'case> {
    fn open(
        prepared: &[Prepared<'case>; 2],
        last: Side,
        volume: &mut Volume,
    ) -> Result<Self, RunnerError> {
        let mut first = OpenReplicate::open(&prepared[last.other() as usize], volume)?;
        first.store.path.suspend();
        let second = OpenReplicate::open(&prepared[last as usize], volume)?;
        let sides = match last {
            Side::Case => [second, first],
            Side::Baseline => [first, second],
        };
        Ok(Self { sides, in_use: last })
    }

    /// Suspends one and resumes the other.
    fn switch_to(&mut self, side: Side) -> Result<(), RunnerError> {
        if self.in_use != side {
            self.of(side.other()).store.path.suspend();
            self.of(side).store.path.resume()?;
            self.in_use = side;
        }
        Ok(())
    }

    fn of(&mut self, side: Side) -> &mut OpenReplicate<'case> {
        &mut self.sides[side as usize]
    }

    /// Does some work on either side that is not timed, and says in which layouts they are open.
    fn warm_up(&mut self, units: u64) -> Result<LayoutsRecord, RunnerError> {
        let mut layouts = [None; 2];
        for side in [self.in_use.other(), self.in_use] {
            self.switch_to(side)?;
            self.of(side).warm_up(units)?;
            self.settle(side)?;
            layouts[side as usize] = self.of(side).layout()?;
        }
        let [case, baseline] = layouts;
        Ok(LayoutsRecord { case, baseline })
    }

    /// What a turn left to do is done before the next one, and off its clock: one's checkpoint would else fall into
    /// the other's turn.
    fn settle(&mut self, side: Side) -> Result<(), RunnerError> {
        let replicate = self.of(side);
        if replicate.task() == Task::Write {
            replicate.settle()?;
        }
        Ok(())
    }

    /// So many units on either side, half of them in each of its two turns.
    fn four_turns(&mut self, begins: Side, units: u64) -> Result<PieceRecord, RunnerError> {
        let other = begins.other();
        let (first, second) = (units.div_ceil(2), units / 2);
        let mut pieces: [Option<PieceRecord>; 2] = [None; 2];
        for (side, units) in [(begins, first), (other, first), (other, second), (begins, second)] {
            if units == 0 {
                continue;
            }
            self.switch_to(side)?;
            let turn = self.of(side).piece(units, 1)?;
            self.settle(side)?;
            let piece = &mut pieces[side as usize];
            *piece = Some(piece.map_or(turn, |before| joined(&before, &turn)));
        }
        let [Some(piece), Some(baseline)] = pieces else { return Err(RunnerError::NoSamples) };
        Ok(PieceRecord {
            baseline_ns: Some(baseline.elapsed_ns),
            baseline_ack_ns_p50: baseline.ack_ns_p50,
            ..piece
        })
    }

    /// Closes both, and opens each on the other's directory, perhaps in another layout. Both hold the same records, and
    /// every setting is set anew.
    fn with_directories_exchanged(
        mut self,
        [spec, baseline_spec]: [&'case Arc<dyn PathSpec>; 2],
        last: Side,
    ) -> Result<Self, RunnerError> {
        self.switch_to(Side::Case)?;
        let [mut case, mut baseline] = self.sides;
        let closed_case = case.store.close()?;
        baseline.store.path.resume()?;
        let closed_baseline = baseline.store.close()?;
        match last {
            Side::Case => {
                baseline.store = closed_case.open(baseline_spec.as_ref())?;
                baseline.store.path.suspend();
                case.store = closed_baseline.open(spec.as_ref())?;
            }
            Side::Baseline => {
                case.store = closed_baseline.open(spec.as_ref())?;
                case.store.path.suspend();
                baseline.store = closed_case.open(baseline_spec.as_ref())?;
            }
        }
        Ok(Self { sides: [case, baseline], in_use: last })
    }

    fn finish(
        mut self,
        record: ReplicateRecord,
        units_per_piece: u64,
        readings: Vec<Reading>,
    ) -> Result<(Replicate, Vec<TempDir>), RunnerError> {
        let of_baseline = record.clone();
        self.switch_to(Side::Case)?;
        let [case, mut baseline] = self.sides;
        let (replicate, store) = case.finish(record, units_per_piece, readings)?;
        baseline.store.path.resume()?;
        let (_same_work, other_store) =
            baseline.finish(of_baseline, units_per_piece, Vec::new())?;
        Ok((replicate, vec![store, other_store]))
    }
}

/// Two turns as one, with the middle of the two medians.
fn joined(first: &PieceRecord, second: &PieceRecord) -> PieceRecord {
    PieceRecord {
        elapsed_ns: first.elapsed_ns + second.elapsed_ns,
        commits: first.commits + second.commits,
        ack_ns_p50: first.ack_ns_p50.zip(second.ack_ns_p50).map(|(a, b)| u64::midpoint(a, b)),
        ..*first
    }
}
