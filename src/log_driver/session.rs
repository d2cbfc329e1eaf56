//! What every command needs: Ctrl-C, scratch, and a run that keeps the records.

use std::io::Write;
use std::process::ExitCode;

use fixture::{INTERRUPTED_EXIT_CODE, ScratchRoot};
use log_driver::DriverSession;
use measure::run::RunDirectory;

/// Begins a session that keeps records, and says where stores lie.
pub(super) fn begin(out: &mut dyn Write) -> anyhow::Result<DriverSession> {
    fixture::install_interrupt();
    let target_directory = fixture::target_directory()?;
    let scratch = ScratchRoot::create(&target_directory)?;
    let run = RunDirectory::of_this_run(&target_directory)?;
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

/// The exit code of a command that Ctrl-C may have ended.
pub(super) fn exit_code() -> ExitCode {
    match fixture::check_interrupt() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(INTERRUPTED_EXIT_CODE),
    }
}
