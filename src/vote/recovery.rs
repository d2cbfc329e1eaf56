//! `durabench vote recovery`: a process that keeps votes is killed, and its path is timed until it
//! answers again.

use std::io::Write;
use std::num::NonZeroU32;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::anyhow;
use clap::Args;
use fixture::ScratchRoot;
use report::quantity;
use vote_load::catalogue::PATHS;
use vote_load::{Answer, Keepsake, Subject};

use super::session;

/// The signal of `abort`.
const SIGNAL_ABORT: i32 = 6;

#[derive(Args)]
pub(crate) struct Options {
    /// A write path, and the option again for each further one; by default all that keep something.
    #[arg(long = "path")]
    paths: Vec<String>,
    #[command(flatten)]
    kept: Kept,
}

/// The process that is killed.
#[derive(Args)]
pub(crate) struct Victim {
    #[arg(long)]
    path: String,
    #[arg(long)]
    directory: PathBuf,
    #[command(flatten)]
    kept: Kept,
}

/// What is kept before the process is killed.
#[derive(Args, Clone, Copy)]
struct Kept {
    /// Votes that are acked before the process is killed. The document had 5,120,000.
    #[arg(long, default_value_t = Keepsake::OF_THE_DOCUMENT.votes)]
    votes: NonZeroU32,
    /// Articles that they are for. The document had 10,000.
    #[arg(long, default_value_t = Keepsake::OF_THE_DOCUMENT.articles)]
    articles: NonZeroU32,
    /// Copies of the path among which articles are divided.
    #[arg(long, default_value = "1", value_name = "COPIES")]
    shards: NonZeroU32,
}

impl Kept {
    fn keepsake(&self) -> Keepsake {
        Keepsake { votes: self.votes, articles: self.articles }
    }
}

/// Lets a process per path keep votes and be killed, and times each path's return.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let subjects = options.subjects()?;
    fixture::install_interrupt();
    let scratch = ScratchRoot::create(&fixture::target_directory()?)?;
    writeln!(
        out,
        "published   for 5.12 million votes: log 14.2 s, RocksDB 8.1 s (thesis, figure \"recovery\")"
    )?;
    writeln!(out, "{:<24}{:>12}{:>14}{:>12}  answered by", "path", "answered", "votes read", "in")?;
    for subject in &subjects {
        if fixture::check_interrupt().is_err() {
            break;
        }
        let directory = scratch.case_directory()?;
        keep_and_kill(options, subject, directory.path())?;
        let recovery = options
            .kept
            .keepsake()
            .recover(subject.spec.as_ref(), directory.path())
            .map_err(|error| anyhow!("{}: {error}", subject.label()))?;
        writeln!(
            out,
            "{:<24}{:>12}{:>14}{:>12}  {}",
            subject.label(),
            quantity::duration_ns(recovery.answered_in.as_nanos() as f64),
            quantity::count(recovery.found.records()),
            quantity::duration_ns(recovery.read_in.as_nanos() as f64),
            match recovery.answer {
                Answer::Asked => "opening and asking",
                Answer::ReadAll => "reading everything",
            }
        )?;
    }
    Ok(session::exit_code())
}

impl Options {
    /// The paths that were named, or all that leave something to recover.
    fn subjects(&self) -> anyhow::Result<Vec<Subject>> {
        let shards = self.kept.shards;
        if self.paths.is_empty() {
            let kept = PATHS.iter().filter(|path| path.outlives_its_process);
            return Ok(kept.map(|path| Subject::of(path, shards)).collect::<Result<_, _>>()?);
        }
        let subjects = self.paths.iter().map(|path| {
            let subject = Subject::find(path, shards)?;
            anyhow::ensure!(
                vote_load::catalogue::find(path)?.outlives_its_process,
                "{path} keeps votes in memory alone: nothing of it can be recovered"
            );
            Ok(subject)
        });
        subjects.collect()
    }
}

/// Starts this program again as the victim, and waits until it is dead.
fn keep_and_kill(options: &Options, subject: &Subject, directory: &Path) -> anyhow::Result<()> {
    let program =
        std::env::current_exe().map_err(|error| anyhow!("finding this executable: {error}"))?;
    let victim = Command::new(program)
        .args(["vote", "keep-and-abort", "--path", subject.name, "--directory"])
        .arg(directory)
        .args(["--votes", &options.kept.votes.to_string()])
        .args(["--articles", &options.kept.articles.to_string()])
        .args(["--shards", &options.kept.shards.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| anyhow!("starting the process that is killed: {error}"))?;
    anyhow::ensure!(
        victim.status.signal() == Some(SIGNAL_ABORT),
        "{}: wished a process that keeps its votes and aborts, found {}: {}",
        subject.label(),
        victim.status,
        String::from_utf8_lossy(&victim.stderr).trim()
    );
    Ok(())
}

/// Keeps votes and aborts once all are acked: no destructor runs, as when a process is killed.
pub(crate) fn keep_and_abort(victim: &Victim) -> anyhow::Result<ExitCode> {
    let subject = Subject::find(&victim.path, victim.kept.shards)?;
    let _open = victim.kept.keepsake().keep(subject.spec.as_ref(), &victim.directory)?;
    std::process::abort()
}
