//! `durabench compare`: whether a second run of one thing says what the first did, and whether anything has become slower.

mod revisions;
mod sides;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use report::evidence::Evidence;
use report::replication::{Replicates, TwoRuns, text};
use report::terminal::Terminal;

use crate::session::{BEYOND_LIMIT, NOT_CHECKED, not_checked, usage};

#[derive(Args)]
pub(crate) struct Options {
    /// Two runs of one revision on one machine: does the second say what the first did?
    #[arg(long, conflicts_with_all = ["fail_above", "allow_unlike", "csv", "revisions"])]
    replication: bool,
    #[command(flatten)]
    judging: sides::Judging,
    #[command(flatten)]
    revisions: revisions::Revisions,
    /// The folders of the base's runs, at least 3; with --replication those of both runs.
    #[arg(value_name = "BASE", conflicts_with = "revisions")]
    base: Vec<PathBuf>,
    /// The folders of the new's runs, at least 3; with --revisions what the bench is handed on, such as a filter.
    #[arg(value_name = "NEW", last = true)]
    new: Vec<PathBuf>,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let Options { replication, judging, revisions, base, new } = options;
    if *replication {
        let ([first, second], []) = (base.as_slice(), new.as_slice()) else {
            return Ok(usage("expected --replication RUN RUN, two runs of one revision"));
        };
        return replicates(first, second, out);
    }
    if revisions.are_named() {
        return revisions::run(revisions, judging, new, out);
    }
    if !sides::are_enough(base, new) {
        return Ok(usage(
            "expected BASE BASE BASE -- NEW NEW NEW, for blocks of one run hold no variance between runs: a comparison \
             needs interleaved revisions or three runs a side. Two runs of one revision are compared by --replication, \
             two revisions by --revisions OLD NEW --bench NAME",
        ));
    }
    sides::run(judging, base, new, out)
}

/// Two runs of one revision.
fn replicates(first: &Path, second: &Path, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let runs = Evidence::read(first).and_then(|first| Ok((first, Evidence::read(second)?)));
    let (first, second) = match runs {
        Ok(runs) => runs,
        Err(error) => return Ok(not_checked(error)),
    };
    let runs = TwoRuns::of(&first, &second);
    let outcome = runs.outcome();
    write!(out, "{}", text(&runs, &outcome, Terminal::of_stdout().columns))?;
    Ok(match outcome {
        Replicates::Holds => ExitCode::SUCCESS,
        Replicates::Fails(_) => ExitCode::from(BEYOND_LIMIT),
        Replicates::NotCheckable(_) => ExitCode::from(NOT_CHECKED),
    })
}
