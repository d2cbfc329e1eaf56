//! `durabench log-driver questions`: the document's questions as judged rows.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroU64};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use log_driver::contrasts;
use report::table::{CsvFile, Lines};

use super::contrast_table::{FIELDS, Row};
use super::input_options::InputOptions;
use crate::bounded::{SECONDS_MAX, from_one_to};

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

/// The file of a run that holds a line for each contrast.
const FILE_STEM: &str = "log_driver_questions";

/// Measures each contrast, with a row for each.
pub(super) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let input = options.input.file()?;
    let mut session = super::begin(out)?;
    let run = session.run_directory().map(|run| run.path().to_path_buf()).unwrap_or_default();
    let mut file = CsvFile::create_new(&run, FILE_STEM, &FIELDS)?;
    let lines = Lines::of(&FIELDS);
    writeln!(out, "{}", lines.headings())?;
    let run_max = Duration::from_secs(options.seconds_max.get().into());
    for contrast in contrasts(NonZeroU64::from(options.messages)) {
        match contrast.measure(&mut session, &input, options.rounds, run_max) {
            Ok(contrasted) => {
                let row = Row { contrast, contrasted };
                writeln!(out, "{}", lines.line(&row))?;
                file.add(&row)?;
            }
            Err(_) if fixture::check_interrupt().is_err() => {
                eprintln!("interrupted: the rows that are shown are kept, and scratch is removed");
                break;
            }
            Err(error) => anyhow::bail!("{} ({}): {error}", contrast.asks, contrast.change),
        }
    }
    writeln!(out, "figures     {}", file.path().display())?;
    Ok(super::exit_code())
}
