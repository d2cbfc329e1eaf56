//! `durabench log-driver questions`: the document's questions as judged rows.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroU64};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use log_driver::{Effort, TOPIC, answer, contrasts};

use super::input_options::InputOptions;
use crate::bounded::{SECONDS_MAX, from_one_to};
use crate::session;

#[derive(Args)]
pub(super) struct Options {
    /// Messages of each run.
    #[arg(long, default_value = "2000", value_parser = from_one_to(10_000_000))]
    messages: NonZeroU32,
    /// How often both sides of a question are run, in turns.
    #[arg(long, default_value = "5", value_parser = from_one_to(1_000))]
    rounds: NonZeroU32,
    /// A run that takes longer is ended after so many seconds; rates are of what it served.
    #[arg(long, default_value = "20", value_parser = from_one_to(SECONDS_MAX))]
    seconds_max: NonZeroU32,
    #[command(flatten)]
    input: InputOptions,
}

/// Measures each contrast, with a row for each.
pub(super) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let input = options.input.file()?;
    let driver = session::begin(TOPIC, out)?;
    let effort = Effort {
        messages: NonZeroU64::from(options.messages),
        rounds: options.rounds,
        run_max: Duration::from_secs(options.seconds_max.get().into()),
    };
    let mut written = Ok(());
    let mut show = |line: &str| {
        if written.is_ok() {
            written = writeln!(out, "{line}");
        }
    };
    let answered = answer(&driver, &input, contrasts(effort.messages), effort, &mut show);
    written?;
    match answered {
        Ok(Some(file)) => writeln!(out, "figures     {}", file.display())?,
        Ok(None) => {}
        Err(_) if fixture::check_interrupt().is_err() => {
            eprintln!("interrupted: the rows that are shown are kept, and scratch is removed");
        }
        Err(error) => anyhow::bail!("{error}"),
    }
    Ok(session::exit_code())
}
