//! Checkpoints: who pays, when, and does anybody have to wait?
//!
//! Claims (soup-write-performance, "Checkpointing"): automatic checkpoints stall the commit that
//! triggers them for up to 300 ms; checkpoints after the ack lifted 25 k votes per second to 42 k, but
//! still halt the thread; a passive checkpoint from a thread of its own would be a no-op under constant
//! writes, and the WAL would grow without bound; a checkpoint takes the longer the larger the database;
//! a larger WAL slows writes too.
//!
//! Settled by: acked and drained rate, ack latency with the longest and what the slowest overlapped
//! with, the WAL's largest size, and every checkpoint's length; of the same votes, from the same file,
//! handed in as fast as they are acked and at half that rate, with its breaks between writes.
//!
//! The base has no checkpoint at all: its WAL grows for as long as it is timed, and the drained rate
//! charges what the others did meanwhile. No case pauses for floors while it is timed, because a pause
//! is a present to a thread that works beside the packets.
//!
//! Some strategies are measured again with a reader beside the packets, on a connection of its own: what it costs
//! those who write, and what checkpoints cost those who read.
//!
//! `DURABENCH_GROWTH=SECONDS` puts a longer run in the place of the question: one case that goes on
//! for so long, in steps, with insert, commit and checkpoints over the database's size. The program's
//! command `growth` is the same with options.

use std::num::NonZeroU8;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Arrivals, Case, Column, Driver, FixtureError, Frame, Load, Method, OfferedRate, Pace, Prefill,
    Profile, Question, Workload, count,
};
use native_log::LogOptions;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode,
    JournalSizeLimit, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};
use write_path::{CheckpointMode, LogSpec};

/// The first document's merged packet.
const VOTES: Load = Load::closed_loop(Workload::VOTES, count(400));

/// Poisson arrivals at half of what the case commits in a closed loop.
const HALF_LOAD: Driver = Driver::OpenLoop {
    rate: OfferedRate::PercentOfSaturation(NonZeroU8::new(50).expect("50 is not zero")),
    arrivals: Arrivals::Poisson,
};

/// 2.8 million votes: the table and its index are far larger than the page cache.
const PREFILL: Prefill = Prefill::Mebibytes(count(64));

/// Votes are appended: a packet dirties a few pages.
const APPENDED: Table = Table::Votes(SecondaryIndexes::None);

/// Each vote's article lies on another leaf of an index: a packet dirties a few hundred pages.
const INDEXED: Table = Table::Votes(SecondaryIndexes::Article);

const PACE: Pace =
    Pace { warm_up: Duration::from_millis(150), measurement: Duration::from_millis(1000) };

/// A sixteenth of it, for a checkpoint's length over the database's size.
const SMALL_PREFILL: Prefill = Prefill::Mebibytes(count(4));

/// Where a strategy is measured beside the table with the index at saturation, which has all of them. The wide
/// profile measures all of them everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breadth {
    /// On both tables, at both loads.
    Everywhere,
    /// On the table with the index, at both loads.
    BothLoads,
    /// Nowhere else.
    Saturation,
}

fn main() -> ExitCode {
    fixture::run_or_grow(question, growing_case)
}

fn question() -> Result<Question, FixtureError> {
    let log = |load| Case::new(LogSpec { options: LogOptions::recycled_fdatasync() }, load);
    let mut question = Question::new(Frame {
        name: "checkpoint_strategy",
        asks: "checkpoints: who pays, when, and does anybody have to wait?",
        claim: "automatic checkpoints stall up to 300 ms; behind the ack they gave 42 k for 25 k; a \
                thread of their own would be a no-op",
        settled_by: "rates, the slowest acks and what they overlapped with, the WAL's largest size",
        bases: vec![case(none()?, VOTES), log(VOTES).prefilled(PREFILL).steadily()],
        shown_axes: &[],
        swept_axis: "records_per_packet",
        columns: &[
            Column::Drained,
            Column::WalMax,
            Column::CheckpointLongest,
            Column::SlowestWaitedFor,
            Column::ReadsPerSecond,
            Column::ReaderP99,
        ],
        grouped_by: &["table", "driver", "company"],
        method: Method::Sampled(PACE),
    });
    let half = Load { driver: HALF_LOAD, ..VOTES };
    let is_wide = Profile::of_environment()? == Profile::Wide;
    for (spec, breadth) in strategies()? {
        let appended = SqliteSpec { table: APPENDED, ..spec };
        question.add(case(spec, VOTES))?;
        let others = [
            (case(spec, half), breadth != Breadth::Saturation),
            (case(appended, VOTES), breadth == Breadth::Everywhere),
            (case(appended, half), breadth == Breadth::Everywhere),
        ];
        for (case, is_measured) in others {
            if is_measured || is_wide {
                question.add(case)?;
            } else {
                question.skip(
                    &case,
                    "another mode of it is measured there; DURABENCH_WIDE=1 measures all",
                )?;
            }
        }
    }
    for spec in read_beside()? {
        question.add(case(spec, VOTES).with_reader())?;
    }
    question.add(case(automatic()?, VOTES).prefilled(SMALL_PREFILL))?;
    question.add_twin(case(automatic()?, VOTES))?;
    for load in [VOTES, half] {
        question.add(log(load).prefilled(PREFILL).steadily())?;
    }
    Ok(question)
}

