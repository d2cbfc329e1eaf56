//! `durabench vote`: one long run with a live line, a time series and a run record.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use report::quantity;
use report::table::{CsvFile, Lines};
use runner::session::Session;
use vote_load::{MeasuredPoint, Point, SeriesLine, Subject, TOPIC};

use super::ending;
use super::load_options::{LoadOptions, RATE_MAX, seconds};
use super::{point_table, series_table};
use crate::bounded::from_one_to;
use crate::session;

/// How long what waits at the end may still be served: the document's harness waited without end.
const CATCH_UP_MAX: Duration = Duration::from_secs(60);

#[derive(Args)]
pub(crate) struct RunOptions {
    /// The write path; `durabench vote paths` lists them.
    #[arg(long, default_value = "arm-a")]
    path: String,
    /// Operations per second that are due, whether or not earlier ones are acked. The document's
    /// default was 1,000,000, and its plots begin at 10,000.
    #[arg(long, default_value = "20000", value_name = "OPERATIONS", value_parser = from_one_to(RATE_MAX))]
    target: NonZeroU32,
    /// How long the load is measured, in seconds. The document had 30.
    #[arg(long, default_value = "30", value_parser = seconds)]
    seconds: Duration,
    /// How long it runs before it is measured, in seconds. The document had 10.
    #[arg(long, default_value = "10", value_parser = seconds)]
    warm_up_seconds: Duration,
    /// Where the time series goes, a line for each tenth of a second; by default beside the run
    /// record.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    load: LoadOptions,
}

/// Runs the load, prints what it showed, and keeps it.
pub(crate) fn run(options: &RunOptions, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let subject = Subject::find(&options.path, options.load.shards)?;
    let mut session = session::begin(TOPIC, None, out)?;
    let series_path = options.series_path(&session, &subject)?;
    let mut series = CsvFile::create(&series_path, &series_table::FIELDS)?;
    let point = Point {
        load: options.load.load(),
        target: options.target,
        warm_up: options.warm_up_seconds,
        run: options.seconds,
        catch_up_max: CATCH_UP_MAX,
        p99_max_ns: None,
    };
    let live = live_line(&point);
    let mut write_failure = None;
    let measured = point.measure(&mut session, &subject, &mut |line| {
        show(&live, line);
        if let Err(error) = series.add(line) {
            write_failure.get_or_insert(error);
        }
    });
    live.finish_and_clear();
    if let Some(error) = write_failure {
        return Err(error.into());
    }
    match measured {
        Ok(measured) => {
            print(&subject, &measured, out)?;
            session::say_where(&session, out)?;
        }
        Err(error) if ending::is_interrupt(&error) => {
            eprintln!("interrupted before anything was measured: scratch is removed");
        }
        Err(error) => anyhow::bail!("{}: {error}", subject.label()),
    }
    writeln!(out, "series      {}", series_path.display())?;
    Ok(session::exit_code())
}

impl RunOptions {
    fn series_path(&self, session: &Session, subject: &Subject) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.csv {
            return Ok(path.clone());
        }
        let run = session.run_directory().map(|run| run.path().to_path_buf()).unwrap_or_default();
        let directory = run.join(vote_load::QUESTION);
        std::fs::create_dir_all(&directory)?;
        let started = measure::utc::UtcSecond::now().to_string().replace(':', "");
        Ok(directory.join(format!("{}.{}.{started}.csv", subject.label(), self.target)))
    }
}

fn live_line(point: &Point) -> ProgressBar {
    let length = point.warm_up + point.run;
    let bar = ProgressBar::new(length.as_millis() as u64);
    let style = ProgressStyle::with_template("{bar:20} {msg}");
    bar.set_style(style.expect("the template holds only a bar and a message"));
    bar
}

fn show(live: &ProgressBar, line: &SeriesLine) {
    live.set_position(line.end.as_millis() as u64);
    live.set_message(format!(
        "{:>5.1} s  acked {:>6}  p50 {:>7}  p99 {:>7}  longest {:>7}  waiting {:>7}  journal {:>7}",
        line.end.as_secs_f64(),
        quantity::count(line.acked_operations),
        time(line.sojourn_ns_p50),
        time(line.sojourn_ns_p99),
        time(line.sojourn_ns_longest),
        quantity::count(line.backlog_operations),
        quantity::bytes(line.journal_bytes),
    ));
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
