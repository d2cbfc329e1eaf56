//! `durabench log-driver`: one run with a live line, a time series and a run record.

use std::io::Write;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use log_driver::{End, Observer, Outcome, Plan, QUESTION, TOPIC};
use measure::record::QueueSlice;
use report::quantity;
use report::table::{Cell, Field, Lines};

use super::input_options::InputOptions;
use super::plan_options::PlanOptions;
use super::series_table;
use crate::bounded::{SECONDS_MAX, whole, within};
use crate::live::Live;
use crate::session;

#[derive(Args)]
pub(super) struct RunOptions {
    /// How many messages come, or `endless`: until Ctrl-C, after which what is in flight is answered and no ack lost.
    #[arg(long, default_value = "10000", value_parser = messages, value_name = "MESSAGES")]
    messages: Messages,
    /// How long messages come at most, in seconds.
    #[arg(long, value_parser = whole(Duration::from_secs, 1, SECONDS_MAX))]
    seconds: Option<Duration>,
    /// The length of a slice of the time series, in ms.
    #[arg(long, default_value = "1000", value_parser = whole(Duration::from_millis, 1, 3_600_000))]
    slice_ms: Duration,
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

/// A run and what it was.
struct Row {
    plan: Plan,
    outcome: Outcome,
}

/// What is shown of it.
const FIELDS: [Field<Row>; 11] = [
    Field::ids("run", "run", |row| Cell::id(row.plan.label())),
    Field::figure("inserted", "inserted", |row| Cell::Count(row.outcome.counts.inserted)),
    Field::figure("deleted", "deleted", |row| Cell::Count(row.outcome.counts.deleted)),
    Field::figure("redelivered", "again", |row| Cell::Count(row.outcome.counts.redelivered)),
    Field::figure("served_seconds", "took", |row| {
        Cell::Seconds(row.outcome.served_in().as_secs_f64())
    }),
    Field::figure("deleted_per_second", "deleted/s", |row| {
        Cell::Rate(row.outcome.deleted_per_second())
    }),
    Field::figure("store_to_delete_ns_p50", "stored p50", |row| {
        Cell::quantile(row.outcome.kept.store_to_delete_ns.quantile(0.5))
    }),
    Field::figure("store_to_delete_ns_p99", "stored p99", |row| {
        Cell::quantile(row.outcome.kept.store_to_delete_ns.quantile(0.99))
    }),
    Field::figure("waiting_messages_max", "waiting max", |row| {
        Cell::Count(row.outcome.waiting_max())
    }),
    Field::figure("database_bytes_max", "database", |row| {
        Cell::Bytes(row.outcome.database_bytes_max())
    }),
    Field::words("end", "end", |row| Cell::text(row.outcome.end.name())),
];

/// Runs the driver, prints what it showed, and keeps it.
pub(super) fn run(
    options: &RunOptions,
    keep: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let plan = Plan {
        messages: options.messages.0,
        source_time_max: options.seconds,
        slice: options.slice_ms,
        ..options.plan.plan()
    };
    plan.check()?;
    let input = options.input.file()?;
    let mut driver = session::begin(TOPIC, keep, out)?;
    let place = session::folder(&driver).join(QUESTION);
    let csv = options.csv.as_deref();
    let mut watch = Watch(Live::begin(
        csv,
        (&place, &plan.label()),
        &series_table::FIELDS,
        plan.source_time_max,
    )?);
    let measured = plan.measure(&mut driver, &input, &mut watch);
    let series = watch.0.end()?;
    let row = Row { outcome: measured?, plan };
    let code = print(&row, out)?;
    writeln!(out, "series      {}", series.display())?;
    session::say_where(&driver, out)?;
    Ok(code)
}

/// Shows each slice, keeps it, and looks for Ctrl-C.
struct Watch(Live<QueueSlice>);

impl Observer for Watch {
    fn asks_to_end(&mut self) -> bool {
        fixture::check_interrupt().is_err()
    }

    fn see(&mut self, slice: &QueueSlice) {
        let told = format!(
            "{:>6.1} s  inserted {}/s  deleted {}/s  waiting {}  in channels {}  database {}  longest commit {}",
            slice.end_seconds,
            quantity::rate(slice.inserted_per_second()),
            quantity::rate(slice.deleted_per_second()),
            quantity::count(slice.waiting_messages),
            quantity::count(slice.depths.messages + slice.depths.deliveries),
            quantity::bytes(slice.database_bytes),
            quantity::duration_ns(slice.insert_ns_max.max(slice.delete_ns_max) as f64),
        );
        self.0.see(slice, Duration::from_secs_f64(slice.end_seconds), told);
    }
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