/// What `DURABENCH_GROWTH` runs: the strategy that SQLite comes with, on the table with the index.
fn growing_case() -> Result<Case, FixtureError> {
    Ok(Case::new(automatic()?, VOTES).steadily())
}

fn case(spec: SqliteSpec, load: Load) -> Case {
    Case::new(spec, load).prefilled(PREFILL).steadily()
}

/// Every strategy, on the table with the index.
fn strategies() -> Result<Vec<(SqliteSpec, Breadth)>, FixtureError> {
    use CheckpointMode::{Full, Passive, Restart, Truncate};
    let with = |strategy| none().map(|spec| spec.with_checkpoints(strategy));
    let mut limited = with(after_ack(100_000, Passive))?;
    limited.pragmas.journal_size_limit = JournalSizeLimit::Bytes(4 << 20);
    Ok(vec![
        (none()?, Breadth::Everywhere),
        (automatic()?, Breadth::Everywhere),
        (with(after_ack(10_000, Passive))?, Breadth::Everywhere),
        (with(after_ack(100_000, Passive))?, Breadth::Everywhere),
        (with(after_ack(100_000, Full))?, Breadth::Saturation),
        (with(after_ack(100_000, Restart))?, Breadth::Saturation),
        (with(after_ack(100_000, Truncate))?, Breadth::Saturation),
        (limited, Breadth::Saturation),
        (with(background(Passive))?, Breadth::Everywhere),
        (with(background(Full))?, Breadth::BothLoads),
        (with(background(Restart))?, Breadth::Saturation),
        (with(background(Truncate))?, Breadth::BothLoads),
        (with(two_phase(DatabaseSync::WhenComplete))?, Breadth::Everywhere),
        (with(two_phase(DatabaseSync::EachCall))?, Breadth::Everywhere),
        (with(CheckpointStrategy::SHORT_ACKS)?, Breadth::Everywhere),
    ])
}

/// The strategies that are measured with a reader beside the packets too: one of each kind. The passive one after
/// an ack is the more frequent one, so that a second holds some.
fn read_beside() -> Result<Vec<SqliteSpec>, FixtureError> {
    let with = |strategy| none().map(|spec| spec.with_checkpoints(strategy));
    Ok(vec![
        none()?,
        automatic()?,
        with(after_ack(10_000, CheckpointMode::Passive))?,
        with(background(CheckpointMode::Passive))?,
        with(two_phase(DatabaseSync::WhenComplete))?,
        with(CheckpointStrategy::SHORT_ACKS)?,
    ])
}

fn after_ack(records: u32, mode: CheckpointMode) -> CheckpointStrategy {
    CheckpointStrategy::AfterAck { every: CheckpointInterval::Records(count(records)), mode }
}

fn background(mode: CheckpointMode) -> CheckpointStrategy {
    let pace = BackgroundPace::Milliseconds(count(50));
    CheckpointStrategy::Background { pace, mode, database_sync: DatabaseSync::WhenComplete }
}

fn two_phase(database_sync: DatabaseSync) -> CheckpointStrategy {
    let (copy_frames, reset_frames) = (count(1000), count(4000));
    CheckpointStrategy::TwoPhase { copy_frames, reset_frames, database_sync }
}

/// As SQLite comes, but in WAL mode: the commit that brings the WAL to 1,000 pages checkpoints.
fn automatic() -> Result<SqliteSpec, FixtureError> {
    let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
    Ok(SqliteSpec::new(sqlite_builds::find("bundled")?, INDEXED, pragmas))
}

/// No checkpoint while packets come.
fn none() -> Result<SqliteSpec, FixtureError> {
    let mut spec = automatic()?;
    spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
    Ok(spec)
}
