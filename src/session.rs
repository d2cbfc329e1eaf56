//! What commands have alike: Ctrl-C, exit codes, lines to standard error, and the run that is kept or looked at.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;
use fixture::{INTERRUPTED_EXIT_CODE, ScratchRoot};
use log_driver::NothingStored;
use measure::run::{RunDirectory, latest_link};
use report::table::{CsvFile, Field, Lines, Table};
use runner::RunnerError;
use runner::session::{Session, Topic};
use vote_load::LoadError;

/// The exit code where the command line asks for what the program does not do; clap's too.
const USAGE: u8 = 2;

/// The exit code where something is beyond a limit: slower, no replication, a judgement that errs.
pub(crate) const BEYOND_LIMIT: u8 = 3;

/// The exit code where nothing could be checked, or not as closely as it was asked for.
pub(crate) const NOT_CHECKED: u8 = 4;

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

/// The folder of the run that keeps a session's records.
pub(crate) fn folder(session: &Session) -> PathBuf {
    session.run_directory().map(|run| run.path().to_owned()).unwrap_or_default()
}

/// Rows that are shown as they come, each kept in a file at once.
pub(crate) struct Rows<R: 'static> {
    lines: Lines<R>,
    file: CsvFile<'static, R>,
}

impl<R> Rows<R> {
    /// Rows of a run, in a file with this stem.
    pub(crate) fn begin(
        run: &Path,
        stem: &str,
        fields: &'static [Field<R>],
    ) -> anyhow::Result<Self> {
        let file = CsvFile::create_new(run, stem, fields)?;
        Ok(Self { lines: Lines::of(fields), file })
    }

    pub(crate) fn headings(&self) -> String {
        self.lines.headings()
    }

    /// Shows a row.
    pub(crate) fn show(&self, row: &R, out: &mut dyn Write) -> anyhow::Result<()> {
        Ok(writeln!(out, "{}", self.lines.line(row))?)
    }

    /// Shows a row and keeps it.
    pub(crate) fn add(&mut self, row: &R, out: &mut dyn Write) -> anyhow::Result<()> {
        self.show(row, out)?;
        Ok(self.file.add(row)?)
    }

    /// Says where they are kept.
    pub(crate) fn say_where(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        Ok(writeln!(out, "figures     {}", self.file.path().display())?)
    }
}

/// What Ctrl-C leaves where each row is kept at once.
pub(crate) const ROWS_STAY: &str = ": the rows that are shown are kept, and scratch is removed";

/// What was measured; `None` after Ctrl-C, which is told with what stays.
pub(crate) fn unless_interrupted<T>(
    measured: Result<T, impl Into<anyhow::Error>>,
    what_stays: impl fmt::Display,
) -> anyhow::Result<Option<T>> {
    match measured.map_err(Into::into) {
        Ok(measured) => Ok(Some(measured)),
        Err(error) if is_interrupt(&error) => {
            say(format_args!("interrupted{what_stays}"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether an error is Ctrl-C, and nothing that went wrong besides.
pub(crate) fn is_interrupt(error: &anyhow::Error) -> bool {
    let nothing_came = matches!(error.downcast_ref(), Some(LoadError::NothingMeasured))
        || error.is::<NothingStored>();
    matches!(error.downcast_ref(), Some(RunnerError::Interrupted))
        || matches!(error.downcast_ref(), Some(LoadError::Runner(RunnerError::Interrupted)))
        || nothing_came && fixture::check_interrupt().is_err()
}

/// The exit code of a command that Ctrl-C may have ended.
pub(crate) fn exit_code() -> ExitCode {
    match fixture::check_interrupt() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(INTERRUPTED_EXIT_CODE),
    }
}

/// Says what stands beside the results, on standard error; nobody may be listening, and the work goes on.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    drop(writeln!(io::stderr(), "{line}"));
}

/// Says what the command line was expected to ask for, and answers so.
pub(crate) fn usage(expected: impl fmt::Display) -> ExitCode {
    say(format_args!("error: {expected}"));
    ExitCode::from(USAGE)
}

/// Says why nothing could be checked, and answers so.
pub(crate) fn not_checked(why: impl fmt::Display) -> ExitCode {
    say(format_args!("error: not checked: {why}"));
    ExitCode::from(NOT_CHECKED)
}

/// Writes a table to a file, where one was named, and says so.
pub(crate) fn write_csv(
    file: Option<&Path>,
    table: &Table,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Some(file) = file else { return Ok(()) };
    let written = std::fs::write(file, table.csv());
    written.map_err(|error| anyhow!("writing {}: {error}", file.display()))?;
    writeln!(out, "csv         {}", file.display())?;
    Ok(())
}

/// The folder of the run that was named, or of the last run in cargo's target directory, wherever the program is called.
pub(crate) fn named_or_latest(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let latest = latest_link(&fixture::target_directory()?);
    anyhow::ensure!(
        latest.is_dir(),
        "{}: expected the last run, got none; run cargo bench first, or name a run's folder",
        latest.display()
    );
    Ok(latest)
}
