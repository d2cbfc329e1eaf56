//! How a command around a load ends: where everything lies, or by Ctrl-C.

use std::io::Write;

use runner::RunnerError;
use runner::session::Session;
use vote_load::LoadError;

/// Rewrites the run's summary and page, and says where it and the records lie.
pub(super) fn say_where(session: &Session, out: &mut dyn Write) -> anyhow::Result<()> {
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

/// Says that Ctrl-C ended a measurement of several points.
pub(super) fn say_interrupted(what: &str) {
    eprintln!("interrupted at {what}: the points that are shown are kept, and scratch is removed");
}

/// Tells Ctrl-C, after which what was measured is kept, from a failure.
pub(super) fn is_interrupt(error: &LoadError) -> bool {
    matches!(error, LoadError::Runner(RunnerError::Interrupted))
        || (matches!(error, LoadError::NothingMeasured) && fixture::check_interrupt().is_err())
}
