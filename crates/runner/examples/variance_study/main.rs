//! Where the noise of a case comes from, and which yardsticks take it away.
//!
//! ```text
//! cargo run --release -p runner --example variance_study -- BLOCKS [PIECES.csv]
//! ```
//!
//! Each kind of case is measured twice in each block, under two names: an A/A pair. Their true ratio is 1, so the
//! spread of the logarithm of their ratio over blocks is noise. The table tells that spread for each way to
//! bring a block to one figure: by the mean or the median packet; as it is, over the floor, over the CPU reference,
//! and over both. The pieces can be written to a file, for other tools.

mod kinds;
mod table;

use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::path::Path;

use anyhow::{Context, Result};
use runner::blocks::{Blocks, Effort, Progress, Run, Step, Subject, Timing, drawn_seed, measure};
use runner::grounds::Grounds;
use runner::prefill::Extent;
use runner::{RunnerError, interrupt};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "expected a number of blocks, 2 or more";
    let blocks: NonZeroU32 = arguments.next().context(usage)?.parse().context(usage)?;
    let pieces_file = arguments.next();
    interrupt::install();
    let kinds = kinds::all()?;
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
    let mut grounds = Grounds::prepare(places, &target, Extent::Full)?;
    let blocks =
        Blocks { count: blocks, seed: drawn_seed(), effort: Effort::Measure(Timing::default()) };
    let run = measure(&subjects, blocks, &mut grounds, &mut Printed)?;
    if let Some(file) = pieces_file {
        std::fs::write(&file, csv(&subjects, &run)).with_context(|| format!("writing {file}"))?;
    }
    println!("seed {}, {} blocks", blocks.seed, run.blocks);
    table::print(&kinds, &run);
    Ok(())
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

/// A line for each piece.
fn csv(subjects: &[Subject<'_>], run: &Run) -> String {
    let mut text = String::from(
        "case,block,place,piece,opening,units,elapsed_ns,ack_ns_p50,baseline_ns,floor_before_ns,floor_after_ns,\
         reference_before_ns,reference_after_ns\n",
    );
    for (subject, outcome) in subjects.iter().zip(&run.cases) {
        let Ok(measured) = outcome else { continue };
        for replicate in &measured.replicates {
            for (number, piece) in replicate.pieces.iter().enumerate() {
                let (before, after) =
                    (&replicate.readings[number], &replicate.readings[number + 1]);
                let known =
                    |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
                let line = [
                    subject.id.to_string(),
                    replicate.position.block.to_string(),
                    replicate.position.place.to_string(),
                    number.to_string(),
                    piece.opening.to_string(),
                    piece.units.to_string(),
                    piece.elapsed.as_nanos().to_string(),
                    known(piece.ack_ns_p50.map(|ns| ns as f64)),
                    known(piece.baseline.map(|time| time.as_nanos() as f64)),
                    known(before.floor_ns),
                    known(after.floor_ns),
                    before.reference_ns.to_string(),
                    after.reference_ns.to_string(),
                ];
                let _in_memory = writeln!(text, "{}", line.join(","));
            }
        }
    }
    text
}
