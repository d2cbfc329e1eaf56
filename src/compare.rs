//! `durabench compare`: whether a second run of one thing says what the first did.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use report::ReportError;
use report::evidence::Evidence;
use report::judgement::ReplicationLimits;
use report::replication::{Replicates, TwoRuns, text};
use report::terminal::Terminal;

/// The command line asks for what the program does not do.
const USAGE: u8 = 2;

/// The second run does not say what the first did.
const FAILS: u8 = 3;

/// Nothing could be checked.
const NOT_CHECKED: u8 = 4;

#[derive(Args)]
pub(crate) struct Options {
    /// Both runs are of one revision on one machine: does the second say what the first did?
    #[arg(long)]
    replication: bool,
    /// The first run's folder.
    first: PathBuf,
    /// The second run's folder.
    second: PathBuf,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    if !options.replication {
        drop(writeln!(
            std::io::stderr(),
            "error: expected --replication, which compares two runs of one revision; blocks of one run hold no \
             variance between runs, so a comparison of revisions needs interleaved revisions or three runs a side"
        ));
        return Ok(ExitCode::from(USAGE));
    }
    let runs = read(&options.first).and_then(|first| Ok((first, read(&options.second)?)));
    let (first, second) = match runs {
        Ok(runs) => runs,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "error: not checked: {error}"));
            return Ok(ExitCode::from(NOT_CHECKED));
        }
    };
    let runs = TwoRuns::of(&first, &second)?;
    let outcome = runs.outcome(&ReplicationLimits::default());
    write!(out, "{}", text(&runs, &outcome, Terminal::of_stdout().columns))?;
    Ok(match outcome {
        Replicates::Holds => ExitCode::SUCCESS,
        Replicates::Fails(_) => ExitCode::from(FAILS),
        Replicates::NotCheckable(_) => ExitCode::from(NOT_CHECKED),
    })
}

fn read(run: &Path) -> Result<Vec<Evidence>, ReportError> {
    Evidence::read(run)
}
