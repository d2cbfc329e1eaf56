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
//! `DURABENCH_GROWTH=SECONDS` puts a longer run in the place of the question: one case that goes on
//! for so long, in steps, with insert, commit and checkpoints over the database's size. The program's
//! command `growth` is the same with options.

use std::num::NonZeroU8;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Arrivals, Case, Driver, FixtureError, Frame, Load, OfferedRate, Pace, Place, Prefill, Question,
    Workload, count,
};
use native_log::LogOptions;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode,
    JournalSizeLimit, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};
use write_path::{CheckpointMode, LogSpec};

/// The first document's merged packet.
const VOTES: Load = Load {
    workload: Workload::VOTES,
    records_per_packet: count(400),
    driver: Driver::ClosedLoop,
    place: Place::Disk,
};

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

/// Where a strategy is measured at half load too. As fast as it acks it is measured everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HalfLoad {
    /// On both tables.
    Everywhere,
    /// On the table with the index alone: appended votes dirty few pages, and the others show it.
    Indexed,
    /// Nowhere: it differs from another strategy only in what becomes of the WAL's file.
    Nowhere,
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
        grouped_by: &["table"],
        pace: PACE,
    });
    let half = Load { driver: HALF_LOAD, ..VOTES };
    for (spec, half_load) in strategies()? {
        let appended = SqliteSpec { table: APPENDED, ..spec };
        question.add(case(appended, VOTES))?;
        question.add(case(spec, VOTES))?;
        let is_wished = [half_load == HalfLoad::Everywhere, half_load != HalfLoad::Nowhere];
        for (spec, is_wished) in [appended, spec].into_iter().zip(is_wished) {
            if is_wished {
                question.add(case(spec, half))?;
            } else {
                question.skip(&case(spec, half), "a strategy like it shows the same")?;
            }
        }
    }
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
fn strategies() -> Result<Vec<(SqliteSpec, HalfLoad)>, FixtureError> {
    use CheckpointMode::{Full, Passive, Restart, Truncate};
    let with = |strategy| none().map(|spec| spec.with_checkpoints(strategy));
    let after_ack = |records, mode| CheckpointStrategy::AfterAck {
        every: CheckpointInterval::Records(count(records)),
        mode,
    };
    let background = |mode| CheckpointStrategy::Background {
        pace: BackgroundPace::Milliseconds(count(50)),
        mode,
        database_sync: DatabaseSync::WhenComplete,
    };
    let two_phase = |database_sync| CheckpointStrategy::TwoPhase {
        copy_frames: count(1000),
        reset_frames: count(4000),
        database_sync,
    };
    let mut limited = with(after_ack(100_000, Passive))?;
    limited.pragmas.journal_size_limit = JournalSizeLimit::Bytes(4 << 20);
    Ok(vec![
        (none()?, HalfLoad::Everywhere),
        (automatic()?, HalfLoad::Everywhere),
        (with(after_ack(10_000, Passive))?, HalfLoad::Indexed),
        (with(after_ack(100_000, Passive))?, HalfLoad::Everywhere),
        (with(after_ack(100_000, Truncate))?, HalfLoad::Nowhere),
        (limited, HalfLoad::Nowhere),
        (with(background(Passive))?, HalfLoad::Everywhere),
        (with(background(Full))?, HalfLoad::Indexed),
        (with(background(Restart))?, HalfLoad::Indexed),
        (with(background(Truncate))?, HalfLoad::Indexed),
        (with(two_phase(DatabaseSync::WhenComplete))?, HalfLoad::Everywhere),
        (with(two_phase(DatabaseSync::EachCall))?, HalfLoad::Indexed),
    ])
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
