//! `durabench log-driver questions`: the document's questions, judged.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use log_driver::{Effort, QUESTIONS, QUESTIONS_TOPIC, measure_questions};
use report::evidence::Evidence;
use report::judged;

use super::input_options::InputOptions;
use crate::bounded::{SECONDS_MAX, from_one_to, whole};
use crate::session;

#[derive(Args)]
pub(super) struct Options {
    /// Messages of each run.
    #[arg(long, default_value = "2000", value_parser = from_one_to(10_000_000))]
    messages: NonZeroU32,
    /// Blocks, each of which holds every run once. Of fewer than 4 nothing is judged.
    #[arg(long, default_value = "6", value_parser = from_one_to(1_000))]
    blocks: NonZeroU32,
    /// A run that takes longer is ended after so many seconds; figures are of what it served.
    #[arg(long, default_value = "20", value_parser = whole(Duration::from_secs, 1, SECONDS_MAX))]
    seconds_max: Duration,
    #[command(flatten)]
    input: InputOptions,
}

/// Measures everything that is compared, and tells what that answers.
pub(super) fn run(
    options: &Options,
    keep: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let input = options.input.file()?;
    let driver = session::begin(QUESTIONS_TOPIC, keep, out)?;
    let effort = Effort {
        messages: NonZeroU64::from(options.messages),
        blocks: options.blocks,
        run_max: options.seconds_max,
    };
    let mut written = Ok(());
    let mut tell = |block| {
        if written.is_ok() {
            written = writeln!(out, "block {} of {}", block + 1, effort.blocks);
        }
    };
    let measured = measure_questions((&driver, &input), &|_| true, effort, &mut tell);
    written?;
    if let Err(error) = measured {
        if fixture::check_interrupt().is_ok() {
            anyhow::bail!("{error}");
        }
        eprintln!("interrupted: whole blocks are kept, and scratch is removed");
    }
    if let Some(run) = driver.run_directory() {
        for evidence in Evidence::read(run.path())?.iter().filter(|it| it.name == QUESTIONS) {
            for answer in judged::asked(&judged::judge(evidence)) {
                writeln!(out, "- {answer}")?;
            }
        }
        session::say_where(&driver, out)?;
    }
    Ok(session::exit_code())
}
