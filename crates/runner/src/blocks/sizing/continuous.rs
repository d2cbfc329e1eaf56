//! The work of a case that does not pause between commits: few long pieces, each of whole checkpoint cycles.

use std::time::Duration;

use super::tried::{Asked, CYCLES_PER_PIECE, PIECES, Repeats, Tried};
use crate::blocks::replicate::Work;
use crate::blocks::timing::OWN_CHECKPOINTS_MIN;

/// How long the pieces of a replicate take together.
const REPLICATE: Duration = Duration::from_millis(500);

/// How long a piece takes at least: a thread that works beside the packets rests after each.
const PIECE: Duration = Duration::from_millis(200);

/// How long a replicate may take so that all blocks together hold [`OWN_CHECKPOINTS_MIN`] cycles.
const REPLICATE_MAX: Duration = Duration::from_secs(3);

/// The same where a path never does the same again while packets come as fast as it takes them: what it puts off grows
/// all the time, and its drain, which is timed too, takes many times as long.
const REPLICATE_OF_BACKLOG: Duration = Duration::from_millis(200);

/// How long a warm-up takes.
const WARM_UP: Duration = Duration::from_millis(30);

/// Steps of a replicate, by which it is told how a store grew.
const STEPS: u32 = 10;

/// A piece holds at least [`CYCLES_PER_PIECE`] whole cycles if a replicate can hold as many; else the replicate is one
/// piece of as many as it takes to have enough over all blocks, and of none where one would take too long. Where a path
/// never does the same again, or packets come at their own times, a replicate is one piece as well.
pub(super) fn work_for(tried: Tried, is_open: bool, asked: Asked) -> Work {
    let unit = tried.unit.max(Duration::from_nanos(1));
    let replicate = asked.of_block.pieces.unwrap_or(REPLICATE);
    let units_in = |time: Duration| ((time.as_secs_f64() / unit.as_secs_f64()) as u64).max(1);
    let (pieces, units_per_piece) = match tried.repeats {
        Repeats::Never if !is_open => {
            (1, units_in(asked.of_block.pieces.unwrap_or(REPLICATE_OF_BACKLOG)))
        }
        Repeats::EachUnit | Repeats::Never => (1, units_in(replicate)),
        Repeats::After(cycle) => {
            let cycles_in = |time: Duration| units_in(time) / cycle;
            let of_replicate = cycles_in(replicate);
            if of_replicate >= CYCLES_PER_PIECE && !is_open {
                let cycles = cycles_in(PIECE).max(CYCLES_PER_PIECE).min(of_replicate);
                let pieces = (of_replicate / cycles).min(PIECES.into());
                (pieces as u32, cycles * cycle)
            } else {
                let enough = u64::from(OWN_CHECKPOINTS_MIN.div_ceil(asked.blocks.get()));
                let cycles = of_replicate.max(enough).min(cycles_in(REPLICATE_MAX));
                (1, if cycles == 0 { units_in(REPLICATE_MAX) } else { cycles * cycle })
            }
        }
    };
    let steps = STEPS.max(asked.of_block.pieces_min).div_ceil(pieces);
    let warm_up = units_in(asked.of_block.warm_up.unwrap_or(WARM_UP));
    Work {
        pieces,
        units_per_piece,
        steps_per_piece: steps.min(u32::try_from(units_per_piece).unwrap_or(u32::MAX)),
        warm_up_units: warm_up,
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::blocks::sizing::tried::Turns;
    use crate::blocks::timing::Timing;

    const FOUR_BLOCKS: Asked = Asked {
        of_block: Timing { warm_up: None, pieces: None, pieces_min: 0 },
        blocks: NonZeroU32::new(4).expect("not zero"),
        bytes_per_commit: None,
    };

    fn work(milliseconds: u64, repeats: Repeats, is_open: bool) -> (u32, u64, u32) {
        let tried = Tried {
            unit: Duration::from_millis(milliseconds),
            repeats,
            deferred: None,
            turns: Turns::None,
        };
        let work = work_for(tried, is_open, FOUR_BLOCKS);
        (work.pieces, work.units_per_piece, work.steps_per_piece)
    }

    #[test]
    fn short_cycles_make_pieces_of_a_fifth_of_a_second() {
        assert_eq!(work(4, Repeats::After(3), false), (2, 48, 5));
        assert_eq!(work(4, Repeats::After(13), false), (3, 39, 4));
    }

    #[test]
    fn longer_cycles_are_held_by_one_piece_that_is_long_enough() {
        assert_eq!(work(4, Repeats::After(40), false), (1, 3 * 40, 10), "three in 480 ms");
        assert_eq!(
            work(4, Repeats::After(100), false),
            (1, 2 * 100, 10),
            "two, as four blocks need"
        );
        assert_eq!(work(4, Repeats::After(250), false), (1, 2 * 250, 10), "two in two seconds");
        assert_eq!(
            work(4, Repeats::After(500), false),
            (1, 500, 10),
            "a second one takes too long"
        );
        assert_eq!(work(4, Repeats::After(2_000), false), (1, 750, 10), "one takes too long");
    }

    #[test]
    fn what_never_repeats_itself_or_comes_at_its_own_times_is_one_piece() {
        assert_eq!(work(4, Repeats::Never, false), (1, 50, 10));
        assert_eq!(work(4, Repeats::After(3), true), (1, 123, 10));
        assert_eq!(work(4, Repeats::EachUnit, true), (1, 125, 10));
        assert_eq!(work(900, Repeats::Never, false), (1, 1, 1));
    }

    #[test]
    fn what_the_user_says_is_done() {
        let said = Timing {
            warm_up: Some(Duration::from_millis(100)),
            pieces: Some(Duration::from_millis(1_500)),
            pieces_min: 25,
        };
        let tried = Tried {
            unit: Duration::from_millis(10),
            repeats: Repeats::Never,
            deferred: None,
            turns: Turns::None,
        };
        let work = work_for(tried, false, Asked { of_block: said, ..FOUR_BLOCKS });
        assert_eq!((work.units_per_piece, work.steps_per_piece), (150, 25));
        assert_eq!(work.warm_up_units, 10);
    }
}
