//! How much work a replicate holds: chosen once for each case, and equal in every block.

mod continuous;
mod tried;

use std::time::Duration;

use write_path::Cycle;

use super::open_replicate::OpenReplicate;
use super::replicate::{PIECES_FOR_BOTH, Prepared, Work, is_beside_the_floor};
use crate::case::Case;
use crate::conditions::Pacing;
use crate::error::RunnerError;
use crate::reading::Task;
use crate::volumes::Volume;
pub(super) use tried::Asked;
use tried::{CYCLES_PER_PIECE, PIECE, Repeats, Tried, Turns};

/// Pieces of a replicate at least, so that a median of them stands for something.
const PIECES_MIN: u32 = 6;

/// The same where each holds whole checkpoint cycles, and so is an average itself.
const PIECES_OF_CYCLES_MIN: u32 = 2;

/// How long the pieces of a replicate may take together.
const REPLICATE_OF_CYCLES_MAX: Duration = Duration::from_millis(160);

/// The same without cycles.
const REPLICATE_MAX: Duration = Duration::from_millis(400);

/// How long a piece between pauses may take so that it holds several cycles, or enough packets for a median.
const PIECE_OF_CYCLES_MAX: Duration = Duration::from_millis(60);

/// How long it may take so that it holds one. Where a cycle is longer, most pieces hold no checkpoint, and the typical
/// piece tells nothing of it: the rates by totals do. Whether pieces hold cycles moves a time by up to a quarter, so that
/// limits lie where no case is near: of this suite's cycles of few packets, on disks of 0.07 to 0.1 ms a sync, none takes
/// more than 155 ms.
const PIECE_OF_A_CYCLE_MAX: Duration = Duration::from_millis(240);

/// Packets of a cycle that may take so long. Those of more take 21 ms at most where nothing is synced, and 90 ms or more
/// where each is.
const PACKETS_OF_A_LONG_CYCLE_MAX: u64 = 400;

/// Pieces of a replicate at most, where the user said how long they should take.
const PIECES_MAX: u32 = 1_000;

/// Units that are tried before the size is chosen: doubled until they take as long as a piece.
const TRIED_UNITS_MAX: u64 = 1 << 20;

/// How often the last size is tried again; the shortest try counts.
const TRIED_AGAIN: u32 = 2;

/// How often a case is tried again, each time a moment later, whose cycle seems a little too long for a piece: a slow
/// moment would size it unlike its twin, and by other work than the next run.
const TRIED_NEAR_THE_LIMIT: u32 = 3;

/// How long such a moment may last.
const MOMENT: Duration = Duration::from_millis(150);

/// Chooses the work of a case by trying it on a store of its own, which is thrown away. Units per piece are a power
/// of two, so that two runs choose alike although the machine is not as fast in both; where checkpoints come often,
/// a piece holds [`CYCLES_PER_PIECE`] whole ones. A case that never pauses has fewer and longer pieces, each of whole
/// cycles.
///
/// # Errors
/// Whatever the path answers.
pub(super) fn choose(
    untried: &Prepared<'_>,
    asked: Asked,
    volume: &mut Volume,
) -> Result<Work, RunnerError> {
    let case = untried.case;
    let unit = match case.load.driver.offered_per_second() {
        // How long a unit takes is what is offered.
        Some(rate) => Duration::from_secs_f64(1.0 / rate),
        None => tried_apart(untried, asked, volume)?,
    };
    let tried = Tried {
        unit,
        repeats: repeats(case, unit, asked.bytes_per_commit),
        deferred: case.path.facts().acks_per_deferred_work.map(|acks| acks.get().into()),
        turns: match case.beside {
            None => Turns::None,
            Some(_) if is_beside_the_floor(case) => Turns::WithFloor,
            Some(_) => Turns::WithPath,
        },
    };
    Ok(match case.pacing {
        Pacing::Paused => work_for(tried, asked),
        Pacing::Continuous => {
            let is_open = case.load.driver.is_open();
            match tried.repeats {
                Repeats::EachUnit if !is_open => work_for(tried, asked),
                Repeats::EachUnit | Repeats::After(_) | Repeats::Never => {
                    continuous::work_for(tried, is_open, asked)
                }
            }
        }
    })
}

