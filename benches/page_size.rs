//! Which page size writes best, and for which records and keys?
//!
//! Claim (soup-write-performance, its last line): "tried bigger page size", among what did not lift
//! SQLite above 45 k durable votes per second.
//!
//! Settled by: acked rate and counted bytes per record over all eight page sizes. The log has no
//! pages, and stands where the default does.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Case, Column, FixtureError, Frame, Load, Method, Pace, Prefill, Question, Workload, count,
};
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, PageSize, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table,
};

/// The first document's merged packet.
const VOTES: Load = Load::closed_loop(Workload::VOTES, count(400));

/// Events of 1.9 kB, a few of which come at once: longer than a small page, shorter than a large one.
const EVENTS: Load =
    Load { workload: Workload::Events, records_per_packet: EVENT_RECORDS, ..VOTES };
const EVENT_RECORDS: NonZeroU32 = count(16);

/// The smallest, the default and the largest, and one between, for what is not the base.
const FEWER_PAGE_SIZES: [PageSize; 4] =
    [PageSize::ALL[0], PageSize::DEFAULT, PageSize::ALL[5], PageSize::ALL[7]];

/// Random keys are a question only where they lie on more pages than the cache of 2 MB holds.
const KEYED_PREFILL: Prefill = Prefill::Mebibytes(count(8));

const APPENDED: Table = Table::Votes(SecondaryIndexes::None);

const PACE: Pace =
    Pace { warm_up: Duration::from_millis(100), measurement: Duration::from_millis(500) };

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = || sqlite(JournalMode::Wal, APPENDED, PageSize::DEFAULT);
    let log = LogSpec { options: LogOptions::recycled_fdatasync() };
    let mut question = Question::new(Frame {
        name: "page_size",
        asks: "which page size writes best, and for which records and keys?",
        claim: "a bigger page size was tried, and did not lift SQLite above 45 k votes per second",
        settled_by: "acked rate and bytes per record over all page sizes",
        bases: vec![Case::new(base()?, VOTES), Case::new(log, VOTES)],
        shown_axes: &["journal_mode"],
        swept_axis: "page_size",
        columns: &[Column::DatabaseSize, Column::BytesPerRecord, Column::DeviceBytesPerAckedByte],
        grouped_by: &[],
        method: Method::Sampled(PACE),
    });
    for page_size in PageSize::ALL {
        question.add(Case::new(sqlite(JournalMode::Wal, APPENDED, page_size)?, VOTES))?;
    }
    question.add_twin(Case::new(base()?, VOTES))?;
    question.add(Case::new(log, VOTES))?;
    question.add(Case::new(log, EVENTS))?;
    for page_size in FEWER_PAGE_SIZES {
        let events = sqlite(JournalMode::Wal, Table::Events, page_size)?;
        question.add(Case::new(events, EVENTS))?;
        let keyed = sqlite(JournalMode::Wal, Table::VotesByKey, page_size)?;
        question.add(Case::new(keyed, VOTES).prefilled(KEYED_PREFILL))?;
        question.add(Case::new(sqlite(JournalMode::Delete, APPENDED, page_size)?, VOTES))?;
    }
    Ok(question)
}

fn sqlite(
    journal_mode: JournalMode,
    table: Table,
    page_size: PageSize,
) -> Result<SqliteSpec, FixtureError> {
    let durable = Pragmas::with_durability(journal_mode, Synchronous::Full);
    let pragmas = Pragmas { page_size, ..durable };
    Ok(SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas))
}
