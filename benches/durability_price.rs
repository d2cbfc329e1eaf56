//! What does each journal mode, synchronous level and locking mode cost per acknowledged write?
//!
//! Claims: the log driver's notes measured 10,000 inserts in 42.9 s with the rollback journal and in
//! 12.0 s with WAL; soup-write-performance expects `synchronous=OFF, journal_mode=OFF` to be the
//! most that can be gained.
//!
//! Settled by: acked rate and ack latency of every cell, beside its counted syncs and the floor.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{Case, Column, FixtureError, Frame, Load, Method, Pace, Question, Workload, count};
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, LockingMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table,
};

/// One record, where the sync is the cost, and the first document's merged packet.
const RECORDS_PER_PACKET: [NonZeroU32; 2] = [count(1), count(400)];

/// Short, because there are many cells: the factorial must end within three minutes.
const PACE: Pace =
    Pace { warm_up: Duration::from_millis(100), measurement: Duration::from_millis(700) };

/// One cell of the factorial.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Cell {
    journal_mode: JournalMode,
    synchronous: Synchronous,
    locking_mode: LockingMode,
}

const BASE: Cell = Cell {
    journal_mode: JournalMode::Wal,
    synchronous: Synchronous::Full,
    locking_mode: LockingMode::Normal,
};

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let log = LogSpec { options: LogOptions::recycled_fdatasync() };
    let mut question = Question::new(Frame {
        name: "durability_price",
        asks: "what does each journal mode, synchronous level and locking mode cost?",
        claim: "10,000 inserts took 42.9 s with the rollback journal and 12.0 s with WAL; with \
                everything off SQLite gains the most there is to gain",
        settled_by: "acked rate and ack latency of every cell, beside its syncs and the floor",
        bases: vec![Case::new(sqlite(BASE)?, votes(count(400))), Case::new(log, votes(count(400)))],
        shown_axes: &["journal_mode", "synchronous"],
        swept_axis: "records_per_packet",
        columns: &[
            Column::SyncsPerCommit,
            Column::BytesPerRecord,
            Column::FloorsPerAck,
            Column::BeyondFloor,
        ],
        grouped_by: &["journal_mode"],
        method: Method::Sampled(PACE),
    });
    for records in RECORDS_PER_PACKET {
        let load = votes(records);
        for cell in all_cells() {
            let case = Case::new(sqlite(cell)?, load);
            match does_the_same_as(cell) {
                Some(reason) => question.skip(&case, reason)?,
                None => question.add(case)?,
            }
        }
        question.add(Case::new(log, load))?;
    }
    question.add_twin(Case::new(sqlite(BASE)?, votes(count(400))))?;
    Ok(question)
}

fn all_cells() -> impl Iterator<Item = Cell> {
    JournalMode::ALL.iter().flat_map(|&journal_mode| {
        LockingMode::ALL.iter().flat_map(move |&locking_mode| {
            Synchronous::ALL.iter().map(move |&synchronous| Cell {
                journal_mode,
                synchronous,
                locking_mode,
            })
        })
    })
}

/// Why a cell is left out: it makes the same system calls as one that is measured. The sync table
/// that a test of `sqlite-builds` counts in all 48 cells shows each of these pairs equal.
fn does_the_same_as(cell: Cell) -> Option<&'static str> {
    use JournalMode::{Delete, Memory, Off, Persist, Truncate, Wal};
    use LockingMode::{Exclusive, Normal};
    use Synchronous::{Extra, Full};
    match (cell.journal_mode, cell.locking_mode, cell.synchronous) {
        (Persist, Exclusive, _) => {
            Some("an exclusive DELETE zeroes the journal's header too: see delete-*-excl")
        }
        (Memory | Off, _, Full | Extra) => {
            Some("without a journal on disk NORMAL, FULL and EXTRA all sync the database once")
        }
        (Wal, _, Extra) => Some("in WAL mode EXTRA does what FULL does (pragma.html, synchronous)"),
        (Delete, Exclusive, Extra) | (Truncate | Persist, Normal | Exclusive, Extra) => {
            Some("EXTRA adds a directory sync after an unlink, and nothing is unlinked here")
        }
        _ => None,
    }
}

fn votes(records_per_packet: NonZeroU32) -> Load {
    Load::closed_loop(Workload::VOTES, records_per_packet)
}

fn sqlite(cell: Cell) -> Result<SqliteSpec, FixtureError> {
    let pragmas = Pragmas {
        locking_mode: cell.locking_mode,
        ..Pragmas::with_durability(cell.journal_mode, cell.synchronous)
    };
    let table = Table::Votes(SecondaryIndexes::None);
    Ok(SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas))
}
