//! What every command needs: Ctrl-C, scratch, and a run that keeps the records.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use fixture::{INTERRUPTED_EXIT_CODE, ScratchRoot};
use log_driver::DriverSession;
use measure::run::RunDirectory;

/// Begins a session that keeps records, in this directory or below cargo's target directory, and says where stores lie.
pub(super) fn begin(keep: Option<&Path>, out: &mut dyn Write) -> anyhow::Result<DriverSession> {
    fixture::install_interrupt();
    let target_directory = fixture::target_directory()?;
    let scratch = ScratchRoot::create(&target_directory)?;
    let run = match keep {
        Some(directory) => RunDirectory::kept_in(directory)?,
        None => RunDirectory::of_this_run(&target_directory)?,
    };
    let session = DriverSession::begin(scratch, Some(run))?;
    writeln!(
        out,
        "scratch     {}, where writing and syncing 4 KiB takes {:.2} ms",
        session.scratch().path().display(),
        session.quiet_floor_ns() as f64 / 1e6
    )?;
    for warning in session.scratch().warnings() {
        writeln!(out, "warning     {warning}")?;
    }
    Ok(session)
}

/// Rewrites the summary and the page of what was kept, and says where they lie.
pub(super) fn end(driver: &DriverSession, out: &mut dyn Write) -> anyhow::Result<()> {
    let Some(run) = driver.run_directory() else { return Ok(()) };
    if run.records()?.is_empty() {
        return Ok(());
    }
    let files = report::write_summary(run.path())?;
    let index = page::write_index(run.path())?;
    writeln!(out, "summary     {}", files.summary.display())?;
    if let Some(index) = index {
        writeln!(out, "page        {}", index.display())?;
    }
    Ok(())
}

/// The exit code of a command that Ctrl-C may have ended.
pub(super) fn exit_code() -> ExitCode {
    match fixture::check_interrupt() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(INTERRUPTED_EXIT_CODE),
    }
}
