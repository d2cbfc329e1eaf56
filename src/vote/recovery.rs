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
use vote_load::catalogue::{PATHS, find};
use vote_load::{Left, LoadError, Recovery, Subject, TOPIC};

use self::child::KeptOptions;
use self::row::{FIELDS, Recovered, Row};
use crate::session::{self, Rows, unless_interrupted};

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
    let session = session::begin(TOPIC, None, out)?;
    let mut rows = Rows::begin(&session::folder(&session), FILE_STEM, &FIELDS)?;
    writeln!(
        out,
        "published   for 5.12 million votes: log 14.2 s, RocksDB 8.1 s (thesis, figure \"recovery\")"
    )?;
    writeln!(out, "{}", rows.headings())?;
    for (finished, subject) in subjects.iter().enumerate() {
        let (all, label) = (subjects.len(), subject.label());
        let stays = format!(": {finished} of {all} paths are finished and kept, {label} is not");
        let row = recover(options, subject, session.scratch());
        match unless_interrupted(row, stays)? {
            Some(row) if row.recovered.is_some() => rows.add(&row, out)?,
            Some(row) => rows.show(&row, out)?,
            None => break,
        }
    }
    rows.say_where(out)?;
    Ok(session::exit_code())
}

/// Lets one path be killed and recover, if it leaves anything.
fn recover(options: &Options, subject: &Subject, scratch: &ScratchRoot) -> anyhow::Result<Row> {
    let (name, kept) = (subject.name.to_owned(), options.kept);
    if !find(subject.name)?.outlives_its_process {
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

impl Options {
    /// The paths that were named, or all of the catalogue.
    fn subjects(&self) -> Result<Vec<Subject>, LoadError> {
        let mut names: Vec<&str> = self.paths.iter().map(String::as_str).collect();
        if names.is_empty() {
            names.extend(PATHS.iter().map(|path| path.name));
        }
        names.into_iter().map(|name| Subject::find(name, self.kept.shards)).collect()
    }
}
