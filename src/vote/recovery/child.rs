//! The processes of a recovery: one keeps votes and is killed, another one finds them. Each tells its
//! figures on its standard output, as CSV.

use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::anyhow;
use clap::Args;
use serde::Serialize;
use vote_load::{CrashLoad, Subject};

use super::super::load_options::{ARTICLES_MAX, SHARDS_MAX};
use crate::bounded::from_one_to;
use crate::child::this_program;

/// Votes at most: some 24 GB of them.
const VOTES_MAX: u32 = 1_000_000_000;

/// What is kept before the process is killed.
#[derive(Args, Clone, Copy)]
pub(crate) struct KeptOptions {
    /// Votes that are acked before the process is killed. The document had 5,120,000.
    #[arg(long, default_value_t = CrashLoad::OF_THE_DOCUMENT.votes, value_parser = from_one_to(VOTES_MAX))]
    pub(super) votes: NonZeroU32,
    /// Articles that they are for. The document had 10,000.
    #[arg(long, default_value_t = CrashLoad::OF_THE_DOCUMENT.articles, value_parser = from_one_to(ARTICLES_MAX))]
    pub(super) articles: NonZeroU32,
    /// Copies of the path among which articles are divided.
    #[arg(long, default_value = "1", value_name = "COPIES", value_parser = from_one_to(SHARDS_MAX))]
    pub(super) shards: NonZeroU32,
}

/// What a process of a recovery works on.
#[derive(Args)]
pub(crate) struct Place {
    #[arg(long)]
    path: String,
    #[arg(long)]
    directory: PathBuf,
    #[command(flatten)]
    kept: KeptOptions,
}

impl KeptOptions {
    /// A process of the recovery: the hidden command with that name.
    pub(super) fn command(&self, name: &str, path: &str, directory: &Path) -> Command {
        let mut command = this_program();
        command
            .args(["vote", name, "--path", path, "--directory"])
            .arg(directory)
            .args(["--votes", &self.votes.to_string()])
            .args(["--articles", &self.articles.to_string()])
            .args(["--shards", &self.shards.to_string()]);
        command
    }
}

impl Place {
    fn subject(&self) -> anyhow::Result<Subject> {
        Ok(Subject::find(&self.path, self.kept.shards)?)
    }

    fn crash_load(&self) -> CrashLoad {
        CrashLoad { votes: self.kept.votes, articles: self.kept.articles }
    }
}

/// Keeps votes and aborts once all are acked: no destructor runs, as when a process is killed.
pub(crate) fn keep_and_abort(place: &Place) -> anyhow::Result<ExitCode> {
    let kept = place.crash_load().keep(&place.subject()?, &place.directory)?;
    tell(&kept.left)?;
    std::process::abort()
}

/// Opens what was left, asks, and compares every vote.
pub(crate) fn answer_again(place: &Place) -> anyhow::Result<ExitCode> {
    tell(&place.crash_load().recover(place.subject()?.spec.as_ref(), &place.directory)?)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(figures: &impl Serialize) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(io::stdout());
    let told = writer.serialize(figures).and_then(|()| Ok(writer.flush()?));
    told.map_err(|error| anyhow!("telling the figures: {error}"))
}
