//! What does each journal mode, synchronous level and locking mode cost per acknowledged write?
//!
//! Claims: the log driver's notes measured 10,000 inserts in 42.9 s with the rollback journal and in
//! 12.0 s with WAL; soup-write-performance expects `synchronous=OFF, journal_mode=OFF` to be the
//! most that can be gained.
//!
//! Settled by: the time of a packet in every cell, against WAL with FULL and against the next lower level, beside its
//! counted syncs.

use fixture::prelude::*;

/// One record, where the sync is the cost, and the first document's merged packet.
const RECORDS_PER_PACKET: [NonZeroU32; 2] = [ONE_RECORD, MERGED_RECORDS];
const ONE_RECORD: NonZeroU32 = count(1);
const MERGED_RECORDS: NonZeroU32 = count(400);

/// How often each cell is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(12);

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
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let mut question = Question::new(QuestionSpec {
        name: "durability_price",
        asks: "what does each journal mode, synchronous level and locking mode cost?",
        claim: "10,000 inserts took 42.9 s with the rollback journal and 12.0 s with WAL; with \
                everything off SQLite gains the most there is to gain",
        settled_by: "a packet's time in every cell, against WAL with FULL and the next lower level",
        bases: vec![case(BASE, MERGED_RECORDS), log(votes(MERGED_RECORDS))],
        shown_axes: &["journal_mode", "synchronous"],
        swept_axis: "records_per_packet",
        columns: &[
            Column::SyncsPerCommit,
            Column::BytesPerRecord,
            Column::FloorsPerAck,
            Column::BeyondFloor,
        ],
        grouped_by: &["journal_mode"],
        blocks: BLOCKS,
    });
    for records in RECORDS_PER_PACKET {
        for cell in all_cells() {
            let case = case(cell, records);
            match does_the_same_as(cell) {
                Some(reason) => question.skip(&case, reason)?,
                None => {
                    declare(&mut question, cell, records)?;
                    question.add_if(case, is_telling(cell, records))?;
                }
            }
        }
        let base = case(BASE, records);
        let beside =
            question.contrast(ContrastKind::LogBesideSqlite, &log(votes(records)), &base)?;
        add_best(&mut question, records)?;
        if records == count(1) {
            question.headline(beside)?;
        }
        question.add(log(votes(records)))?;
    }
    question.add_twin(case(BASE, MERGED_RECORDS))?;
    Ok(question)
}

/// The cell whose acks sync and cost least.
fn add_best(question: &mut Question, records: NonZeroU32) -> Result<(), FixtureError> {
    let cells = all_cells().filter(|cell| does_the_same_as(*cell).is_none());
    let cases: Vec<Case> = cells.map(|cell| case(cell, records)).collect();
    let key = format!("syncing-{records}");
    let best = question.best_of(&key, "settings of SQLite", &cases, &[Constraint::AckSyncs])?;
    question.headline(best)
}

/// What a cell is compared with: the base, the next lower level that is measured, and the same without an exclusive
/// lock.
fn declare(question: &mut Question, cell: Cell, records: NonZeroU32) -> Result<(), FixtureError> {
    let this = case(cell, records);
    if cell != BASE {
        question.contrast(ContrastKind::AgainstBase, &this, &case(BASE, records))?;
    }
    let lower = Synchronous::ALL.iter().take_while(|level| **level != cell.synchronous);
    let lower = lower.map(|&synchronous| Cell { synchronous, ..cell });
    if let Some(lower) = lower.filter(|lower| does_the_same_as(*lower).is_none()).last() {
        question.one_factor_alone(&this, &case(lower, records))?;
    }
    if cell.locking_mode == LockingMode::Exclusive {
        let shared = Cell { locking_mode: LockingMode::Normal, ..cell };
        question.one_factor_alone(&this, &case(shared, records))?;
    }
    Ok(())
}

/// Whether a cell is measured in the standard profile: the locks and the levels whose price the claims are about, and
/// fewer of them at the larger packets, where the sync is less of it.
fn is_telling(cell: Cell, records: NonZeroU32) -> bool {
    use JournalMode::{Delete, Persist, Truncate, Wal};
    match (cell.locking_mode, cell.journal_mode, cell.synchronous) {
        (LockingMode::Exclusive, Delete | Wal, level) => level == Synchronous::Full,
        (LockingMode::Exclusive, _, _) => false,
        (LockingMode::Normal, Truncate | Persist, level) => {
            records == ONE_RECORD || level == Synchronous::Full
        }
        (LockingMode::Normal, _, Synchronous::Extra) => records == ONE_RECORD,
        (LockingMode::Normal, _, _) => true,
    }
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

fn case(cell: Cell, records: NonZeroU32) -> Case {
    let pragmas = Pragmas {
        locking_mode: cell.locking_mode,
        ..Pragmas::with_durability(cell.journal_mode, cell.synchronous)
    };
    Case::new(bundled(Table::Votes(SecondaryIndexes::None), pragmas), votes(records))
}
