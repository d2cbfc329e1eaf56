//! Which of the usual advice on caches, mapped files and locks moves writes?
//!
//! Claim (the usual advice; the log driver's notes want to "investigate other pragma options"): a
//! larger `cache_size`, an `mmap_size`, `temp_store=MEMORY`, `locking_mode=EXCLUSIVE` and a
//! `journal_size_limit` make SQLite write faster.
//!
//! Settled by: acked rate with each of them alone, on a table and index that are many times larger
//! than the default cache of 2 MB, each beside its bytes per record.

use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Case, Column, FixtureError, Frame, Load, Method, Pace, Prefill, Question, Workload, count,
};
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{
    CacheSize, JournalMode, JournalSizeLimit, LockingMode, Pragmas, SecondaryIndexes, SqliteSpec,
    Synchronous, Table, TempStore,
};

const VOTES: Load = Load::closed_loop(Workload::VOTES, count(400));

const PREFILL: Prefill = Prefill::Mebibytes(count(64));

/// What the advice starts from.
const BASE: Pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);

const MAPPED_BYTES: u64 = 256 << 20;

const PACE: Pace =
    Pace { warm_up: Duration::from_millis(200), measurement: Duration::from_millis(1000) };

/// One piece of advice each; two where they are given together.
fn advice() -> [Pragmas; 9] {
    let cache_of = |mebibytes| CacheSize::mebibytes(count(mebibytes));
    [
        Pragmas { cache_size: cache_of(64), ..BASE },
        Pragmas { cache_size: cache_of(256), ..BASE },
        Pragmas { mmap_size_bytes: MAPPED_BYTES, ..BASE },
        Pragmas { cache_size: cache_of(64), mmap_size_bytes: MAPPED_BYTES, ..BASE },
        Pragmas { temp_store: TempStore::Memory, ..BASE },
        Pragmas { locking_mode: LockingMode::Exclusive, ..BASE },
        Pragmas { journal_size_limit: JournalSizeLimit::Bytes(0), ..BASE },
        Pragmas { journal_size_limit: JournalSizeLimit::Bytes(64 << 20), ..BASE },
        // For scale: what the advice to sync less often brings.
        Pragmas { synchronous: Synchronous::Normal, ..BASE },
    ]
}

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let log = || Case::new(LogSpec { options: LogOptions::recycled_fdatasync() }, VOTES);
    let mut question = Question::new(Frame {
        name: "cache_and_mmap",
        asks: "which of the usual advice on caches, mapped files and locks moves writes?",
        claim: "a larger cache, a mapped file, temp_store in memory and an exclusive lock help",
        settled_by: "acked rate with each of them alone, on a table larger than the default cache",
        bases: vec![sqlite(BASE)?, log()],
        shown_axes: &[],
        swept_axis: "records_per_packet",
        columns: &[
            Column::WalMax,
            Column::BytesPerRecord,
            Column::DeviceBytesPerAckedByte,
            Column::Spread,
        ],
        grouped_by: &[],
        method: Method::Sampled(PACE),
    });
    question.add(sqlite(BASE)?)?;
    for pragmas in advice() {
        question.add(sqlite(pragmas)?)?;
    }
    question.add_twin(sqlite(BASE)?)?;
    question.add(log())?;
    Ok(question)
}

fn sqlite(pragmas: Pragmas) -> Result<Case, FixtureError> {
    let table = Table::Votes(SecondaryIndexes::Article);
    let path = SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas);
    Ok(Case::new(path, VOTES).prefilled(PREFILL))
}
