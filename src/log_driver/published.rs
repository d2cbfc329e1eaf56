//! `durabench log-driver published`: the document's table in its own conditions, and without the sleep.

use std::io::Write;
use std::num::NonZeroU64;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use log_driver::{End, EndsAt, Plan, Rate, TOPIC, published};
use report::quantity;
use report::table::{Cell, CsvFile, Field, Lines};

use super::input_options::InputOptions;
use crate::bounded::{SECONDS_MAX, from_one_to, within};
use crate::session;

#[derive(Args)]
pub(super) struct Options {
    /// Messages of each run. The document had 10,000.
    #[arg(long, default_value = "10000", value_parser = messages)]
    messages: NonZeroU64,
    /// A run that takes longer is ended after so many seconds, and its time for all messages extrapolated.
    #[arg(long, default_value = "120", value_parser = from_one_to(SECONDS_MAX))]
    seconds_max: std::num::NonZeroU32,
    #[command(flatten)]
    input: InputOptions,
}

fn messages(text: &str) -> Result<NonZeroU64, String> {
    let number: u64 = within(text, 1, 100_000_000)?;
    NonZeroU64::new(number).ok_or_else(|| "expected a number above 0, got 0".to_owned())
}

/// A run beside what the document says.
struct Row {
    journal_mode: String,
    source: &'static str,
    messages: u64,
    /// Until the last deletion, extrapolated if the run was ended.
    seconds: f64,
    is_extrapolated: bool,
    insert_ns_p50: Option<u64>,
    delete_ns_p50: Option<u64>,
    /// What the document says of so many messages.
    published_seconds: Option<f64>,
}

const FIELDS: [Field<Row>; 8] = [
    Field::ids("journal_mode", "journal mode", |row| Cell::id(&row.journal_mode)),
    Field::words("source", "source", |row| Cell::text(row.source)),
    Field::figure("messages", "messages", |row| Cell::Count(row.messages)),
    Field::figure("seconds", "took", |row| Cell::Seconds(row.seconds)),
    Field::figure("published_seconds", "published", |row| {
        Cell::known(row.published_seconds, Cell::Seconds)
    }),
    Field::figure("insert_ns_p50", "insert p50", |row| Cell::quantile(row.insert_ns_p50)),
    Field::figure("delete_ns_p50", "delete p50", |row| Cell::quantile(row.delete_ns_p50)),
    Field::words("note", "", |row| {
        Cell::text(if row.is_extrapolated { "extrapolated" } else { "" })
    }),
];

/// The file of a run that holds a line for each case.
const FILE_STEM: &str = "log_driver_published";

/// Messages of the document's table.
const PUBLISHED_MESSAGES: u64 = 10_000;

/// Runs the four cases, with a row for each.
pub(super) fn run(
    options: &Options,
    keep: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let input = options.input.file()?;
    let mut driver = session::begin(TOPIC, keep, out)?;
    let run = driver.run_directory().map(|run| run.path().to_path_buf()).unwrap_or_default();
    let mut file = CsvFile::create_new(&run, FILE_STEM, &FIELDS)?;
    let lines = Lines::of(&FIELDS);
    writeln!(out, "{}", lines.headings())?;
    let run_max = Duration::from_secs(options.seconds_max.get().into());
    let mut took = Vec::new();
    for (plan, published_seconds) in published(options.messages) {
        let fast = Plan { rate: Rate::Fast, ..plan.clone() };
        for (plan, source) in [(plan, "sleeps 1 ms"), (fast, "does not sleep")] {
            let mut ends = EndsAt::within(run_max);
            let outcome = plan.measure(&mut driver, &input, &mut ends)?;
            if fixture::check_interrupt().is_err() {
                eprintln!("interrupted: the rows that are shown are kept, and scratch is removed");
                return Ok(session::exit_code());
            }
            let is_whole = outcome.end == End::Complete;
            let done = (outcome.counts.inserted + outcome.counts.deleted).max(1) as f64;
            let served = outcome.served_in().as_secs_f64();
            let share = done / (2 * options.messages.get()) as f64;
            let row = Row {
                journal_mode: plan.store.label(),
                source,
                messages: options.messages.get(),
                seconds: if is_whole { served } else { served / share },
                is_extrapolated: !is_whole,
                insert_ns_p50: outcome.kept.insert_ns.quantile(0.5),
                delete_ns_p50: outcome.kept.delete_ns.quantile(0.5),
                published_seconds: (options.messages.get() == PUBLISHED_MESSAGES
                    && matches!(plan.rate, Rate::Sleep(_)))
                .then_some(published_seconds),
            };
            writeln!(out, "{}", lines.line(&row))?;
            file.add(&row)?;
            took.push(row.seconds);
        }
    }
    if let [rollback_slept, rollback, wal_slept, wal] = took[..] {
        writeln!(
            out,
            "\nrollback takes {} of the WAL's time with the sleep, {} without it; the sleep made the WAL's figure {} of \
             what its commits took",
            quantity::factor(rollback_slept / wal_slept),
            quantity::factor(rollback / wal),
            quantity::factor(wal_slept / wal),
        )?;
    }
    writeln!(out, "figures     {}", file.path().display())?;
    session::say_where(&driver, out)?;
    Ok(session::exit_code())
}
