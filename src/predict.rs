//! `durabench predict`: what the cases of a run would take on this machine, by its two yardsticks.

mod here;
mod row;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use clap::Args;
use measure::record::RunRecord;
use measure::run::read_run;
use report::quantity;
use report::terminal::Terminal;

use crate::bounded::whole;
use crate::session::{exit_code, named_or_latest, write_csv};
use here::Here;
use row::Row;

#[derive(Args)]
pub(crate) struct Options {
    /// The run's folder, of this machine or of another one; by default the last run's.
    run: Option<PathBuf>,
    /// How long the yardsticks are read here, in seconds, for all payloads together.
    #[arg(long, default_value = "10", value_parser = whole(Duration::from_secs, 1, SECONDS_MAX))]
    seconds: Duration,
    /// Writes the rows to a file too, unrounded.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// Yardsticks change within seconds, not within hours.
const SECONDS_MAX: u32 = 3_600;

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    fixture::install_interrupt();
    let run = &named_or_latest(options.run.as_deref())?;
    let records = read_run(run)?;
    let all = records.len();
    let known: Vec<&RunRecord> = records.iter().filter(|record| record.cost.is_some()).collect();
    anyhow::ensure!(
        !known.is_empty(),
        "{}: expected a run with at least one case whose record has `cost`, its time in floors and CPU references, got \
         {all} records without; measure it again with a question that runs in blocks, such as `cargo bench --bench \
         log_vs_sqlite`",
        run.display()
    );
    let here = match here::measure(&known, options.seconds) {
        Ok(here) => here,
        // Too short a look would be told as if it were a whole one.
        Err(_) if fixture::check_interrupt().is_err() => return Ok(exit_code()),
        Err(error) => return Err(error),
    };
    let rows = known
        .iter()
        .map(|record| Row::of(record, &here))
        .collect::<anyhow::Result<Vec<Row<'_>>>>()
        .map_err(|error| anyhow!("{}: {error}", run.display()))?;
    print(&rows, &here, all - known.len(), out)?;
    write_csv(options.csv.as_deref(), &row::table(&rows), out)?;
    Ok(exit_code())
}

fn print(
    rows: &[Row<'_>],
    here: &Here,
    without: usize,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    for (payload_bytes, at) in here {
        let Some(payload_bytes) = payload_bytes else { continue };
        let (bytes, time) = (quantity::bytes(*payload_bytes), quantity::duration_ns(at.floor_ns));
        writeln!(out, "floor       {time} for {bytes}")?;
    }
    if let Some(at) = here.values().next() {
        writeln!(out, "reference   {}", quantity::duration_ns(at.reference_ns))?;
    }
    write!(out, "\n{}", row::table(rows).text(Terminal::of_stdout()))?;
    writeln!(
        out,
        "\nA time is that of a packet, query or checkpoint: a floors + b references. The intervals are those of both \
         coefficients at once; they hold neither the noise of the yardsticks here nor what else differs between two \
         machines."
    )?;
    if without > 0 {
        writeln!(out, "{without} further records have no `cost`, and are left out.")?;
    }
    Ok(())
}
