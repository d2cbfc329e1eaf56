//! Small cases on real stores, and what blocks of them showed.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use runner::RunnerError;
use runner::blocks::{Blocks, Effort, Measured, Progress, Run, Step, Subject, Timing, measure};
use runner::case::{Case, Load, count};
use runner::prefill::Extent;
use runner::volumes::Volumes;
use runner::workload::Workload;
use tempfile::TempDir;
use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

pub(crate) const BLOCKS: NonZeroU32 = count(2);

/// Ten votes a packet, so that a packet takes a few frames.
pub(crate) fn votes() -> Load {
    Load::closed_loop(Workload::VOTES, count(10))
}

/// SQLite in WAL mode with an index, that checkpoints every so many frames; with 0 it does not.
pub(crate) fn wal(frames: u32) -> SqliteSpec {
    let wal_autocheckpoint =
        NonZeroU32::new(frames).map_or(WalAutocheckpoint::Off, WalAutocheckpoint::Pages);
    let pragmas = Pragmas {
        wal_autocheckpoint,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Normal)
    };
    let build = sqlite_builds::find("bundled").expect("a build");
    SqliteSpec::new(build, Table::Votes(SecondaryIndexes::Article), pragmas)
}

/// Tells of failures alone.
#[derive(Default)]
struct Failures(Vec<String>);

impl Progress for Failures {
    fn begins(&mut self, _step: Step<'_>) {}
    fn ended(&mut self, _step: Step<'_>) {}
    fn failed(&mut self, id: &str, error: &RunnerError) {
        self.0.push(format!("{id}: {error}"));
    }
    fn repeats(&mut self, _block: u32, _change: f64) {}
}

/// Measures cases that are compared with the first of them, each for a quarter of a second in all.
pub(crate) fn run(cases: &[Case]) -> (Run, Vec<String>) {
    let home = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    run_in(cases, home.path())
}

fn run_in(cases: &[Case], target: &Path) -> (Run, Vec<String>) {
    let ids: Vec<String> = (0..cases.len()).map(|number| number.to_string()).collect();
    let subjects: Vec<Subject<'_>> = cases
        .iter()
        .zip(&ids)
        .map(|(case, id)| Subject { id, case, group: "all", base: &cases[0] })
        .collect();
    let places = cases.iter().map(|case| case.load.place);
    let mut volumes = Volumes::prepare(places, target, Extent::Small).expect("a scratch");
    let timing = Timing {
        warm_up: Some(Duration::from_millis(10)),
        pieces: Some(Duration::from_millis(250)),
        pieces_min: 0,
    };
    let blocks = Blocks { count: BLOCKS, seed: 1, effort: Effort::Measure(timing) };
    let mut failures = Failures::default();
    let run = measure(&subjects, blocks, &mut volumes, &mut failures).expect("measured");
    (run, failures.0)
}

/// What was measured of a case that did not fail.
pub(crate) fn measured(case: Case) -> Measured {
    let (mut run, failures) = run(&[case]);
    assert_eq!(failures, [""; 0]);
    run.cases.remove(0).expect("measured")
}
