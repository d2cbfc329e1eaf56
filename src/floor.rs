//! `durabench floor`: one write and one sync, measured on its own.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use anyhow::anyhow;
use clap::Args;
use measure::environment::{Environment, is_tmpfs, sync_warnings};
use measure::floor::{Floor, PAYLOAD_BYTES_MAX, SyncCall};
use report::machine_facts;
use report::table::{Cell, Field, Table};
use report::terminal::Terminal;
use runner::scratch::DiskClaim;

use crate::bounded::{from_one_to, within};

#[derive(Args)]
pub(crate) struct Options {
    /// The directory whose disk is measured.
    #[arg(long, default_value = ".")]
    directory: PathBuf,
    /// Bytes of each write, up to 64 MiB. The first document's merged packet of 400 votes is 9,600.
    #[arg(long, default_value = "4096", value_parser = |text: &str| within(text, NonZeroUsize::MIN, PAYLOAD_MAX))]
    payload_bytes: NonZeroUsize,
    /// Writes with each of fdatasync and fsync.
    #[arg(long, default_value = "1000", value_parser = from_one_to(WRITES_MAX))]
    writes: NonZeroU32,
}

const PAYLOAD_MAX: NonZeroUsize = NonZeroUsize::new(PAYLOAD_BYTES_MAX).expect("not zero");

/// Writes at most: every time is kept in memory until the end.
const WRITES_MAX: u32 = 10_000_000;

/// What is told of the machine.
const FACTS: [&str; 4] = ["filesystem", "device", "write cache", "kernel"];

/// Bursts of either call, so that both see the disk in the same regimes.
const BURST_WRITES: u32 = 20;

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<()> {
    let directory = &options.directory;
    let facts = machine_facts(&Environment::capture(directory)?).into_iter();
    let facts = facts.filter(|(name, _)| FACTS.contains(name));
    let facts: Vec<String> = facts.map(|(name, fact)| format!("{name} {fact}")).collect();
    writeln!(out, "{}", facts.join(", "))?;
    let claim = DiskClaim::of(directory)?;
    let tmpfs = is_tmpfs(directory)?.then(|| "this is a tmpfs, where a sync costs nothing".into());
    let warnings = tmpfs.into_iter().chain(sync_warnings(directory));
    for warning in warnings.chain(claim.warning().map(Into::into)) {
        writeln!(out, "warning: {warning}")?;
    }
    let mut rows = Vec::new();
    for call in [SyncCall::Fdatasync, SyncCall::DataSyncWrite, SyncCall::Fsync] {
        let floor = Floor::prepare(directory, options.payload_bytes, call)?;
        rows.push(Row { call, floor, times_ns: Vec::new() });
    }
    let mut left = options.writes.get();
    while let Some(writes) = NonZeroU32::new(left.min(BURST_WRITES)) {
        for Row { call, floor, times_ns } in &mut rows {
            let burst = floor.burst(writes);
            times_ns.extend(burst.map_err(|error| anyhow!("measuring {call:?}: {error}"))?);
        }
        left -= writes.get();
    }
    rows.iter_mut().for_each(|row| row.times_ns.sort_unstable());
    let of = format!("writes of {} bytes", options.payload_bytes);
    write!(out, "{}", Table::of(&FIELDS, &rows).with_note(of).text(Terminal::of_stdout()))?;
    Ok(())
}

/// The floor with one call.
struct Row {
    call: SyncCall,
    floor: Floor,
    /// Sorted in the end.
    times_ns: Vec<u64>,
}

const FIELDS: [Field<Row>; 5] = [
    Field::words("sync_call", "call", |row| Cell::text(row.call.name())),
    Field::figure("floor_ns_p50", "p50", |row| row.at(0.5)),
    Field::figure("floor_ns_p99", "p99", |row| row.at(0.99)),
    Field::figure("floor_ns_longest", "longest", |row| row.at(1.0)),
    Field::figure("writes", "writes", |row| Cell::Count(row.times_ns.len() as u64)),
];

impl Row {
    /// The time that this share of the writes took at most.
    fn at(&self, share: f64) -> Cell {
        let place = (self.times_ns.len().saturating_sub(1) as f64 * share) as usize;
        Cell::quantile(self.times_ns.get(place).copied())
    }
}
