//! How much work a replicate holds: chosen once for each case, and equal in every block.

use std::time::Duration;

use super::Timing;
use super::replicate::{OpenReplicate, Prepared, Work};
use crate::error::RunnerError;
use crate::grounds::Ground;

/// How long a piece should take. The shorter, the nearer the yardsticks; but a reading of both takes 3 ms.
const PIECE: Duration = Duration::from_millis(6);

/// Pieces of a replicate, unless they would take too long.
const PIECES: u32 = 12;

/// The same in turns, where a piece holds the baseline's work too and is compared with that: three for each of four
/// openings, so that a pause of the machine in one of them is not the middle.
const PIECES_IN_TURNS: u32 = 12;

/// How long a piece should take there, of either side.
const PIECE_IN_TURNS: Duration = Duration::from_millis(4);

/// Pieces of a replicate at least, so that a median of them stands for something.
const PIECES_MIN: u32 = 6;

/// How long the pieces of a replicate may take together.
const REPLICATE_MAX: Duration = Duration::from_millis(400);

/// Checkpoint cycles in a piece, where they are short enough.
const CYCLES_PER_PIECE: f64 = 3.0;

/// How long a piece may take so that it holds them. Where cycles are longer, most pieces hold no checkpoint, and
/// the typical piece tells nothing of it: the rates by totals do.
const PIECE_OF_CYCLES_MAX: Duration = Duration::from_millis(60);

/// Pieces of a replicate at most, where the user said how long they should take.
const PIECES_MAX: u32 = 1_000;

/// Units that are tried before the size is chosen: doubled until they take as long as a piece.
const TRIED_UNITS_MAX: u64 = 1 << 20;

/// Chooses the work of a case by trying it on a store of its own, which is thrown away. Units per piece are a power
/// of two, so that two runs choose alike although the machine is not as fast in both; where checkpoints come often,
/// a piece holds [`CYCLES_PER_PIECE`] whole ones on average.
///
/// # Errors
/// Whatever the path answers.
pub(super) fn choose(
    untried: &Prepared<'_>,
    of_block: Timing,
    ground: &mut Ground,
) -> Result<Work, RunnerError> {
    let mut open = OpenReplicate::open(untried, ground)?;
    open.warm_up(1)?;
    let mut units = 1;
    let mut unit = open.piece(units)?.elapsed;
    while unit * u32::try_from(units).unwrap_or(u32::MAX) < PIECE && units < TRIED_UNITS_MAX {
        units *= 2;
        unit = open.piece(units)?.elapsed.div_f64(units as f64);
    }
    // Long enough to meet some checkpoints, if a piece can hold them.
    let mut tried = Duration::ZERO;
    while tried < 2 * PIECE_OF_CYCLES_MAX {
        tried += open.piece(units)?.elapsed.max(Duration::from_nanos(1));
    }
    let cycle = open.units_per_checkpoint();
    open.discard()?;
    let turns = if untried.case.beside.is_some() { 2 } else { 1 };
    Ok(work_for(Tried { unit, cycle, turns }, of_block))
}

/// What trying a case told.
#[derive(Debug, Clone, Copy)]
struct Tried {
    /// How long one unit takes.
    unit: Duration,
    /// Units from one checkpoint to the next, where there was one.
    cycle: Option<f64>,
    /// 2 where a baseline does the same work beside it.
    turns: u32,
}

/// The work of a case of which one unit takes so long.
fn work_for(tried: Tried, of_block: Timing) -> Work {
    let unit = tried.unit.max(Duration::from_nanos(1));
    let in_piece = |units: u64| unit.mul_f64(units as f64);
    let piece = if tried.turns > 1 { PIECE_IN_TURNS } else { PIECE };
    let exact = piece.as_secs_f64() / unit.as_secs_f64();
    let even = if exact <= 1.0 { 1 } else { 1 << exact.log2().round() as u32 };
    let cycles = tried.cycle.map(|cycle| (CYCLES_PER_PIECE * cycle).ceil() as u64);
    let cycles = cycles.filter(|units| in_piece(*units) <= PIECE_OF_CYCLES_MAX);
    let units_per_piece = cycles.unwrap_or(0).max(even);
    let affordable = of_block.pieces.unwrap_or(REPLICATE_MAX).as_secs_f64()
        / in_piece(units_per_piece).as_secs_f64()
        / f64::from(tried.turns);
    let as_needed = if tried.turns > 1 { PIECES_IN_TURNS } else { PIECES };
    let pieces_max = of_block.pieces.map_or(as_needed, |_| PIECES_MAX);
    let pieces = (affordable as u32).clamp(PIECES_MIN, pieces_max).max(of_block.pieces_min);
    let warm_up = of_block.warm_up.map(|time| (time.as_secs_f64() / unit.as_secs_f64()) as u64);
    Work { pieces, units_per_piece, warm_up_units: warm_up.unwrap_or(units_per_piece) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AS_NEEDED: Timing = Timing { warm_up: None, pieces: None, pieces_min: 0 };

    fn alone(unit: Duration) -> Tried {
        Tried { unit, cycle: None, turns: 1 }
    }

    fn units_and_pieces(tried: Tried) -> (u64, u32) {
        let work = work_for(tried, AS_NEEDED);
        (work.units_per_piece, work.pieces)
    }

    #[test]
    fn pieces_are_short_and_few_where_a_packet_is_slow() {
        assert_eq!(units_and_pieces(alone(Duration::from_micros(3))), (2048, 12));
        assert_eq!(units_and_pieces(alone(Duration::from_micros(190))), (32, 12));
        assert_eq!(units_and_pieces(alone(Duration::from_millis(40))), (1, 10));
        assert_eq!(units_and_pieces(alone(Duration::from_millis(400))), (1, PIECES_MIN));
        assert_eq!(units_and_pieces(alone(Duration::ZERO)).1, 12);
        let beside = Tried { turns: 2, ..alone(Duration::from_millis(5)) };
        assert_eq!(units_and_pieces(beside), (1, 12));
    }

    #[test]
    fn a_piece_holds_whole_cycles_where_checkpoints_come_often() {
        let unit = Duration::from_millis(3);
        assert_eq!(units_and_pieces(Tried { cycle: Some(3.2), ..alone(unit) }), (10, 12));
        let rare = Tried { cycle: Some(400.0), ..alone(unit) };
        assert_eq!(units_and_pieces(rare), units_and_pieces(alone(unit)));
    }

    #[test]
    fn what_the_user_says_is_done() {
        let said = Timing {
            warm_up: Some(Duration::from_millis(10)),
            pieces: Some(Duration::from_secs(2)),
            pieces_min: 0,
        };
        let work = work_for(alone(Duration::from_millis(1)), said);
        assert_eq!((work.units_per_piece, work.pieces, work.warm_up_units), (8, 250, 10));
        let many = Timing { pieces_min: 2_000, ..said };
        assert_eq!(work_for(alone(Duration::from_millis(1)), many).pieces, 2_000);
    }
}
