//! What every command around a load needs: Ctrl-C, scratch, and a run that keeps the records.

use std::io::Write;
use std::process::ExitCode;

use fixture::{INTERRUPTED_EXIT_CODE, ScratchRoot};
use measure::run::RunDirectory;
use runner::session::{Session, Topic};

/// Begins a session and says where it writes.
pub(crate) fn begin(topic: Topic, out: &mut dyn Write) -> anyhow::Result<Session> {
    fixture::install_interrupt();
    let target_directory = fixture::target_directory()?;
    let mut scratch = ScratchRoot::create(&target_directory)?;
    scratch.claim_disk()?;
    let run = RunDirectory::of_this_run(&target_directory)?;
    let session = Session::begin(topic, scratch, Some(run))?;
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

/// The exit code of a command that Ctrl-C may have ended.
pub(crate) fn exit_code() -> ExitCode {
    match fixture::check_interrupt() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(INTERRUPTED_EXIT_CODE),
    }
}
