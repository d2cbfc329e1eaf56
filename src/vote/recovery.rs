//! `durabench vote recovery`: a process that keeps votes is killed, and its path is timed until it
//! answers again.
//!
//! Both processes are this program once more: the one that is killed, and the one that recovers, which
//! begins as a restarted application does and can be ended at any moment.

mod child;
mod process;
mod row;

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use fixture::ScratchRoot;
use measure::run::RunDirectory;
use report::table::{CsvFile, Lines};
use runner::RunnerError;
use vote_load::catalogue::{NamedPath, PATHS, find};
use vote_load::{Left, Recovery, Subject};

use self::child::KeptOptions;
use self::row::{FIELDS, Recovered, Row};
use crate::session;

pub(crate) use self::child::{Place, answer_again, keep_and_abort};

#[derive(Args)]
pub(crate) struct Options {
    /// A write path, and the option again for each further one; by default all of them.
    #[arg(long = "path")]
    paths: Vec<String>,
    #[command(flatten)]
    kept: KeptOptions,
}

/// The file of a run that holds a line for each path.
const FILE_STEM: &str = "vote_recovery";

/// Lets a process per path keep votes and be killed, and times each path's return.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let subjects = options.subjects()?;
    fixture::install_interrupt();
    let target_directory = fixture::target_directory()?;
    let mut scratch = ScratchRoot::create(&target_directory)?;
    scratch.claim_disk()?;
    let run = RunDirectory::of_this_run(&target_directory)?;
    let mut rows = CsvFile::create_new(run.path(), FILE_STEM, &FIELDS)?;
    writeln!(out, "scratch     {}", scratch.path().display())?;
    for warning in scratch.warnings() {
        writeln!(out, "warning     {warning}")?;
    }
    writeln!(
        out,
        "published   for 5.12 million votes: log 14.2 s, RocksDB 8.1 s (thesis, figure \"recovery\")"
    )?;
    let lines = Lines::of(&FIELDS);
    writeln!(out, "{}", lines.headings())?;
    for (finished, (path, subject)) in subjects.iter().enumerate() {
        match recover(options, path, subject, &scratch) {
            Ok(row) => {
                writeln!(out, "{}", lines.line(&row))?;
                if row.recovered.is_some() {
                    rows.add(&row)?;
                }
            }
            Err(error) if is_interrupt(&error) => {
                eprintln!(
                    "interrupted: {finished} of {} paths are finished and kept, {} is not",
                    subjects.len(),
                    subject.label()
                );
                break;
            }
            Err(error) => return Err(error),
        }
    }
    writeln!(out, "figures     {}", rows.path().display())?;
    Ok(session::exit_code())
}

/// Lets one path be killed and recover, if it leaves anything.
fn recover(
    options: &Options,
    path: &NamedPath,
    subject: &Subject,
    scratch: &ScratchRoot,
) -> anyhow::Result<Row> {
    let (name, kept) = (subject.name.to_owned(), options.kept);
    if !path.outlives_its_process {
        return Ok(Row { path: name, kept, recovered: None });
    }
    let directory = scratch.case_directory()?;
    let filling = Instant::now();
    let command = |name| options.kept.command(name, subject.name, directory.path());
    let left: Left = process::kill_after(command("keep-and-abort"))?;
    let filled_in = filling.elapsed();
    let returned: Recovery = process::end_of(command("answer-again"))?;
    let recovered = Some(Recovered { filled_in, left, returned });
    Ok(Row { path: name, kept, recovered })
}

fn is_interrupt(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RunnerError::Interrupted))
}

impl Options {
    /// The paths that were named, or all of the catalogue.
    fn subjects(&self) -> anyhow::Result<Vec<(&'static NamedPath, Subject)>> {
        let with_subject = |path: &'static NamedPath| -> anyhow::Result<_> {
            Ok((path, Subject::of(path, self.kept.shards)?))
        };
        if self.paths.is_empty() {
            return PATHS.iter().map(with_subject).collect();
        }
        self.paths.iter().map(|name| with_subject(find(name)?)).collect()
    }
}
