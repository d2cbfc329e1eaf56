//! The program `durabench`: what a person asks around `cargo bench`.

mod builds;
mod floor;
mod growth;
mod reference;
mod tables;
mod vote;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What does an acknowledged write cost? The questions themselves run with `cargo bench`.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures one write and one sync, which is the floor that every ack stands on.
    Floor(floor::Options),
    /// Lets a store grow, and shows what commits and checkpoints take meanwhile.
    Growth(growth::Options),
    /// Prints the tables and findings of a run again, and rewrites its summary.
    Tables(tables::Options),
    /// Keeps a run below reports/ and shows its headline in README.md.
    Reference(reference::Options),
    /// Lists the SQLite builds that are compiled in.
    Builds,
    /// Puts the first document's load of votes on a write path, at a rate that does not wait for acks.
    Vote(vote::Options),
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let outcome = match CommandLine::parse().command {
        Command::Floor(options) => floor::run(&options, &mut out).map(|()| ExitCode::SUCCESS),
        Command::Growth(options) => Ok(growth::run(&options)),
        Command::Tables(options) => tables::run(&options, &mut out).map(|()| ExitCode::SUCCESS),
        Command::Reference(options) => {
            reference::run(&options, &mut out).map(|()| ExitCode::SUCCESS)
        }
        Command::Builds => builds::run(&mut out).map(|()| ExitCode::SUCCESS),
        Command::Vote(options) => vote::run(&options, &mut out),
    };
    match outcome {
        Ok(code) => code,
        // A reader that has seen enough (`| head`) is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
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

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }
}
