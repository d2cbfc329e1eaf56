//! Two revisions, built beside each other and measured in turns.

mod bench;
mod worktree;

use std::ffi::OsString;
use std::io::Write;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use measure::cargo::PACKAGE_VARIABLE;

use super::ending::{not_checked, usage};
use super::sides;
use crate::bounded::within;
use crate::saying::say;
use bench::{Bench, Ended};
use worktree::{Repository, Worktree};

/// Fewer rounds are fewer runs a side than a comparison takes.
const ROUNDS_MIN: u32 = 3;

const ROUNDS_MAX: u32 = 100;

#[derive(Args)]
pub(super) struct Revisions {
    /// Builds two revisions of git beside each other, runs their bench in turns, and compares them.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], requires = "bench")]
    revisions: Vec<String>,
    /// Which bench of theirs.
    #[arg(long, value_name = "NAME", requires = "revisions")]
    bench: Option<String>,
    /// How many runs of each.
    #[arg(long, default_value = "3", requires = "revisions", value_parser = rounds)]
    rounds: NonZeroU32,
}

impl Revisions {
    pub(super) fn are_named(&self) -> bool {
        !self.revisions.is_empty()
    }
}

/// One of the two: where it is built, and what it has measured.
struct Side {
    name: &'static str,
    bench: Bench,
    runs: Vec<PathBuf>,
}

pub(super) fn run(
    options: &Revisions,
    judged: &sides::Judging,
    handed_on: &[PathBuf],
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    fixture::install_interrupt();
    let ([old, new], Some(bench)) = (options.revisions.as_slice(), &options.bench) else {
        return Ok(usage("expected --revisions OLD NEW --bench NAME"));
    };
    // Cargo says where the project lies, whatever the working directory is.
    let package = std::env::var_os(PACKAGE_VARIABLE).map(PathBuf::from);
    let repository = match Repository::around(package.as_deref().unwrap_or(Path::new("."))) {
        Ok(repository) => repository,
        Err(error) => return Ok(not_checked(format_args!("{error:#}"))),
    };
    let commits = [old, new].map(|revision| repository.commit(revision));
    let [Ok(old), Ok(new)] = commits else {
        let unknown = commits.into_iter().find_map(Result::err);
        return Ok(usage(unknown.map_or_else(String::new, |error| error.to_string())));
    };
    let place = fixture::target_directory()?.join("durabench").join("revisions");
    let handed_on: Vec<_> = handed_on.iter().map(|word| word.clone().into_os_string()).collect();
    let taken = take_turns(&repository, &place, [&old, &new], bench, &handed_on, options.rounds);
    let [old, new] = match taken {
        Ok(Some(sides)) => sides,
        Ok(None) => return Ok(ExitCode::from(fixture::INTERRUPTED_EXIT_CODE)),
        Err(error) => return Ok(not_checked(format_args!("{error:#}"))),
    };
    say_again(&old, &new);
    if !sides::are_enough(&old, &new) {
        return Ok(not_checked(format_args!(
            "expected {ROUNDS_MIN} runs a side with records, got {} and {}",
            old.len(),
            new.len()
        )));
    }
    sides::run(judged, &old, &new, out)
}

/// The runs of both revisions, each in the order of measuring; none after Ctrl-C. The worktrees are gone in any case, the
/// runs and what was built stay.
fn take_turns(
    repository: &Repository,
    place: &Path,
    commits: [&str; 2],
    bench: &str,
    handed_on: &[OsString],
    rounds: NonZeroU32,
) -> anyhow::Result<Option<[Vec<PathBuf>; 2]>> {
    let names = ["old", "new"];
    let mut worktrees = Vec::new();
    for (name, commit) in names.into_iter().zip(commits) {
        worktrees.push(Worktree::add(repository, &place.join(name), commit)?);
    }
    let mut sides = Vec::new();
    for (name, worktree) in names.into_iter().zip(&worktrees) {
        say(format_args!("building    {name}, {}", worktree.commit()));
        let built = place.join(format!("{name}-target"));
        let Some(bench) = Bench::build(&worktree.package(), &built, bench)? else {
            return Ok(None);
        };
        sides.push(Side { name, bench, runs: Vec::new() });
    }
    for round in 0..rounds.get() {
        // A B B A: what drifts evenly meets both alike.
        let order = if round.is_multiple_of(2) { [0, 1] } else { [1, 0] };
        for side in order {
            let side = &mut sides[side];
            say(format_args!("measuring   {}, run {} of {rounds}", side.name, round + 1));
            let Ended::Ran { run, failed } = side.bench.run(handed_on)? else {
                say_kept(&sides);
                return Ok(None);
            };
            if let Some(status) = failed {
                say(format_args!("warning: the bench of {} ended with {status}", side.name));
            }
            side.runs.extend(run);
        }
    }
    let [old, new] = [0, 1].map(|side| std::mem::take(&mut sides[side].runs));
    Ok(Some([old, new]))
}

fn say_kept(sides: &[Side]) {
    for run in sides.iter().flat_map(|side| &side.runs) {
        say(format_args!("kept        {}", run.display()));
    }
}

/// How to compare these runs again.
fn say_again(old: &[PathBuf], new: &[PathBuf]) {
    let list = |runs: &[PathBuf]| {
        runs.iter().map(|run| run.display().to_string()).collect::<Vec<String>>().join(" ")
    };
    say(format_args!("again with  durabench compare {} -- {}", list(old), list(new)));
}

fn rounds(text: &str) -> Result<NonZeroU32, String> {
    let least = NonZeroU32::new(ROUNDS_MIN).unwrap_or(NonZeroU32::MIN);
    within(text, least, NonZeroU32::new(ROUNDS_MAX).unwrap_or(least))
}
