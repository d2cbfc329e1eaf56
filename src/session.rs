//! What every command around a load needs: Ctrl-C, scratch, and a run that keeps the records.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use fixture::{INTERRUPTED_EXIT_CODE, ScratchRoot};
use measure::run::RunDirectory;
use runner::session::{Session, Topic};

/// Begins a session that keeps records, in this directory or below cargo's target directory, and says where it writes.
pub(crate) fn begin(
    topic: Topic,
    keep: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<Session> {
    fixture::install_interrupt();
    let target_directory = fixture::target_directory()?;
    let mut scratch = ScratchRoot::create(&target_directory)?;
    scratch.claim_disk()?;
    let run = match keep {
        Some(directory) => RunDirectory::kept_in(directory)?,
        None => RunDirectory::of_this_run(&target_directory)?,
    };
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

/// Rewrites the summary and the page of what was kept, and says where all of it lies; nothing where nothing was.
pub(crate) fn say_where(session: &Session, out: &mut dyn Write) -> anyhow::Result<()> {
    let Some(run) = session.run_directory() else { return Ok(()) };
    if run.records()?.is_empty() {
        return Ok(());
    }
    let files = report::write_summary(run.path())?;
    let index = page::write_index(run.path())?;
    writeln!(out, "records     {}", run.path().join(session.question().name).display())?;
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
