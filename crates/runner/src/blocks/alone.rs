//! One replicate of a case that stands alone: its pieces, each between two readings of the yardsticks.

use measure::utc::UtcSecond;
use tempfile::TempDir;

use super::open_replicate::OpenReplicate;
use super::replicate::{Position, Prepared, Replicate, Timed, floor_of};
use super::study::Settling;
use crate::error::RunnerError;
use crate::interrupt;
use crate::reading::Task;
use crate::volumes::Volume;
use crate::yardstick::Yardsticks;

/// Opens a fresh store, times the pieces, drains, closes and verifies. The store's directory is handed out, to be
/// removed when nothing is timed.
///
/// # Errors
/// Whatever the path, the disk or the verification answers.
pub(super) fn measure(
    prepared: &Prepared<'_>,
    position: Position,
    volume: &mut Volume,
    yardsticks: &mut Yardsticks,
) -> Result<(Replicate, Vec<TempDir>), RunnerError> {
    let started_utc = UtcSecond::now();
    let work = prepared.work;
    let mut open = OpenReplicate::open(prepared, volume)?;
    open.warm_up(work.warm_up_units)?;
    let floor = floor_of(prepared.case);
    let mut readings = vec![yardsticks.read(&mut volume.floors, floor)?];
    let mut pieces = Vec::new();
    for _ in 0..work.pieces {
        interrupt::check()?;
        volume.floors.awaken()?;
        pieces.push(open.piece(work.units_per_piece, work.steps_per_piece)?);
        if prepared.settling == Settling::AfterEachPiece && open.task() == Task::Write {
            open.settle()?;
        }
        readings.push(yardsticks.read(&mut volume.floors, floor)?);
    }
    let (replicate, store) =
        open.finish(Timed { position, started_utc, pieces, readings, layouts: Vec::new() })?;
    Ok((replicate, vec![store]))
}
