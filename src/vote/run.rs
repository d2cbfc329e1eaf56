//! `durabench vote`: one long run with a live line, a time series and a run record.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use clap::Args;
use report::quantity;
use report::table::{Cell, Field, Lines};
use vote_load::{MeasuredPoint, Point, QUESTION, SeriesLine, Subject, TOPIC};

use super::load_options::{LengthOptions, LoadOptions, RATE_MAX};
use super::point_table;
use crate::bounded::from_one_to;
use crate::live::Live;
use crate::session::{self, unless_interrupted};

/// How long what waits at the end may still be served: the document's harness waited without end.
const CATCH_UP_MAX: Duration = Duration::from_secs(60);

#[derive(Args)]
#[command(mut_arg("seconds", |seconds| seconds.default_value("30")))]
#[command(mut_arg("warm_up_seconds", |seconds| seconds.default_value("10")))]
pub(crate) struct RunOptions {
    /// The write path; `durabench vote paths` lists them.
    #[arg(long, default_value = "arm-a")]
    path: String,
    /// Operations per second that are due, whether or not earlier ones are acked. The document's
    /// default was 1,000,000, and its plots begin at 10,000; it measured 30 seconds after 10.
    #[arg(long, default_value = "20000", value_name = "OPERATIONS", value_parser = from_one_to(RATE_MAX))]
    target: NonZeroU32,
    #[command(flatten)]
    length: LengthOptions,
    /// Where the time series goes, a line for each tenth of a second; by default beside the run
    /// record.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    load: LoadOptions,
}

/// The time series' columns. A quantile is empty where fewer than ten values lie beyond it.
const FIELDS: [Field<SeriesLine>; 10] = [
    Field::figure("seconds", "seconds", |line| Cell::Seconds(line.end.as_secs_f64())),
    Field::figure("handed_operations", "handed", |line| Cell::Count(line.handed_operations)),
    Field::figure("acked_operations", "acked", |line| Cell::Count(line.acked_operations)),
    Field::figure("backlog_operations", "waiting", |line| Cell::Count(line.backlog_operations)),
    Field::figure("sojourn_ns_p50", "p50", |line| Cell::quantile(line.sojourn_ns_p50)),
    Field::figure("sojourn_ns_p99", "p99", |line| Cell::quantile(line.sojourn_ns_p99)),
    Field::figure("sojourn_ns_longest", "longest", |line| Cell::quantile(line.sojourn_ns_longest)),
    Field::figure("database_bytes", "database", |line| Cell::Bytes(line.database_bytes)),
    Field::figure("journal_bytes", "journal", |line| Cell::Bytes(line.journal_bytes)),
    Field::figure("resident_bytes", "resident", |line| {
        Cell::known(line.resident_bytes, Cell::Bytes)
    }),
];

/// Runs the load, prints what it showed, and keeps it.
pub(crate) fn run(options: &RunOptions, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let subject = Subject::find(&options.path, options.load.shards)?;
    let mut session = session::begin(TOPIC, None, out)?;
    let point = Point {
        catch_up_max: CATCH_UP_MAX,
        ..options.length.point(options.load.load(), options.target)
    };
    let place = session::folder(&session).join(QUESTION);
    let stem = format!("{}.{}", subject.label(), options.target);
    let length = Some(point.warm_up + point.run);
    let mut live = Live::begin(options.csv.as_deref(), (&place, &stem), &FIELDS, length)?;
    let measured = point.measure(&mut session, &subject, &mut |line| {
        live.see(line, line.end, in_words(line));
    });
    let series = live.end()?;
    let measured =
        unless_interrupted(measured, " before anything was measured: scratch is removed");
    if let Some(measured) = measured.map_err(|error| anyhow!("{}: {error}", subject.label()))? {
        print(&subject, &measured, out)?;
        session::say_where(&session, out)?;
    }
    writeln!(out, "series      {}", series.display())?;
    Ok(session::exit_code())
}

fn in_words(line: &SeriesLine) -> String {
    format!(
        "{:>5.1} s  acked {:>6}  p50 {:>7}  p99 {:>7}  longest {:>7}  waiting {:>7}  journal {:>7}",
        line.end.as_secs_f64(),
        quantity::count(line.acked_operations),
        time(line.sojourn_ns_p50),
        time(line.sojourn_ns_p99),
        time(line.sojourn_ns_longest),
        quantity::count(line.backlog_operations),
        quantity::bytes(line.journal_bytes),
    )
}

fn time(ns: Option<u64>) -> String {
    ns.map_or_else(|| "-".to_string(), |ns| quantity::duration_ns(ns as f64))
}

fn print(subject: &Subject, measured: &MeasuredPoint, out: &mut dyn Write) -> anyhow::Result<()> {
    let record = &measured.record;
    writeln!(out, "\n{}", record.case.id)?;
    let lines = Lines::of(&point_table::FIELDS);
    writeln!(out, "{}\n{}", lines.headings(), lines.line(measured))?;
    if let Some(reads) = &measured.load.read_sojourn_ns {
        writeln!(out, "reads       p50 {}, p99 {}", time(reads.p50), time(reads.p99))?;
    }
    for note in &record.notes {
        writeln!(out, "note        {note}")?;
    }
    writeln!(
        out,
        "verified    {} votes of {}: {}",
        record.verify.found_records,
        subject.label(),
        record.verify.note
    )?;
    Ok(())
}
