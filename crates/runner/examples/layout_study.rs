//! How much the place of SQLite's code in memory changes its speed, and what is left over all layouts.
//!
//! ```text
//! cargo run --release -p runner --example layout_study -- BLOCKS [each]
//! ```
//!
//! Builds insert votes in memory, in turns with `bundled` as in `compile_flags`: in one layout (or each) beside the first of
//! `bundled`, and then both sides in all of theirs. `bundled` in turns with itself has a true ratio of 1, in whatever
//! layout. The table tells the ratio of times as a mean over blocks, with its standard error.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;

use anyhow::{Context, Result};
use measure::stats::median;
use runner::blocks::{
    Blocks, Effort, Measured, Progress, Replicate, Step, Subject, Timing, drawn_seed, measure,
};
use runner::case::{Case, Load, Place, count};
use runner::prefill::{Extent, Prefill};
use runner::volumes::Volumes;
use runner::workload::Workload;
use runner::{RunnerError, interrupt};
use sqlite_builds::SqliteBuild;
use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

const BUILDS: [&str; 2] = ["bundled", "single-thread"];

/// Asks for a row of each layout, which takes ten times as long.
const EACH: &str = "each";

fn main() -> Result<()> {
    let usage = "expected a number of blocks, 2 or more";
    let blocks: NonZeroU32 = std::env::args().nth(1).context(usage)?.parse().context(usage)?;
    interrupt::install();
    let cases = cases(std::env::args().nth(2).as_deref() == Some(EACH))?;
    let subjects: Vec<Subject<'_>> =
        cases.iter().map(|(id, case)| Subject { id, case, group: "", base: case }).collect();
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let places = std::iter::once(Place::Memory);
    let mut volumes = Volumes::prepare(places, &target, Extent::Full)?;
    let effort = Effort::Measure(Timing::default());
    let blocks = Blocks { count: blocks, seed: drawn_seed(), effort };
    let run = measure(&subjects, blocks, &mut volumes, &mut Failures)?;
    println!("seed {}, {} blocks", blocks.seed, run.blocks);
    for ((id, _), outcome) in cases.iter().zip(&run.cases) {
        match outcome.as_ref().ok().and_then(ratio) {
            Some((ratio, error)) => println!("{id:<36} {ratio:.4} +- {error:.4}"),
            None => println!("{id:<36} no figure"),
        }
    }
    Ok(())
}

/// Each layout of each build beside the first of the reference, and all beside all.
fn cases(each: bool) -> Result<Vec<(String, Case)>> {
    let reference = sqlite_builds::find(BUILDS[0])?;
    let load = Load { place: Place::Memory, ..Load::closed_loop(Workload::VOTES, count(400)) };
    let case = |build| Case::new(path(build), load).prefilled(Prefill::Mebibytes(count(1)));
    let mut cases = Vec::new();
    for name in BUILDS {
        let build = sqlite_builds::find(name)?;
        let further = build.further_layouts().take(if each { usize::MAX } else { 0 });
        for layout in std::iter::once(build).chain(further) {
            cases.push((layout.title.to_string(), case(layout).beside(path(reference))));
        }
        let in_all = case(build).beside_in_layouts(
            path(reference),
            build.further_layouts().map(path),
            reference.further_layouts().map(path),
        );
        cases.push((format!("{name}, all layouts"), in_all));
    }
    Ok(cases)
}

fn path(build: &'static SqliteBuild) -> SqliteSpec {
    let pragmas = Pragmas {
        wal_autocheckpoint: WalAutocheckpoint::Off,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Off)
    };
    SqliteSpec::new(build, Table::Votes(SecondaryIndexes::None), pragmas)
}

/// The case's time over the baseline's: the geometric mean over blocks, and the standard error of its logarithm.
fn ratio(measured: &Measured) -> Option<(f64, f64)> {
    let logarithms: Vec<f64> =
        measured.replicates.iter().map(logarithm_of_ratio).collect::<Option<_>>()?;
    let count = logarithms.len() as f64;
    let mean = logarithms.iter().sum::<f64>() / count;
    let squares: f64 = logarithms.iter().map(|it| (it - mean).powi(2)).sum();
    Some((mean.exp(), (squares / (count - 1.0) / count).sqrt()))
}

/// The mean over openings of the median over pieces.
fn logarithm_of_ratio(replicate: &Replicate) -> Option<f64> {
    let mut openings: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for piece in &replicate.record.pieces {
        let ratio = piece.elapsed_ns as f64 / piece.baseline_ns? as f64;
        openings.entry(piece.opening).or_default().push(ratio.ln());
    }
    let middles: Vec<f64> = openings.values().map(|it| median(it)).collect::<Option<_>>()?;
    Some(middles.iter().sum::<f64>() / middles.len() as f64)
}

/// Tells failures, and nothing else.
struct Failures;

impl Progress for Failures {
    fn begins(&mut self, _step: Step<'_>) {}

    fn ended(&mut self, _step: Step<'_>) {}

    fn failed(&mut self, id: &str, error: &RunnerError) {
        eprintln!("{id}: {error}");
    }

    fn repeats(&mut self, block: u32, change: f64) {
        eprintln!("block {block} again: a yardstick changed by a factor of {change:.1}");
    }
}
