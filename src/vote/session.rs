//! What every command around a load needs: Ctrl-C, scratch, and a run that keeps the records.

use std::io::Write;
use std::process::ExitCode;

use fixture::{INTERRUPTED_EXIT_CODE, ScratchRoot};
use measure::run::RunDirectory;
use runner::RunnerError;
use vote_load::{LoadError, LoadSession};

/// Begins a session and says where it writes.
pub(crate) fn begin(out: &mut dyn Write) -> anyhow::Result<LoadSession> {
    fixture::install_interrupt();
    let target_directory = fixture::target_directory()?;
    let mut scratch = ScratchRoot::create(&target_directory)?;
    scratch.claim_disk()?;
    let run = RunDirectory::of_this_run(&target_directory)?;
    let session = LoadSession::begin(scratch, Some(run))?;
    for warning in session.scratch().warnings() {
        writeln!(out, "warning     {warning}")?;
    }
    writeln!(
        out,
        "scratch     {}, where writing and syncing 4 KiB takes {:.2} ms",
        session.scratch().path().display(),
        session.quiet_floor_ns() as f64 / 1e6
    )?;
    Ok(session)
}

/// Rewrites the run's summary and page, and says where it and the records lie.
pub(crate) fn end(session: &LoadSession, out: &mut dyn Write) -> anyhow::Result<()> {
    let Some(run) = session.run_directory() else { return Ok(()) };
    let files = report::write_summary(run.path())?;
    let index = page::write_index(run.path())?;
    writeln!(out, "records     {}", run.path().join(vote_load::QUESTION).display())?;
    writeln!(out, "summary     {}", files.summary.display())?;
    if let Some(index) = index {
        writeln!(out, "page        {}", index.display())?;
    }
    Ok(())
}

/// The exit code of a command that Ctrl-C may have ended.
pub(crate) fn exit_code() -> ExitCode {
    match fixture::check_interrupt() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(INTERRUPTED_EXIT_CODE),
    }
}

/// Says that Ctrl-C ended a measurement of several points.
pub(crate) fn say_interrupted(what: &str) {
    eprintln!("interrupted at {what}: the points that are shown are kept, and scratch is removed");
}

/// Tells Ctrl-C, after which what was measured is kept, from a failure.
pub(crate) fn is_interrupt(error: &LoadError) -> bool {
    matches!(error, LoadError::Runner(RunnerError::Interrupted))
        || (matches!(error, LoadError::NothingMeasured) && fixture::check_interrupt().is_err())
}
