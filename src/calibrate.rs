//! `durabench calibrate`: does the judgement say what is true, on this machine?

mod kinds;
mod limits;
mod null_pairs;
mod plant;
mod plant_size;
mod planted;
mod rounds;

use std::io::Write;
use std::num::NonZeroU32;
use std::process::ExitCode;

use clap::{Args, ValueEnum as _};
use runner::blocks::drawn_seed;

use crate::bounded::{from_one_to, up_to, within};
use kinds::Kind;
use limits::Ending;
use plant::PlantedIn;
use rounds::Rounds;

#[derive(Args)]
pub(crate) struct Options {
    /// Rounds of null pairs: in each, every case of the kinds stands beside itself. The default gives somewhat more than
    /// 400 pairs of all kinds.
    #[arg(long, default_value = "24", value_parser = from_one_to(ROUNDS_MAX), conflicts_with = "planted")]
    rounds: NonZeroU32,
    /// Blocks of a round or run; 8 for null pairs, and 6 for planted costs, unless told.
    #[arg(long, value_parser = |text: &str| within(text, BLOCKS_MIN, BLOCKS_MAX))]
    blocks: Option<NonZeroU32>,
    /// Kinds of null pairs, separated by commas.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_values_t = Kind::value_variants().to_vec(),
        conflicts_with = "planted"
    )]
    kinds: Vec<Kind>,
    /// Gives the orders of the cases in the blocks; drawn unless told.
    #[arg(long, value_parser = up_to(SEED_MAX))]
    seed: Option<u32>,
    /// Plants a cost of so many percent, and counts how often it is found; and one of 0 %, which must not be.
    #[arg(long, value_name = "PERCENT", value_parser = from_one_to(PLANTED_PERCENT_MAX))]
    planted: Option<NonZeroU32>,
    /// How often the planted costs are looked for.
    #[arg(long, default_value = "20", value_parser = from_one_to(ROUNDS_MAX), requires = "planted")]
    runs: NonZeroU32,
    /// Where the cost is planted; `sqlite` needs a program compiled with `DURABENCH_BUILDS=calibrate`.
    #[arg(
        long = "in",
        value_enum,
        value_delimiter = ',',
        default_values_t = PlantedIn::value_variants().to_vec(),
        requires = "planted"
    )]
    places: Vec<PlantedIn>,
}

/// Rounds at most: some days.
const ROUNDS_MAX: u32 = 2_000;

/// With fewer blocks nothing is judged.
const BLOCKS_MIN: NonZeroU32 = NonZeroU32::new(4).expect("not zero");

/// Blocks at most: their pieces are kept in memory.
const BLOCKS_MAX: NonZeroU32 = NonZeroU32::new(200).expect("not zero");

/// A cost of half of the packet's time can be seen by eye.
const PLANTED_PERCENT_MAX: u32 = 50;

/// Seeds of at most nine digits, which can be read out and typed.
const SEED_MAX: u32 = 999_999_999;

/// Blocks of a round of null pairs.
const NULL_BLOCKS: NonZeroU32 = NonZeroU32::new(8).expect("not zero");

/// Blocks of a run with planted costs, as in `compile_flags`.
const PLANTED_BLOCKS: NonZeroU32 = NonZeroU32::new(8).expect("not zero");

/// Measures, prints what it found, and says by the exit code whether the limits are kept: 0 if so, 3 if not, 4 where too
/// little was measured to tell, 1 if a case failed, and 130 after Ctrl-C, which keeps what is finished.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    fixture::install_interrupt();
    let seed = options.seed.map_or_else(|| drawn_seed() % u64::from(SEED_MAX), u64::from);
    let rounds = |name, count, blocks| {
        let blocks = options.blocks.unwrap_or(blocks);
        Rounds { name, count, blocks, seed }
    };
    let ended = match options.planted {
        None => {
            let kinds = options.kinds.iter().copied().collect();
            null_pairs::run(&kinds, &rounds("round", options.rounds, NULL_BLOCKS), out)
        }
        Some(percent) => {
            let places = options.places.iter().copied().collect();
            planted::run(percent, &places, &rounds("run", options.runs, PLANTED_BLOCKS), out)
        }
    };
    let ending = match ended {
        Err(_) if fixture::check_interrupt().is_err() => Ending::Interrupted,
        ended => ended?,
    };
    writeln!(out, "{}", ending.sentence())?;
    Ok(ending.exit_code())
}