/// How long one unit takes: at its fastest in several moments, where that decides whether a piece holds a cycle.
fn tried_apart(
    untried: &Prepared<'_>,
    asked: Asked,
    volume: &mut Volume,
) -> Result<Duration, RunnerError> {
    let mut unit = tried(untried, volume)?;
    for _ in 0..TRIED_NEAR_THE_LIMIT {
        let repeats = repeats(untried.case, unit, asked.bytes_per_commit);
        if !is_near_the_limit(unit, repeats) {
            break;
        }
        std::thread::sleep(MOMENT);
        unit = unit.min(tried(untried, volume)?);
    }
    Ok(unit)
}

/// Whether a cycle would have room in a piece if a unit took no more than half as long.
fn is_near_the_limit(unit: Duration, repeats: Repeats) -> bool {
    let Repeats::After(cycle) = repeats else { return false };
    let too_long = unit.as_secs_f64() * cycle as f64 / piece_of_a_cycle_max(cycle).as_secs_f64();
    1.0 < too_long && too_long <= 2.0
}

fn piece_of_a_cycle_max(cycle: u64) -> Duration {
    if cycle > PACKETS_OF_A_LONG_CYCLE_MAX { PIECE_OF_CYCLES_MAX } else { PIECE_OF_A_CYCLE_MAX }
}

/// How long one unit takes.
fn tried(untried: &Prepared<'_>, volume: &mut Volume) -> Result<Duration, RunnerError> {
    let mut open = OpenReplicate::open(untried, volume)?;
    open.warm_up(1)?;
    let mut units = 1;
    let mut elapsed_ns = open.piece(units, 1)?.elapsed_ns;
    while Duration::from_nanos(elapsed_ns) < PIECE && units < TRIED_UNITS_MAX {
        units *= 2;
        elapsed_ns = open.piece(units, 1)?.elapsed_ns;
    }
    // A single pause of the machine would choose other sizes in the next run.
    for _ in 0..TRIED_AGAIN {
        elapsed_ns = elapsed_ns.min(open.piece(units, 1)?.elapsed_ns);
    }
    open.discard()?;
    Ok(Duration::from_nanos(elapsed_ns).div_f64(units as f64).max(Duration::from_nanos(1)))
}

fn repeats(case: &Case, unit: Duration, bytes_per_commit: Option<f64>) -> Repeats {
    if case.task != Task::Write {
        return Repeats::EachUnit;
    }
    let load = case.load;
    let after = |units: f64| Repeats::After((units.ceil() as u64).max(1));
    match case.path.facts().cycle {
        Cycle::Commit => Repeats::EachUnit,
        Cycle::Never => Repeats::Never,
        Cycle::WalBytes(bytes) => match bytes_per_commit {
            // Packets that share a commit write little more than one of them.
            Some(each) if each > 0.0 => {
                let commits = (bytes as f64 / each).ceil();
                after(commits * f64::from(load.driver.packets_in_flight().get()))
            }
            Some(_) | None => Repeats::Never,
        },
        Cycle::Operations(operations) => {
            let each = load.records_per_packet.get() * load.workload.operations_per_record();
            after(operations as f64 / f64::from(each))
        }
        Cycle::Time(time) => after(time.as_secs_f64() / unit.as_secs_f64()),
    }
}

