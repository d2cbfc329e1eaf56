//! `durabench growth`: what commits and checkpoints take while a store grows.

use std::num::{NonZeroU32, NonZeroU64};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use fixture::{Case, Driver, FixtureError, GrowthLimits, Load, Place, Prefill, Workload};
use write_path::CheckpointMode;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode, Pragmas,
    SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Who checkpoints the WAL, and when.
    #[arg(long, value_enum, default_value = "automatic")]
    strategy: Strategy,
    /// How a checkpoint of `after-ack` or `background` is asked for.
    #[arg(long, value_enum, default_value = "passive")]
    mode: Mode,
    /// Pages in the WAL at which `automatic` checkpoints. SQLite's default is 1,000.
    #[arg(long, default_value = "1000")]
    automatic_pages: NonZeroU32,
    /// Records from one checkpoint of `after-ack` to the next. The first document had 100,000.
    #[arg(long, default_value = "100000")]
    every_records: NonZeroU32,
    /// Milliseconds from one checkpoint of `background` to the next.
    #[arg(long, default_value = "50")]
    every_milliseconds: NonZeroU32,
    /// Where the votes go: `indexed` has an index on the article, as the first document's table had.
    #[arg(long, value_enum, default_value = "indexed")]
    table: Shape,
    /// Votes in one commit. The first document's merged packet had about 400.
    #[arg(long, default_value = "400")]
    records_per_packet: NonZeroU32,
    /// Payload that the store holds before, in MiB (24 bytes for a vote); 0 begins with an empty one.
    #[arg(long, default_value = "0")]
    prefill_mebibytes: u32,
    /// Seconds of driving at most. The first document's runs had 30.
    #[arg(long, default_value = "60")]
    seconds: NonZeroU32,
    /// Seconds of one step: a line of the table and of the CSV. A thirtieth of the time unless told.
    #[arg(long)]
    step_seconds: Option<NonZeroU32>,
    /// The run ends once database and WAL take as many MiB.
    #[arg(long, default_value = "4096")]
    disk_mebibytes: NonZeroU32,
}

/// Who checkpoints.
#[derive(Clone, Copy, ValueEnum)]
enum Strategy {
    /// The commit that fills the WAL, as SQLite does by itself.
    Automatic,
    /// Nobody.
    None,
    /// The committing thread, after an ack.
    AfterAck,
    /// A thread of its own.
    Background,
    /// A thread of its own copies, and the committing thread finishes after an ack.
    TwoPhase,
}

/// How a checkpoint is asked for.
#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    /// Copies what it can and waits for nobody.
    Passive,
    /// Waits for writers and readers, and copies everything.
    Full,
    /// As full, and lets the next commit begin the WAL anew.
    Restart,
    /// As restart, and cuts the WAL file.
    Truncate,
}

/// A table of votes.
#[derive(Clone, Copy, ValueEnum)]
enum Shape {
    /// Two integers, appended.
    Appended,
    /// The same with an index on the article, which takes each vote on another leaf.
    Indexed,
}

/// Frames that a two-phase checkpoint lets wait for the copying thread, and for the finish.
const COPY_FRAMES: NonZeroU32 = NonZeroU32::new(1000).expect("not zero");
const RESET_FRAMES: NonZeroU32 = NonZeroU32::new(4000).expect("not zero");

pub(crate) fn run(options: &Options) -> ExitCode {
    fixture::grow(|| case(options), limits(options))
}

fn limits(options: &Options) -> GrowthLimits {
    let limits = GrowthLimits::of_seconds(options.seconds);
    let step = options.step_seconds.and_then(|seconds| seconds.checked_mul(THOUSAND));
    let disk_bytes = NonZeroU64::from(options.disk_mebibytes).saturating_mul(MEBIBYTE);
    GrowthLimits {
        step_milliseconds: step.unwrap_or(limits.step_milliseconds),
        disk_bytes,
        ..limits
    }
}

const THOUSAND: NonZeroU32 = NonZeroU32::new(1000).expect("not zero");
const MEBIBYTE: NonZeroU64 = NonZeroU64::new(1 << 20).expect("not zero");

fn case(options: &Options) -> Result<Case, FixtureError> {
    let load = Load {
        workload: Workload::VOTES,
        records_per_packet: options.records_per_packet,
        driver: Driver::ClosedLoop,
        place: Place::Disk,
    };
    let prefill =
        NonZeroU32::new(options.prefill_mebibytes).map_or(Prefill::Empty, Prefill::Mebibytes);
    Ok(Case::new(path(options)?, load).prefilled(prefill))
}

fn path(options: &Options) -> Result<SqliteSpec, FixtureError> {
    let table = Table::Votes(match options.table {
        Shape::Appended => SecondaryIndexes::None,
        Shape::Indexed => SecondaryIndexes::Article,
    });
    let mode = match options.mode {
        Mode::Passive => CheckpointMode::Passive,
        Mode::Full => CheckpointMode::Full,
        Mode::Restart => CheckpointMode::Restart,
        Mode::Truncate => CheckpointMode::Truncate,
    };
    let database_sync = DatabaseSync::WhenComplete;
    let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
    let mut spec = SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas);
    spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
    Ok(match options.strategy {
        Strategy::Automatic => {
            spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Pages(options.automatic_pages);
            spec
        }
        Strategy::None => spec,
        Strategy::AfterAck => {
            let every = CheckpointInterval::Records(options.every_records);
            spec.with_checkpoints(CheckpointStrategy::AfterAck { every, mode })
        }
        Strategy::Background => {
            let pace = BackgroundPace::Milliseconds(options.every_milliseconds);
            spec.with_checkpoints(CheckpointStrategy::Background { pace, mode, database_sync })
        }
        Strategy::TwoPhase => spec.with_checkpoints(CheckpointStrategy::TwoPhase {
            copy_frames: COPY_FRAMES,
            reset_frames: RESET_FRAMES,
            database_sync,
        }),
    })
}
