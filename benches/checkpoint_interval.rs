//! How long may the WAL grow before a checkpoint, and what does the wait cost?
//!
//! Claim (soup-write-performance): with the automatic checkpoint of 1,000 pages SQLite acknowledges
//! 25 k votes per second, and some acks wait 300 ms for it; without it 42 k and more.
//!
//! Settled by: acked and drained rate, the longest acks and the WAL's largest size over
//! `wal_autocheckpoint` from 100 to 50,000 pages and off (0), on a table larger than the page cache
//! whose index takes each vote on another page. The log has no checkpoint, and stands where the
//! default does.

use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Case, Column, FixtureError, Frame, Load, Method, Pace, Prefill, Question, Workload, count,
};
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

/// Each packet of 400 votes dirties about as many pages, so that 1,000 pages are three packets.
const VOTES: Load = Load::closed_loop(Workload::VOTES, count(400));

const PREFILL: Prefill = Prefill::Mebibytes(count(64));

const INTERVALS: [WalAutocheckpoint; 6] = [
    WalAutocheckpoint::Off,
    WalAutocheckpoint::Pages(count(100)),
    WalAutocheckpoint::DEFAULT,
    WalAutocheckpoint::Pages(count(4000)),
    WalAutocheckpoint::Pages(count(10_000)),
    WalAutocheckpoint::Pages(count(50_000)),
];

/// Long enough for several cycles of the longest interval.
const PACE: Pace =
    Pace { warm_up: Duration::from_millis(300), measurement: Duration::from_millis(2000) };

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let sqlite = |interval| Ok::<_, FixtureError>(case(sqlite(interval)?));
    let log = || Case::new(LogSpec { options: LogOptions::recycled_fdatasync() }, VOTES);
    let mut question = Question::new(Frame {
        name: "checkpoint_interval",
        asks: "how long may the WAL grow before a checkpoint, and what does the wait cost?",
        claim: "25 k votes per second with the automatic checkpoint, and acks of 300 ms; 42 k \
                without it",
        settled_by: "acked and drained rate, the longest acks and the WAL's largest size",
        bases: vec![sqlite(WalAutocheckpoint::DEFAULT)?, log()],
        shown_axes: &["journal_mode", "synchronous"],
        swept_axis: "wal_autocheckpoint",
        columns: &[
            Column::Drained,
            Column::WalMax,
            Column::Checkpoints,
            Column::CheckpointP50,
            Column::CheckpointLongest,
        ],
        grouped_by: &[],
        method: Method::Sampled(PACE),
    });
    for interval in INTERVALS {
        question.add(sqlite(interval)?)?;
    }
    question.add_twin(sqlite(WalAutocheckpoint::DEFAULT)?)?;
    question.add(log())?;
    Ok(question)
}

fn case(path: SqliteSpec) -> Case {
    Case::new(path, VOTES).prefilled(PREFILL)
}

fn sqlite(wal_autocheckpoint: WalAutocheckpoint) -> Result<SqliteSpec, FixtureError> {
    let durable = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
    let pragmas = Pragmas { wal_autocheckpoint, ..durable };
    let table = Table::Votes(SecondaryIndexes::Article);
    Ok(SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas))
}