/// The work of a case that pauses between its pieces.
fn work_for(tried: Tried, asked: Asked) -> Work {
    let of_block = asked.of_block;
    let unit = tried.unit.max(Duration::from_nanos(1));
    let in_piece = |units: u64| unit.mul_f64(units as f64);
    let exact = tried.turns.piece().as_secs_f64() / unit.as_secs_f64();
    let even = if exact <= 1.0 { 1 } else { 1 << exact.log2().round() as u32 };
    let wanted = [tried.deferred, Some(tried.turns.units_min())].into_iter().flatten();
    let wanted = wanted.filter(|units| in_piece(*units) <= PIECE_OF_CYCLES_MAX);
    let least = wanted.fold(even, u64::max);
    let cycles = tried.whole_cycles(least);
    let units_per_piece = cycles.unwrap_or(least);
    let (pieces_min, replicate_max) = match cycles {
        // All blocks together have enough for a fit.
        Some(_) => {
            let fitted = (PIECES_FOR_BOTH as u32).div_ceil(asked.blocks.get());
            (PIECES_OF_CYCLES_MIN.max(fitted), REPLICATE_OF_CYCLES_MAX)
        }
        None => (PIECES_MIN, REPLICATE_MAX),
    };
    let affordable = of_block.pieces.unwrap_or(replicate_max).as_secs_f64()
        / in_piece(units_per_piece).as_secs_f64()
        / tried.turns.sides();
    let pieces_max = of_block.pieces.map_or(tried.turns.pieces(), |_| PIECES_MAX);
    let pieces = (affordable as u32).clamp(pieces_min, pieces_max).max(of_block.pieces_min);
    let warm_up = of_block.warm_up.map(|time| (time.as_secs_f64() / unit.as_secs_f64()) as u64);
    Work {
        pieces,
        units_per_piece,
        steps_per_piece: 1,
        // A piece of whole cycles is one wherever in a cycle it begins.
        warm_up_units: warm_up.unwrap_or(least.min(units_per_piece)),
    }
}

