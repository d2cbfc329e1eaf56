//! `durabench vote`: the first document's load of votes on a write path.

mod curves;
mod knee;
mod load_options;
mod paths;
mod point_table;
mod recovery;
mod run;
mod saturation;
mod tune;

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
    /// Searches the highest rate at which each path keeps a limit, and prints the load curve.
    Knee(knee::Options),
    /// Measures what each path takes at most, and what its backlog does just below and just beyond that.
    Saturation(saturation::Options),
    /// Kills a process that keeps many votes, and times how soon the path can answer again.
    Recovery(recovery::Options),
    /// Measures what each setting of the tuned path is worth, at one rate.
    Tune(tune::Options),
    /// Lists the paths.
    Paths,
    /// Keeps votes and aborts: the process that `recovery` kills.
    #[command(hide = true)]
    KeepAndAbort(recovery::Place),
    /// Opens what such a process left and asks: the process that `recovery` times.
    #[command(hide = true)]
    AnswerAgain(recovery::Place),
}

/// Runs what was asked for. The exit code is 0 if everything was measured and verified, and 130 after
/// Ctrl-C.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match &options.command {
        None => run::run(&options.run, out),
        Some(Command::Knee(options)) => knee::run(options, out),
        Some(Command::Saturation(options)) => saturation::run(options, out),
        Some(Command::Recovery(options)) => recovery::run(options, out),
        Some(Command::Tune(options)) => tune::run(options, out),
        Some(Command::Paths) => paths::run(out).map(|()| ExitCode::SUCCESS),
        Some(Command::KeepAndAbort(place)) => recovery::keep_and_abort(place),
        Some(Command::AnswerAgain(place)) => recovery::answer_again(place),
    }
}
