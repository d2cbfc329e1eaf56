//! `durabench growth`: what commits and checkpoints take while a store grows.

mod strategy;

use std::num::{NonZeroU32, NonZeroU64};
use std::process::ExitCode;

use clap::Args;
use fixture::{Case, FixtureError, GrowthLimits, Load, Prefill, Workload};
use write_path::sqlite::{JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table};

use crate::bounded::{SECONDS_MAX, from_one_to, one_of, up_to};
use strategy::StrategyOptions;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    strategy: StrategyOptions,
    /// Where the votes go: `indexed` has an index on the article, as the first document's table had.
    #[arg(long, value_parser = one_of(TABLES), default_value = "indexed")]
    table: Table,
    /// Votes in one commit. The first document's merged packet had about 400.
    #[arg(long, default_value = "400", value_parser = from_one_to(RECORDS_PER_PACKET_MAX))]
    records_per_packet: NonZeroU32,
    /// Payload that the store holds before, in MiB (24 bytes for a vote); 0 begins with an empty one.
    #[arg(long, default_value = "0", value_parser = up_to(MEBIBYTES_MAX))]
    prefill_mebibytes: u32,
    /// Seconds of driving at most. The first document's runs had 30.
    #[arg(long, default_value = "60", value_parser = from_one_to(SECONDS_MAX))]
    seconds: NonZeroU32,
    /// Seconds of one step: a line of the table and of the CSV. A thirtieth of the time unless told.
    #[arg(long, value_parser = from_one_to(SECONDS_MAX))]
    step_seconds: Option<NonZeroU32>,
    /// The run ends once database and WAL take as many MiB.
    #[arg(long, default_value = "4096", value_parser = from_one_to(MEBIBYTES_MAX))]
    disk_mebibytes: NonZeroU32,
}

/// Votes of one commit at most: they lie in memory.
const RECORDS_PER_PACKET_MAX: u32 = 1_000_000;

/// What a store may take or hold at most: 1 TiB.
const MEBIBYTES_MAX: u32 = 1 << 20;

const TABLES: [(&str, &str, Table); 2] = [
    ("appended", "Two integers, appended", Table::Votes(SecondaryIndexes::None)),
    (
        "indexed",
        "The same with an index on the article, which takes each vote on another leaf",
        Table::Votes(SecondaryIndexes::Article),
    ),
];

const THOUSAND: NonZeroU32 = NonZeroU32::new(1000).expect("not zero");
const MEBIBYTE: NonZeroU64 = NonZeroU64::new(1 << 20).expect("not zero");

pub(crate) fn run(options: &Options) -> ExitCode {
    let limits = GrowthLimits::of_seconds(options.seconds);
    let step = options.step_seconds.and_then(|seconds| seconds.checked_mul(THOUSAND));
    let limits = GrowthLimits {
        step_milliseconds: step.unwrap_or(limits.step_milliseconds),
        disk_bytes: NonZeroU64::from(options.disk_mebibytes).saturating_mul(MEBIBYTE),
        ..limits
    };
    fixture::grow(|| case(options), limits)
}

fn case(options: &Options) -> Result<Case, FixtureError> {
    let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
    let path = SqliteSpec::new(sqlite_builds::find("bundled")?, options.table, pragmas);
    let load = Load::closed_loop(Workload::VOTES, options.records_per_packet);
    let prefill =
        NonZeroU32::new(options.prefill_mebibytes).map_or(Prefill::Empty, Prefill::Mebibytes);
    Ok(Case::new(options.strategy.on(path), load).prefilled(prefill))
}
