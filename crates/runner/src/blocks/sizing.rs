//! How much work a replicate holds: chosen once for each case, and equal in every block.

use std::time::Duration;

use super::replicate::{OpenReplicate, Prepared, Work};
use crate::error::RunnerError;
use crate::grounds::Ground;

/// How long a piece should take. The shorter, the nearer the yardsticks; but a reading of both takes 3 ms.
const PIECE: Duration = Duration::from_millis(6);

/// Pieces of a replicate, unless they would take too long.
const PIECES: u32 = 12;

/// Pieces of a replicate at least, so that a median of them stands for something.
const PIECES_MIN: u32 = 6;

/// How long the pieces of a replicate may take together.
const REPLICATE_MAX: Duration = Duration::from_millis(400);

/// Units that are tried before the size is chosen: doubled until they take as long as a piece.
const TRIED_UNITS_MAX: u64 = 1 << 20;

/// Chooses the work of a case by trying it on a store of its own, which is thrown away. Units per piece are a power
/// of two, so that two runs choose alike although the machine is not as fast in both.
///
/// # Errors
/// Whatever the path answers.
pub(super) fn choose(untried: &Prepared<'_>, ground: &mut Ground) -> Result<Work, RunnerError> {
    let mut open = OpenReplicate::open(untried, ground)?;
    let mut units = 1;
    let mut unit = open.piece(units)?.elapsed;
    while unit * u32::try_from(units).unwrap_or(u32::MAX) < PIECE && units < TRIED_UNITS_MAX {
        units *= 2;
        unit = open.piece(units)?.elapsed.div_f64(units as f64);
    }
    open.discard()?;
    Ok(work_for(unit))
}

/// The work of a case of which one unit takes so long.
fn work_for(unit: Duration) -> Work {
    let unit = unit.max(Duration::from_nanos(1));
    let exact = PIECE.as_secs_f64() / unit.as_secs_f64();
    let units_per_piece = if exact <= 1.0 { 1 } else { 1 << exact.log2().round() as u32 };
    let piece = unit.mul_f64(units_per_piece as f64);
    let affordable = REPLICATE_MAX.as_secs_f64() / piece.as_secs_f64();
    let pieces = (affordable as u32).clamp(PIECES_MIN, PIECES);
    Work { pieces, units_per_piece, warm_up_units: units_per_piece }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_short_and_few_where_a_packet_is_slow() {
        let fast = work_for(Duration::from_micros(3));
        assert_eq!((fast.units_per_piece, fast.pieces), (2048, 12));
        let synced = work_for(Duration::from_micros(190));
        assert_eq!((synced.units_per_piece, synced.pieces), (32, 12));
        let slow = work_for(Duration::from_millis(40));
        assert_eq!((slow.units_per_piece, slow.pieces), (1, 10));
        let slower = work_for(Duration::from_millis(400));
        assert_eq!((slower.units_per_piece, slower.pieces), (1, PIECES_MIN));
        assert_eq!(work_for(Duration::ZERO).pieces, 12);
    }
}
