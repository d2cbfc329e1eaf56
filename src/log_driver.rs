//! `durabench log-driver`: the second document's durable queue.

mod best;
mod input_options;
mod kill;
mod plan_options;
mod published;
mod questions;
mod run;
mod series_table;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    /// Keeps records, tables and the page in this directory, with what is kept there already, instead of below cargo's
    /// target directory.
    #[arg(long, global = true, value_name = "DIRECTORY")]
    keep: Option<PathBuf>,
    #[command(flatten)]
    run: run::RunOptions,
}

#[derive(Subcommand)]
enum Command {
    /// Reproduces the document's two figures in their own conditions, and measures the same without the sleep.
    Published(published::Options),
    /// Answers the document's questions: two plans each that differ in one thing, and the factor between them.
    Questions(questions::Options),
    /// Searches up to which rate each queue keeps its limit, from the document's to the best that was found.
    Best(best::Options),
    /// Kills the driver at random moments, and checks that each message it acked is delivered.
    Kill(kill::Options),
    /// Runs without an end: the process that `kill` kills.
    #[command(hide = true)]
    RunUntilKilled(kill::Victim),
}

/// Runs what was asked for. The exit code is 0 if everything was done and verified, 1 after a deadlock, and 130 after
/// Ctrl-C.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let keep = options.keep.as_deref();
    match &options.command {
        None => run::run(&options.run, keep, out),
        Some(Command::Published(options)) => published::run(options, keep, out),
        Some(Command::Questions(options)) => questions::run(options, keep, out),
        Some(Command::Best(options)) => best::run(options, keep, out),
        Some(Command::Kill(options)) => kill::run(options, out),
        Some(Command::RunUntilKilled(victim)) => kill::run_until_killed(victim),
    }
}
