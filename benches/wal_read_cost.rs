//! What does a long WAL cost those who read, and those who write?
//!
//! Claim (soup-write-performance, "Checkpointing"): "since reads have to look up data in both the WAL
//! and the main database, a larger WAL results in slower reads. From measuring insert and commit
//! latencies in `vote` this seems to be the case for writes too".
//!
//! Settled by: time per read and per commit over the frames in the WAL, on a table with an index,
//! both larger than the page cache, where each answer is compared with what was acked.
//!
//! Frames come from commits of votes for random articles: leaves of the index, and the last leaf of
//! the table. So a point read (the first vote for an article) finds its index leaf in the WAL the
//! more likely the longer it is. An article read (all its votes) goes on to as many leaves of the
//! table, and a range read (consecutive rows) to a few: those are not in the WAL, but each has to be
//! looked up there first. Everything read is in the operating system's cache.
//!
//! Writes are NORMAL: FULL would add the same sync at every length, and hide in it what the length
//! costs. They lengthen the WAL themselves, so it is brought back whenever it is a quarter and 1,000
//! frames too long; the run records say between which lengths it was.
//!
//! The log has no index and no WAL. Its row reads a range too: it finds the packet by passing over
//! its segment from the start, which is what a log can do.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Case, Column, FixtureError, Frame, Load, Method, Pace, Prefill, Question, Reads, StartingLine,
    Task, Workload, count,
};
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

/// Lengths of the WAL: none, SQLite's default limit, and a hundred times that (400 MB).
const WAL_FRAMES: [u32; 4] = [0, 1000, 10_000, 100_000];

/// Where the A/A pair stands.
const TWIN_FRAMES: u32 = 1000;

const TASKS: [Task; 4] =
    [Task::Read(Reads::Point), Task::Read(Reads::Article), Task::Read(RANGE), Task::Write];

const RANGE: Reads = Reads::Range { records: count(1000) };

/// The first document's merged packet.
const RECORDS_PER_PACKET: NonZeroU32 = count(400);

/// 1.4 million votes: with their index they are twenty times as large as the page cache.
const PREFILL: Prefill = Prefill::Mebibytes(count(32));

/// Short, because each timed commit lengthens the WAL, and bringing it back takes longer.
const PACE: Pace =
    Pace { warm_up: Duration::from_millis(50), measurement: Duration::from_millis(400) };

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = sqlite_case(0, Task::Write)?;
    let log = LogSpec { options: LogOptions::recycled_fdatasync() };
    let log = Case::new(log, votes()).prefilled(PREFILL).reading(RANGE);
    let mut question = Question::new(Frame {
        name: "wal_read_cost",
        asks: "what does a long WAL cost those who read, and those who write?",
        claim: "a larger WAL results in slower reads, and this seems to be so for writes too",
        settled_by: "time per read and per commit over the frames in the WAL, every answer compared",
        bases: vec![base, log.clone()],
        shown_axes: &["task"],
        swept_axis: "wal_frames",
        columns: &[Column::WalMax, Column::DatabaseSize, Column::Spread],
        grouped_by: &[],
        method: Method::Sampled(PACE),
    });
    for task in TASKS {
        for frames in WAL_FRAMES {
            question.add(sqlite_case(frames, task)?)?;
        }
    }
    question.add_twin(sqlite_case(TWIN_FRAMES, Task::Read(Reads::Point))?)?;
    question.add(log)?;
    Ok(question)
}

fn sqlite_case(frames: u32, task: Task) -> Result<Case, FixtureError> {
    let pragmas = Pragmas {
        wal_autocheckpoint: WalAutocheckpoint::Off,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Normal)
    };
    let table = Table::Votes(SecondaryIndexes::Article);
    let spec = SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas);
    let case =
        Case::new(spec, votes()).prefilled(PREFILL).starting_at(StartingLine::WalFrames(frames));
    Ok(match task {
        Task::Write => case,
        Task::Read(reads) => case.reading(reads),
        Task::Checkpoint => case.checkpointing(),
    })
}

fn votes() -> Load {
    Load::closed_loop(Workload::VOTES, RECORDS_PER_PACKET)
}
