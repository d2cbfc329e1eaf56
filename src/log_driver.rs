//! `durabench log-driver`: the second document's durable queue.

mod best;
mod input_options;
mod kill;
mod plan_options;
mod published;
mod questions;
mod run;
mod run_table;
mod series_table;

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Command>,
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

impl Options {
    /// Whether it measures. What `kill` starts does not.
    pub(crate) fn measures(&self) -> bool {
        !matches!(self.command, Some(Command::RunUntilKilled(_)))
    }
}

/// Runs what was asked for. The exit code is 0 if everything was done and verified, 1 after a deadlock, and 130 after
/// Ctrl-C.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match &options.command {
        None => run::run(&options.run, out),
        Some(Command::Published(options)) => published::run(options, out),
        Some(Command::Questions(options)) => questions::run(options, out),
        Some(Command::Best(options)) => best::run(options, out),
        Some(Command::Kill(options)) => kill::run(options, out),
        Some(Command::RunUntilKilled(victim)) => kill::run_until_killed(victim),
    }
}