impl Tried {
    /// Units of as many whole cycles as `least` units and [`CYCLES_PER_PIECE`] ask for, or as a piece may hold of
    /// them; `None` where there are no cycles, or not one has room. In turns both sides meet the same checkpoints, and
    /// the typical piece compares them whether it holds one or not.
    fn whole_cycles(&self, least: u64) -> Option<u64> {
        let Repeats::After(cycle) = self.repeats else { return None };
        let in_pieces_of =
            |max: Duration| (max.as_secs_f64() / self.unit.as_secs_f64()) as u64 / cycle;
        let one_max = match self.turns {
            Turns::None => piece_of_a_cycle_max(cycle),
            Turns::WithPath | Turns::WithFloor => PIECE_OF_CYCLES_MAX / CYCLES_PER_PIECE as u32,
        };
        let cycles = least.div_ceil(cycle).max(CYCLES_PER_PIECE);
        let cycles =
            cycles.min(in_pieces_of(PIECE_OF_CYCLES_MAX)).max(in_pieces_of(one_max).min(1));
        (cycles > 0).then(|| cycles.saturating_mul(cycle))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::blocks::replicate::Timing;

    const AS_NEEDED: Asked = Asked {
        of_block: Timing { warm_up: None, pieces: None, pieces_min: 0 },
        blocks: NonZeroU32::new(12).expect("not zero"),
        bytes_per_commit: None,
    };

    fn alone(unit: Duration) -> Tried {
        Tried { unit, repeats: Repeats::EachUnit, deferred: None, turns: Turns::None }
    }

    fn units_and_pieces(tried: Tried) -> (u64, u32) {
        let work = work_for(tried, AS_NEEDED);
        (work.units_per_piece, work.pieces)
    }

    #[test]
    fn pieces_are_short_and_few_where_a_packet_is_slow() {
        assert_eq!(units_and_pieces(alone(Duration::from_micros(3))), (2048, 8));
        assert_eq!(units_and_pieces(alone(Duration::from_micros(190))), (32, 8));
        assert_eq!(units_and_pieces(alone(Duration::from_millis(40))), (1, 8));
        assert_eq!(units_and_pieces(alone(Duration::from_millis(400))), (1, PIECES_MIN));
        assert_eq!(units_and_pieces(alone(Duration::ZERO)).1, 8);
        let beside = Tried { turns: Turns::WithPath, ..alone(Duration::from_millis(5)) };
        assert_eq!(units_and_pieces(beside), (1, 12));
    }

    #[test]
    fn turns_with_the_floor_are_long_enough_for_medians_unless_a_packet_is_too_slow() {
        let beside = |unit| Tried { turns: Turns::WithFloor, ..alone(unit) };
        assert_eq!(units_and_pieces(beside(Duration::from_micros(70))), (64, 16));
        assert_eq!(units_and_pieces(beside(Duration::from_micros(400))), (40, 12));
        assert_eq!(units_and_pieces(beside(Duration::from_millis(3))), (2, 16));
    }

    #[test]
    fn a_piece_holds_whole_cycles_where_checkpoints_come_often() {
        let unit = Duration::from_millis(3);
        assert_eq!(units_and_pieces(Tried { repeats: Repeats::After(4), ..alone(unit) }), (12, 4));
        let twice = Tried { repeats: Repeats::After(10), ..alone(unit) };
        assert_eq!(units_and_pieces(twice), (20, 2), "60 ms");
        let once = Tried { repeats: Repeats::After(79), ..alone(unit) };
        assert_eq!(units_and_pieces(once), (79, 2), "237 ms");
        let few_blocks = Asked { blocks: NonZeroU32::new(5).expect("not zero"), ..AS_NEEDED };
        assert_eq!(work_for(once, few_blocks).pieces, 3, "enough for a fit over all blocks");
        let too_long = Tried { repeats: Repeats::After(81), ..alone(unit) };
        assert_eq!(units_and_pieces(too_long), units_and_pieces(alone(unit)), "243 ms");
        let often = Tried { repeats: Repeats::After(5), ..alone(Duration::from_micros(100)) };
        assert_eq!(units_and_pieces(often).0, 65, "as many whole ones as 6 ms have");
        let of_packets = |packets| {
            let unit = Duration::from_micros(200);
            units_and_pieces(Tried { repeats: Repeats::After(packets), ..alone(unit) })
        };
        assert_eq!(of_packets(400), (400, 2), "80 ms");
        assert_eq!(of_packets(401), (32, 8), "too many packets for that");
        let in_turns = Tried { turns: Turns::WithPath, ..once };
        assert_eq!(
            units_and_pieces(in_turns),
            units_and_pieces(Tried { repeats: Repeats::Never, ..in_turns })
        );
        assert_eq!(units_and_pieces(Tried { deferred: Some(16), ..alone(unit) }), (16, 8));
        for rare in [Repeats::After(400), Repeats::Never] {
            let rare = Tried { repeats: rare, ..alone(unit) };
            assert_eq!(units_and_pieces(rare), units_and_pieces(alone(unit)));
        }
    }

    #[test]
    fn a_cycle_that_is_a_little_too_long_for_a_piece_is_looked_at_again() {
        let is_near =
            |(unit, cycle)| is_near_the_limit(Duration::from_micros(unit), Repeats::After(cycle));
        let few = [(590, 400), (610, 400), (1190, 400), (1210, 400)];
        assert_eq!(few.map(is_near), [false, true, true, false]);
        let many = [(100, 590), (100, 610), (100, 1190), (100, 1210)];
        assert_eq!(many.map(is_near), [false, true, true, false]);
        assert!(!is_near_the_limit(Duration::from_secs(1), Repeats::Never));
    }

    #[test]
    fn what_the_user_says_is_done() {
        let of_block = Timing {
            warm_up: Some(Duration::from_millis(10)),
            pieces: Some(Duration::from_secs(2)),
            pieces_min: 0,
        };
        let said = Asked { of_block, ..AS_NEEDED };
        let work = work_for(alone(Duration::from_millis(1)), said);
        assert_eq!((work.units_per_piece, work.pieces, work.warm_up_units), (8, 250, 10));
        let many = Asked { of_block: Timing { pieces_min: 2_000, ..of_block }, ..said };
        assert_eq!(work_for(alone(Duration::from_millis(1)), many).pieces, 2_000);
    }
}
