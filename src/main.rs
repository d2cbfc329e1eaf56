//! The program `durabench`: what a person asks around `cargo bench`.

mod bounded;
mod builds;
mod calibrate;
mod child;
mod compare;
mod crash;
mod floor;
mod growth;
mod html_page;
mod live;
mod log_driver;
mod predict;
mod reference;
mod session;
mod tables;
mod vote;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use fixture::OutputRelay;

/// What does an acknowledged write cost? The questions themselves run with `cargo bench`.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    /// Measures although another session measures on the same disk; the record tells it.
    #[arg(long, global = true)]
    allow_shared: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Measures one write and one sync, which is the floor that every ack stands on.
    Floor(floor::Options),
    /// Lets a store grow, and shows what commits and checkpoints take meanwhile.
    Growth(growth::Options),
    /// Prints the tables of a run again, and rewrites its summary.
    Tables(tables::Options),
    /// Writes one HTML page for one run or several: the answers, a chart for each question, every table.
    Report(html_page::Options),
    /// Compares runs: has anything become slower, and does a second run say what the first did?
    Compare(compare::Options),
    /// Cuts the power at every moment of a store's life, in a model, and says what is left.
    Crash(crash::Options),
    /// Keeps a run below reports/, and fills the documents' tables from it.
    Reference(reference::Options),
    /// Lists the SQLite builds that are compiled in.
    Builds,
    /// Checks the judgement on this machine: pairs of equal cases, or costs that are planted.
    Calibrate(calibrate::Options),
    /// Says what the cases of another machine's run would take here.
    Predict(predict::Options),
    /// Puts the first document's load of votes on a write path, at a rate that does not wait for acks.
    Vote(vote::Options),
    /// Runs the second document's log driver: a durable queue whose messages are deleted when a sink acks them.
    LogDriver(log_driver::Options),
}

fn main() -> ExitCode {
    let CommandLine { command, allow_shared } = CommandLine::parse();
    if allow_shared {
        runner::scratch::allow_shared();
    }
    fixture::outlive_file_limit();
    // Before `out`, and so ended after it.
    let mut output = OutputRelay::none();
    if command.goes_on_unheard() {
        output.begin();
    }
    let mut out = io::stdout().lock();
    let outcome = match command {
        Command::Floor(options) => floor::run(&options, &mut out).map(|()| ExitCode::SUCCESS),
        Command::Growth(options) => Ok(growth::run(&options)),
        Command::Tables(options) => tables::run(&options, &mut out),
        Command::Report(options) => html_page::run(&options, &mut out),
        Command::Compare(options) => compare::run(&options, &mut out),
        Command::Crash(options) => crash::run(&options, &mut out),
        Command::Reference(options) => reference::run(&options, &mut out),
        Command::Builds => builds::run(&mut out).map(|()| ExitCode::SUCCESS),
        Command::Calibrate(options) => calibrate::run(&options, &mut out),
        Command::Predict(options) => predict::run(&options, &mut out),
        Command::Vote(options) => vote::run(&options, &mut out),
        Command::LogDriver(options) => log_driver::run(&options, &mut out),
    };
    match outcome {
        Ok(code) => code,
        // A reader that has seen enough (`| head`) is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be listening; the exit code tells it too.
            drop(writeln!(io::stderr(), "error: {error}"));
            ExitCode::FAILURE
        }
    }
}

impl Command {
    /// Whether it keeps something or answers by its exit code, and so goes on when nobody reads its output any more. The
    /// others end quietly then. (`growth` sees to its output by itself.)
    fn goes_on_unheard(&self) -> bool {
        match self {
            Self::Tables(_)
            | Self::Report(_)
            | Self::Reference(_)
            | Self::Compare(_)
            | Self::Vote(_)
            | Self::LogDriver(_) => true,
            Self::Crash(options) => !options.is_to_be_killed(),
            Self::Floor(_)
            | Self::Growth(_)
            | Self::Builds
            | Self::Calibrate(_)
            | Self::Predict(_) => false,
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Options whose values are texts.
    const TEXTS: [&str; 13] = [
        "directory",
        "path",
        "csv",
        "question",
        "replay",
        "live-in",
        "keep",
        "verdicts",
        "input",
        "acks",
        "out",
        "revisions",
        "bench",
    ];

    /// The commands below this one, and it itself, each with its words.
    fn commands_of(command: &clap::Command, words: &[String]) -> Vec<(Vec<String>, clap::Command)> {
        let below = command.get_subcommands().flat_map(|below| {
            commands_of(below, &[words, &[below.get_name().to_owned()]].concat())
        });
        std::iter::once((words.to_vec(), command.clone())).chain(below).collect()
    }

    #[test]
    fn every_number_has_a_bound() {
        let mut tried = 0;
        for (words, command) in commands_of(&CommandLine::command(), &["durabench".to_owned()]) {
            let takes_number = |option: &&clap::Arg| {
                option.get_action().takes_values()
                    && option.get_possible_values().is_empty()
                    && option.get_long().is_some_and(|long| !TEXTS.contains(&long))
            };
            for long in command.get_arguments().filter(takes_number).filter_map(clap::Arg::get_long)
            {
                for huge in [u64::from(u32::MAX), u64::MAX] {
                    let option = format!("--{long}={huge}");
                    let line = words.iter().chain([&option]);
                    let error = CommandLine::try_parse_from(line).err();
                    let error = error.unwrap_or_else(|| panic!("{words:?} takes {option}"));
                    assert_eq!(error.kind(), clap::error::ErrorKind::ValueValidation, "{error}");
                    tried += 1;
                }
            }
        }
        assert!(tried > 60, "{tried}");
    }

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }
}
