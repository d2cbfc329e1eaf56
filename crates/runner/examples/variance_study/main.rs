//! Where the noise of a case comes from, and which yardsticks take it away.
//!
//! ```text
//! cargo run --release -p runner --example variance_study -- BLOCKS [KIND,KIND,... | all] [PIECES.csv]
//! ```
//!
//! Each kind of case is measured twice in each block, under two names: an A/A pair. Their true ratio is 1, so the
//! spread of the logarithm of their ratio over blocks is noise. The first table tells that spread for each way to
//! bring a block to one figure: by the mean or the median packet; as it is, over the floor, over each candidate for the CPU
//! reference (a batch of SQLite's inserts, copying and checksums, one of each), and over the floor and a candidate.
//!
//! The second table tells where it comes from: the standard deviation between moments (blocks), between placements
//! (fresh stores) of a moment, and between pieces of a placement, as measured and over the floor and SQLite's batch.
//!
//! All of it comes twice: as cases run, and with what they owe settled after each piece, off its clock. The pieces can be
//! written to a file, for other tools.

mod components;
mod copying;
mod csv;
mod kinds;
mod pieces;
mod table;

use std::num::NonZeroU32;
use std::path::Path;

use anyhow::{Context, Result, bail};
use runner::blocks::{
    Blocks, Effort, Progress, Run, Step, Subject, Timing, drawn_seed, measure_beside,
};
use runner::prefill::Extent;
use runner::volumes::Volumes;
use runner::yardstick::Yardsticks;
use runner::{RunnerError, interrupt};

use copying::Copying;
use kinds::Kind;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "expected a number of blocks, 2 or more";
    let blocks: NonZeroU32 = arguments.next().context(usage)?.parse().context(usage)?;
    let kinds = selected(&arguments.next().unwrap_or_else(|| "all".into()))?;
    let pieces_file = arguments.next();
    interrupt::install();
    let mut pieces = csv::HEADER.to_string();
    for settles_pieces in [false, true] {
        let run = study(&kinds, blocks, settles_pieces, &mut pieces)?;
        table::print_spreads(&kinds, &run);
        println!();
        table::print_components(&kinds, &run);
        println!();
    }
    if let Some(file) = pieces_file {
        std::fs::write(&file, pieces).with_context(|| format!("writing {file}"))?;
    }
    Ok(())
}

fn selected(names: &str) -> Result<Vec<Kind>> {
    let mut kinds = kinds::all()?;
    if names == "all" {
        return Ok(kinds);
    }
    let known: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    if let Some(unknown) = names.split(',').find(|name| !known.contains(name)) {
        bail!("expected kinds of {}, got {unknown:?}", known.join(", "));
    }
    kinds.retain(|kind| names.split(',').any(|name| name == kind.name));
    Ok(kinds)
}

/// Measures the pairs of all kinds, and adds their pieces to a table.
fn study(
    kinds: &[Kind],
    blocks: NonZeroU32,
    settles_pieces: bool,
    pieces: &mut String,
) -> Result<Run> {
    let ids: Vec<(String, String)> =
        kinds.iter().map(|kind| (kind.name.to_string(), format!("{}-again", kind.name))).collect();
    let subjects: Vec<Subject<'_>> = kinds
        .iter()
        .zip(&ids)
        .flat_map(|(kind, (first, second))| {
            [first, second].map(|id| {
                let case = &kind.case;
                Subject { id, case, group: kind.name, base: case }
            })
        })
        .collect();
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let places = kinds.iter().map(|kind| kind.case.load.place);
    let mut volumes = Volumes::prepare(places, &target, Extent::Full)?;
    let blocks =
        Blocks { count: blocks, seed: drawn_seed(), effort: Effort::Measure(Timing::default()) };
    let mut copying = Copying::new();
    let yardsticks = Yardsticks::of_study(Box::new(move || copying.time_batch()), settles_pieces)?;
    let run = measure_beside(yardsticks, &subjects, blocks, &mut volumes, &mut Printed)?;
    csv::add(pieces, settles_pieces, &subjects, &run);
    let settled = if settles_pieces { "settled after each piece" } else { "settled at the end" };
    println!("{settled}: seed {}, {} blocks", blocks.seed, run.blocks);
    Ok(run)
}

/// A line to standard error for each block.
struct Printed;

impl Progress for Printed {
    fn begins(&mut self, step: Step<'_>) {
        if step.done == 0 {
            match step.block {
                None => eprintln!("preparing {} cases", step.of),
                Some(block) => eprintln!("block {block}"),
            }
        }
    }

    fn ended(&mut self, _step: Step<'_>) {}

    fn failed(&mut self, id: &str, error: &RunnerError) {
        eprintln!("{id}: {error}");
    }

    fn repeats(&mut self, block: u32, change: f64) {
        eprintln!("block {block} again: a yardstick changed by a factor of {change:.1}");
    }
}
