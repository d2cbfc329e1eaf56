//! What does it cost to give freed pages back, and are they used again where they stay?
//!
//! Claim (the log driver's notes): "auto vacuum is disabled by default. This means the database size
//! will be a high-water mark"; "freed pages are re-used"; and turning it on is among what to try.
//!
//! Settled by: acked rate, and the share of what was inserted that found room without growing the
//! file, while each event is deleted by its key 4,096 events after it came; then seven eighths of
//! those that wait are deleted, and the file and its freelist are looked at beside the high-water mark.
//! The log keeps a tombstone for each deletion and gives nothing back.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{Case, Column, FixtureError, Frame, Load, Method, Pace, Question, Workload, count};
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{
    AutoVacuum, DeferredWork, JournalMode, Pragmas, SqliteSpec, Synchronous, Table,
};

/// Events that wait for their deletion: 8 MB, four times the page cache.
const WORKLOAD: Workload = Workload::EventChurn { backlog: count(4096) };

/// As the log driver did, one by one; and a small batch of inserts and deletions.
const RECORDS_PER_PACKET: [NonZeroU32; 2] = [count(1), BASE_RECORDS];
const BASE_RECORDS: NonZeroU32 = count(16);

/// A step gives back what some packets have freed, so that its own commit is shared by them.
const STEP: DeferredWork =
    DeferredWork::IncrementalVacuum { acks_per_step: count(32), pages_max: count(1024) };

const PACE: Pace =
    Pace { warm_up: Duration::from_millis(200), measurement: Duration::from_millis(1000) };

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = || sqlite(JournalMode::Wal, AutoVacuum::None, DeferredWork::None);
    let log = LogSpec { options: LogOptions::recycled_fdatasync() };
    let mut question = Question::new(Frame {
        name: "auto_vacuum",
        asks: "what does it cost to give freed pages back, and are they used again otherwise?",
        claim: "without auto_vacuum the file stays at its high-water mark, and freed pages are \
                re-used",
        settled_by: "acked rate, the file's high-water mark, the freelist and the share of reuse",
        bases: vec![Case::new(base()?, churn(BASE_RECORDS)), Case::new(log, churn(BASE_RECORDS))],
        shown_axes: &["auto_vacuum"],
        swept_axis: "records_per_packet",
        columns: &[
            Column::DatabaseSize,
            Column::FreePages,
            Column::BytesPerRecord,
            Column::DeviceBytesPerAckedByte,
        ],
        grouped_by: &[],
        method: Method::Sampled(PACE),
    });
    for records in RECORDS_PER_PACKET {
        let load = churn(records);
        for &auto_vacuum in AutoVacuum::ALL {
            for (journal_mode, deferred_work) in [
                (JournalMode::Wal, DeferredWork::None),
                (JournalMode::Wal, STEP),
                (JournalMode::Delete, DeferredWork::None),
            ] {
                let case = Case::new(sqlite(journal_mode, auto_vacuum, deferred_work)?, load);
                match left_out(auto_vacuum, deferred_work) {
                    Some(reason) => question.skip(&case, reason)?,
                    None => question.add(case)?,
                }
            }
        }
        question.add(Case::new(log, load))?;
    }
    question.add_twin(Case::new(base()?, churn(BASE_RECORDS)))?;
    Ok(question)
}

/// Why a combination is not measured.
fn left_out(auto_vacuum: AutoVacuum, deferred_work: DeferredWork) -> Option<&'static str> {
    match (auto_vacuum, deferred_work) {
        (AutoVacuum::None | AutoVacuum::Full, DeferredWork::IncrementalVacuum { .. }) => {
            Some("incremental_vacuum does nothing unless auto_vacuum is incremental (pragma.html)")
        }
        _ => None,
    }
}

fn churn(records_per_packet: NonZeroU32) -> Load {
    Load::closed_loop(WORKLOAD, records_per_packet)
}

fn sqlite(
    journal_mode: JournalMode,
    auto_vacuum: AutoVacuum,
    deferred_work: DeferredWork,
) -> Result<SqliteSpec, FixtureError> {
    let durable = Pragmas::with_durability(journal_mode, Synchronous::Full);
    let pragmas = Pragmas { auto_vacuum, ..durable };
    let spec = SqliteSpec::new(sqlite_builds::find("bundled")?, Table::Events, pragmas);
    Ok(SqliteSpec { deferred_work, ..spec })
}
