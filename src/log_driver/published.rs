//! `durabench log-driver published`: the document's table in its own conditions, and without the sleep.

use std::io::Write;
use std::num::NonZeroU64;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use log_driver::{End, EndsAt, Outcome, Plan, Rate, TOPIC, published};
use report::quantity;
use report::table::{Cell, Field};

use super::input_options::InputOptions;
use crate::bounded::{SECONDS_MAX, whole, within};
use crate::session::{self, ROWS_STAY, Rows, unless_interrupted};

#[derive(Args)]
pub(super) struct Options {
    /// Messages of each run. The document had 10,000.
    #[arg(long, default_value = "10000", value_parser = messages)]
    messages: NonZeroU64,
    /// A run that takes longer is ended after so many seconds, and its time for all messages extrapolated.
    #[arg(long, default_value = "120", value_parser = whole(Duration::from_secs, 1, SECONDS_MAX))]
    seconds_max: Duration,
    #[command(flatten)]
    input: InputOptions,
}

fn messages(text: &str) -> Result<NonZeroU64, String> {
    let number: u64 = within(text, 1, 100_000_000)?;
    NonZeroU64::new(number).ok_or_else(|| "expected a number above 0, got 0".to_owned())
}

/// A run beside what the document says of so many messages.
struct Row {
    plan: Plan,
    outcome: Outcome,
    published_seconds: Option<f64>,
}

impl Row {
    fn messages(&self) -> u64 {
        self.plan.messages.map_or(0, NonZeroU64::get)
    }

    fn is_whole(&self) -> bool {
        self.outcome.end == End::Complete
    }

    /// Until the last deletion, extrapolated if the run was ended.
    fn seconds(&self) -> f64 {
        let served = self.outcome.served_in().as_secs_f64();
        let done = (self.outcome.counts.inserted + self.outcome.counts.deleted).max(1) as f64;
        let share = done / (2 * self.messages()) as f64;
        if self.is_whole() { served } else { served / share }
    }
}

const FIELDS: [Field<Row>; 8] = [
    Field::ids("journal_mode", "journal mode", |row| Cell::id(row.plan.store.label())),
    Field::words("source", "source", |row| {
        let sleeps = matches!(row.plan.rate, Rate::Sleep(_));
        Cell::text(if sleeps { "sleeps 1 ms" } else { "does not sleep" })
    }),
    Field::figure("messages", "messages", |row| Cell::Count(row.messages())),
    Field::figure("seconds", "took", |row| Cell::Seconds(row.seconds())),
    Field::figure("published_seconds", "published", |row| {
        Cell::known(row.published_seconds, Cell::Seconds)
    }),
    Field::figure("insert_ns_p50", "insert p50", |row| {
        Cell::quantile(row.outcome.kept.insert_ns.quantile(0.5))
    }),
    Field::figure("delete_ns_p50", "delete p50", |row| {
        Cell::quantile(row.outcome.kept.delete_ns.quantile(0.5))
    }),
    Field::words("note", "", |row| Cell::text(if row.is_whole() { "" } else { "extrapolated" })),
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
    let mut rows = Rows::begin(&session::folder(&driver), FILE_STEM, &FIELDS)?;
    writeln!(out, "{}", rows.headings())?;
    let mut took = Vec::new();
    let is_published = options.messages.get() == PUBLISHED_MESSAGES;
    for (plan, seconds) in published(options.messages) {
        let fast = Plan { rate: Rate::Fast, ..plan.clone() };
        for (plan, published_seconds) in [(plan, is_published.then_some(seconds)), (fast, None)] {
            let mut ends = EndsAt::within(options.seconds_max);
            let outcome = plan.measure(&mut driver, &input, &mut ends)?;
            if unless_interrupted(fixture::check_interrupt(), ROWS_STAY)?.is_none() {
                return Ok(session::exit_code());
            }
            let row = Row { plan, outcome, published_seconds };
            rows.add(&row, out)?;
            took.push(row.seconds());
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
    rows.say_where(out)?;
    session::say_where(&driver, out)?;
    Ok(session::exit_code())
}
