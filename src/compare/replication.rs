//! Two runs of one revision.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use report::evidence::Evidence;
use report::replication::{Replicates, TwoRuns, text};
use report::terminal::Terminal;

use super::ending::{FAILS, NOT_CHECKED, not_checked};

pub(super) fn run(first: &Path, second: &Path, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
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
        Replicates::Fails(_) => ExitCode::from(FAILS),
        Replicates::NotCheckable(_) => ExitCode::from(NOT_CHECKED),
    })
}
