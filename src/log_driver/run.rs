//! `durabench log-driver`: one run with a live line, a time series and a run record.

use std::io::Write;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use log_driver::{End, Observer, Plan, QUESTION, TOPIC};
use measure::record::QueueSlice;
use report::quantity;
use report::table::{CsvFile, Lines};
use runner::session::Session;

use super::input_options::InputOptions;
use super::plan_options::PlanOptions;
use super::run_table::{FIELDS, Row};
use super::series_table;
use crate::bounded::{SECONDS_MAX, from_one_to, within};
use crate::session;

#[derive(Args)]
pub(super) struct RunOptions {
    /// How many messages come, or `endless`: until Ctrl-C, after which what is in flight is answered and no ack lost.
    #[arg(long, default_value = "10000", value_parser = messages, value_name = "MESSAGES")]
    messages: Messages,
    /// How long messages come at most, in seconds.
    #[arg(long, value_parser = from_one_to(SECONDS_MAX))]
    seconds: Option<std::num::NonZeroU32>,
    /// The length of a slice of the time series, in ms.
    #[arg(long, default_value = "1000", value_parser = from_one_to(3_600_000))]
    slice_ms: std::num::NonZeroU32,
    /// Where the time series goes, a line for each slice; by default beside the run record.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    plan: PlanOptions,
    #[command(flatten)]
    input: InputOptions,
}

/// How many messages come; `None` without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Messages(Option<NonZeroU64>);

/// Messages at most: a bit is kept of each.
const MESSAGES_MAX: u64 = 1_000_000_000;

fn messages(text: &str) -> Result<Messages, String> {
    if text == "endless" {
        return Ok(Messages(None));
    }
    let number = within(text, 1, MESSAGES_MAX).map_err(|error| format!("{error}; or `endless`"))?;
    Ok(Messages(NonZeroU64::new(number)))
}

/// Runs the driver, prints what it showed, and keeps it.
pub(super) fn run(
    options: &RunOptions,
    keep: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let plan = Plan {
        messages: options.messages.0,
        source_time_max: options.seconds.map(|seconds| Duration::from_secs(seconds.get().into())),
        slice: Duration::from_millis(options.slice_ms.get().into()),
        ..options.plan.plan()
    };
    plan.check()?;
    let input = options.input.file()?;
    let mut driver = session::begin(TOPIC, keep, out)?;
    let mut series = options.series(&driver, &plan)?;
    let mut watch = Watch { bar: live_line(), series: &mut series, failure: None };
    let measured = plan.measure(&mut driver, &input, &mut watch);
    watch.bar.finish_and_clear();
    if let Some(error) = watch.failure {
        return Err(error.into());
    }
    let row = Row { outcome: measured?, plan };
    let code = print(&row, out)?;
    writeln!(out, "series      {}", series.path().display())?;
    session::say_where(&driver, out)?;
    Ok(code)
}

type SeriesFile = CsvFile<'static, QueueSlice>;

impl RunOptions {
    fn series(&self, driver: &Session, plan: &Plan) -> anyhow::Result<SeriesFile> {
        if let Some(path) = &self.csv {
            return Ok(CsvFile::create(path, &series_table::FIELDS)?);
        }
        let run = driver.run_directory().map(|run| run.path().to_path_buf()).unwrap_or_default();
        Ok(CsvFile::create_new(&run.join(QUESTION), &plan.label(), &series_table::FIELDS)?)
    }
}

/// Shows each slice, keeps it, and looks for Ctrl-C.
struct Watch<'run> {
    bar: ProgressBar,
    series: &'run mut SeriesFile,
    failure: Option<report::ReportError>,
}

impl Observer for Watch<'_> {
    fn asks_to_end(&mut self) -> bool {
        fixture::check_interrupt().is_err()
    }

    fn see(&mut self, slice: &QueueSlice) {
        self.bar.set_message(format!(
            "{:>6.1} s  inserted {}/s  deleted {}/s  waiting {}  in channels {}  database {}  longest commit {}",
            slice.end_seconds,
            quantity::rate(slice.inserted_per_second()),
            quantity::rate(slice.deleted_per_second()),
            quantity::count(slice.waiting_messages),
            quantity::count(slice.depths.messages + slice.depths.deliveries),
            quantity::bytes(slice.database_bytes),
            quantity::duration_ns(slice.insert_ns_max.max(slice.delete_ns_max) as f64),
        ));
        self.bar.tick();
        if let Err(error) = self.series.add(slice) {
            self.failure.get_or_insert(error);
        }
    }
}

fn live_line() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{msg}");
    bar.set_style(style.expect("the template holds only a message"));
    bar
}

fn print(row: &Row, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let lines = Lines::of(&FIELDS);
    writeln!(out, "\n{}\n{}", lines.headings(), lines.line(row))?;
    let outcome = &row.outcome;
    let counts = &outcome.counts;
    for (what, count) in [
        ("turned away", counts.turned_away),
        ("refused", counts.refused),
        ("given up", counts.given_up),
        ("unanswered", outcome.kept.unanswered),
    ] {
        if count > 0 {
            writeln!(out, "{what:<11} {}", quantity::count(count))?;
        }
    }
    writeln!(out, "over time   {}", outcome.slow_phase())?;
    let verified = outcome.verified;
    writeln!(
        out,
        "verified    {} acked: {} delivered, {} wait in the store for the next start",
        quantity::count(verified.acked),
        quantity::count(verified.delivered),
        quantity::count(verified.waiting),
    )?;
    match &outcome.end {
        End::Complete => Ok(ExitCode::SUCCESS),
        End::Interrupted => Ok(session::exit_code()),
        End::Deadlock(deadlock) => {
            writeln!(out, "{deadlock}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_a_number_or_endless() {
        assert_eq!(messages("endless"), Ok(Messages(None)));
        assert_eq!(messages("5"), Ok(Messages(NonZeroU64::new(5))));
        for refused in ["0", "-1", "many", "1000000001"] {
            let error = messages(refused).expect_err(refused);
            assert!(error.contains("endless"), "{error}");
        }
    }
}
