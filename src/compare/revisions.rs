//! Two revisions, built beside each other and measured in turns.

mod side;
mod worktree;

use std::io::Write;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use measure::cargo::PACKAGE_VARIABLE;

use super::sides;
use crate::bounded::within;
use crate::session::{is_interrupt, not_checked, say, usage};
use side::Side;
use worktree::{Worktree, below_root, commit};

/// Fewer rounds are fewer runs a side than a comparison takes.
const ROUNDS_MIN: NonZeroU32 = NonZeroU32::new(3).expect("not zero");

const ROUNDS_MAX: NonZeroU32 = NonZeroU32::new(100).expect("not zero");

#[derive(Args)]
pub(super) struct Revisions {
    /// Builds two revisions of git beside each other, runs their bench in turns, and compares them.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], requires = "bench")]
    revisions: Vec<String>,
    /// Which bench of theirs.
    #[arg(long, value_name = "NAME", requires = "revisions")]
    bench: Option<String>,
    /// How many runs of each.
    #[arg(
        long,
        default_value = "3",
        requires = "revisions",
        value_parser = |text: &str| within(text, ROUNDS_MIN, ROUNDS_MAX)
    )]
    rounds: NonZeroU32,
}

impl Revisions {
    pub(super) fn are_named(&self) -> bool {
        !self.revisions.is_empty()
    }
}

/// Measures and compares. The worktrees are gone in any case; the runs and what was built stay.
pub(super) fn run(
    options: &Revisions,
    judging: &sides::Judging,
    handed_on: &[PathBuf],
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    fixture::install_interrupt();
    let ([old, new], Some(bench)) = (options.revisions.as_slice(), &options.bench) else {
        return Ok(usage("expected --revisions OLD NEW --bench NAME"));
    };
    // Cargo says where the project lies, whatever the working directory is.
    let package = std::env::var_os(PACKAGE_VARIABLE).map_or_else(|| ".".into(), PathBuf::from);
    if let Err(error) = below_root(&package) {
        return Ok(not_checked(format_args!("{error:#}")));
    }
    let (old, new) = match (commit(&package, old), commit(&package, new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(error), _) | (_, Err(error)) => return Ok(usage(error)),
    };
    let mut sides = Vec::new();
    let commits = [("old", old), ("new", new)];
    let measured = take_turns(&package, commits, bench, handed_on, options.rounds, &mut sides);
    let runs: Vec<Vec<PathBuf>> = sides.into_iter().map(|side| side.runs).collect();
    if let Err(error) = measured {
        for run in runs.iter().flatten() {
            say(format_args!("kept        {}", run.display()));
        }
        return Ok(if fixture::check_interrupt().is_err() || is_interrupt(&error) {
            say(format_args!("interrupted: the worktrees are removed, and what was built stays"));
            ExitCode::from(fixture::INTERRUPTED_EXIT_CODE)
        } else {
            not_checked(format_args!("{error:#}"))
        });
    }
    let (old, new) = (&runs[0], &runs[1]);
    let list = |runs: &[PathBuf]| {
        runs.iter().map(|run| run.display().to_string()).collect::<Vec<String>>().join(" ")
    };
    say(format_args!("again with  durabench compare {} -- {}", list(old), list(new)));
    if !sides::are_enough(old, new) {
        return Ok(not_checked(format_args!(
            "expected {ROUNDS_MIN} runs a side with records, got {} and {}",
            old.len(),
            new.len()
        )));
    }
    sides::run(judging, old, new, out)
}

/// Builds both sides and has their bench run in turns; each side has its runs in the order of measuring.
fn take_turns(
    package: &Path,
    commits: [(&'static str, String); 2],
    bench: &str,
    handed_on: &[PathBuf],
    rounds: NonZeroU32,
    sides: &mut Vec<Side>,
) -> anyhow::Result<()> {
    let place = fixture::target_directory()?.join("durabench").join("revisions");
    let mut worktrees = Vec::new();
    for (name, commit) in commits {
        worktrees.push(Worktree::add(package, &place, name, commit)?);
    }
    for worktree in worktrees {
        let target_directory = place.join(format!("{}-target", worktree.name));
        sides.push(Side::build(worktree, target_directory, bench)?);
    }
    for round in 0..rounds.get() {
        // A B B A: what drifts evenly meets both alike.
        let order = if round.is_multiple_of(2) { [0, 1] } else { [1, 0] };
        for side in order {
            let side = &mut sides[side];
            say(format_args!("measuring   {}, run {} of {rounds}", side.worktree.name, round + 1));
            side.measure(handed_on)?;
        }
    }
    Ok(())
}
