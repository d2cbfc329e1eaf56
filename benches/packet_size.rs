//! How many records must share a commit until the sync no longer is what a write costs?
//!
//! Claim (soup-write-performance, its second version, in noria's pull request 58): about 400 rows
//! share a commit in Soup, and larger batches did not help: inserting 10,000 rows takes 100 ms and
//! committing them 5 ms, 100,000 rows ten times that.
//!
//! Settled by: acked rate and the stages insert and commit over packets of 1 to 65,536 votes. Where
//! the rate stops to grow, the rest is processor time, and a larger packet only delays its ack.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{Case, Column, FixtureError, Frame, Load, Method, Pace, Question, Workload, count};
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table};

/// Powers of four for the two that are compared most.
const RECORDS_PER_PACKET: [NonZeroU32; 9] = [
    count(1),
    count(4),
    count(16),
    count(64),
    BASE_RECORDS,
    count(1024),
    count(4096),
    count(16_384),
    count(65_536),
];

/// Powers of sixteen for the others.
const FEWER_RECORDS_PER_PACKET: [NonZeroU32; 5] =
    [count(1), count(16), BASE_RECORDS, count(4096), count(65_536)];

/// Where the A/A pair stands.
const BASE_RECORDS: NonZeroU32 = count(256);

const PACE: Pace =
    Pace { warm_up: Duration::from_millis(100), measurement: Duration::from_millis(500) };

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = || sqlite(JournalMode::Wal, Synchronous::Full);
    let log = LogSpec { options: LogOptions::recycled_fdatasync() };
    let mut question = Question::new(Frame {
        name: "packet_size",
        asks: "how many records must share a commit until the sync no longer is the cost?",
        claim: "larger batches did not help: 10,000 rows take 100 ms to insert and 5 ms to commit",
        settled_by: "acked rate, and the time of insert and commit, over the records per packet",
        bases: vec![Case::new(base()?, votes(BASE_RECORDS)), Case::new(log, votes(BASE_RECORDS))],
        shown_axes: &["journal_mode", "synchronous"],
        swept_axis: "records_per_packet",
        columns: &[Column::BytesPerRecord, Column::FloorsPerAck, Column::BeyondFloor],
        grouped_by: &[],
        method: Method::Sampled(PACE),
    });
    for records in RECORDS_PER_PACKET {
        question.add(Case::new(base()?, votes(records)))?;
        question.add(Case::new(log, votes(records)))?;
    }
    question.add_twin(Case::new(base()?, votes(BASE_RECORDS)))?;
    for records in FEWER_RECORDS_PER_PACKET {
        let unsynced = sqlite(JournalMode::Wal, Synchronous::Normal)?;
        question.add(Case::new(unsynced, votes(records)))?;
        let vanilla = sqlite(JournalMode::Delete, Synchronous::Full)?;
        question.add(Case::new(vanilla, votes(records)))?;
    }
    Ok(question)
}

fn votes(records_per_packet: NonZeroU32) -> Load {
    Load::closed_loop(Workload::VOTES, records_per_packet)
}

fn sqlite(journal_mode: JournalMode, synchronous: Synchronous) -> Result<SqliteSpec, FixtureError> {
    let table = Table::Votes(SecondaryIndexes::None);
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    Ok(SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas))
}
