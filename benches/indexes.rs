//! What does each index, key and affinity cost a write?
//!
//! Claims: the log driver's notes ("we could probably turn off indexes as read performance isn't
//! critical"), and soup-write-performance's table `store(row BLOB, index_0 TEXT)`, whose integer keys
//! SQLite must turn into text.
//!
//! Settled by: acked rate of the same votes in each shape of table, on disk, and in memory without
//! syncs, where only processor time is left. Each table is larger than the page cache before it is
//! timed. Some shapes hold more than the two integers of a vote, which is part of their price.

use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Case, Column, FixtureError, Frame, Load, Method, Pace, Place, Prefill, Question, Workload,
    count,
};
use native_log::{LogOptions, SyncMethod};
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, KeyAffinity, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table,
};

/// Every shape of table that takes votes.
const SHAPES: [Table; 11] = [
    BASE,
    Table::Votes(SecondaryIndexes::Article),
    Table::Votes(SecondaryIndexes::Two),
    Table::Votes(SecondaryIndexes::Three),
    Table::VotesByKey,
    Table::VotesWithoutRowid,
    Table::VotesUniquePair,
    Table::VotesAutoincrement,
    Table::SoupStore(KeyAffinity::Text),
    Table::SoupStore(KeyAffinity::Integer),
    Table::VotePackets,
];

const BASE: Table = Table::Votes(SecondaryIndexes::None);

const VOTES: Load = Load::closed_loop(Workload::VOTES, count(400));

/// Payload; every table and index on it is larger than the page cache of 2 MB.
const PREFILL: Prefill = Prefill::Mebibytes(count(8));

const PACE: Pace =
    Pace { warm_up: Duration::from_millis(100), measurement: Duration::from_millis(400) };

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let log = LogOptions::recycled_fdatasync();
    let mut question = Question::new(Frame {
        name: "indexes",
        asks: "what does each index, key and affinity cost a write?",
        claim: "indexes could be turned off where reading is rare; Soup stored integer keys as text",
        settled_by: "acked rate of the same votes in each table, on disk and in memory",
        bases: vec![sqlite(BASE, Place::Disk)?, Case::new(LogSpec { options: log }, VOTES)],
        shown_axes: &["table"],
        swept_axis: "records_per_packet",
        columns: &[
            Column::WalMax,
            Column::BytesPerRecord,
            Column::DeviceBytesPerAckedByte,
            Column::Spread,
        ],
        grouped_by: &["place"],
        method: Method::Sampled(PACE),
    });
    // Memory first: what the disk still has to write back would take processor time from it.
    for place in [Place::Memory, Place::Disk] {
        for table in SHAPES {
            question.add(sqlite(table, place)?)?;
        }
        question.add_twin(sqlite(BASE, place)?)?;
        let sync_method = match place {
            Place::Disk => log.sync_method,
            Place::Memory => SyncMethod::Never,
        };
        let options = LogOptions { sync_method, ..log };
        question.add(Case::new(LogSpec { options }, Load { place, ..VOTES }))?;
    }
    Ok(question)
}

/// Synced on disk; in memory, where a sync costs nothing, without.
fn sqlite(table: Table, place: Place) -> Result<Case, FixtureError> {
    let synchronous = match place {
        Place::Disk => Synchronous::Full,
        Place::Memory => Synchronous::Off,
    };
    let pragmas = Pragmas::with_durability(JournalMode::Wal, synchronous);
    let path = SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas);
    Ok(Case::new(path, Load { place, ..VOTES }).prefilled(PREFILL))
}
