//! Why did SQLite end at 45 k votes per second?
//!
//! Claim (soup-write-performance): SQLite never passes 45 k votes per second; its author suspects
//! checkpoints, then the syncs, and at last (in the second version) the index.
//!
//! Settled by: a factorial of the four suspects, each as the document had it and as it need not be:
//! an index or none, 400 votes in a commit or 4,000, a sync in each commit or none, automatic
//! checkpoints or none. What each costs is told by the eight pairs that differ in nothing else.

use fixture::prelude::*;

/// Each suspect as the document had it, and cleared.
const INDEXES: [SecondaryIndexes; 2] = [SecondaryIndexes::Article, SecondaryIndexes::None];
const SYNCHRONOUS: [Synchronous; 2] = [Synchronous::Full, Synchronous::Normal];
const CHECKPOINTS: [WalAutocheckpoint; 2] = [WalAutocheckpoint::DEFAULT, WalAutocheckpoint::Off];
const MERGED_VOTES: [NonZeroU32; 2] = [count(400), count(4_000)];

/// The table and its index are many times the default cache.
const PREFILL: Prefill = Prefill::Mebibytes(count(16));

/// How often each case is measured, each time on a fresh store. Few: the effects that are looked for are factors.
const BLOCKS: NonZeroU32 = count(4);

/// One cell of the factorial.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Cell {
    index: SecondaryIndexes,
    synchronous: Synchronous,
    checkpoints: WalAutocheckpoint,
    records: NonZeroU32,
}

/// As the document had all of them.
const BASE: Cell = Cell {
    index: INDEXES[0],
    synchronous: SYNCHRONOUS[0],
    checkpoints: CHECKPOINTS[0],
    records: MERGED_VOTES[0],
};

/// With all of them cleared.
const CLEARED: Cell = Cell {
    index: INDEXES[1],
    synchronous: SYNCHRONOUS[1],
    checkpoints: CHECKPOINTS[1],
    records: MERGED_VOTES[1],
};

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = case(BASE);
    let mut question = Question::new(QuestionSpec {
        name: "why_45k",
        asks: "which of four suspects kept SQLite at 45 k votes per second?",
        claim: "first the checkpoints, then the syncs, at last the index",
        settled_by: "the price of each in the eight pairs of a factorial that differ in nothing else",
        bases: vec![base.clone(), filled_log(BASE.records)],
        shown_axes: &["table", "synchronous", "wal_autocheckpoint"],
        swept_axis: "records_per_packet",
        columns: &[Column::SyncsPerCommit, Column::BytesPerRecord, Column::FloorsPerAck],
        grouped_by: &["table"],
        blocks: BLOCKS,
    });
    for index in INDEXES {
        for synchronous in SYNCHRONOUS {
            for checkpoints in CHECKPOINTS {
                for records in MERGED_VOTES {
                    let cell = Cell { index, synchronous, checkpoints, records };
                    declare(&mut question, cell)?;
                    question.add(case(cell))?;
                }
            }
        }
    }
    for records in MERGED_VOTES {
        let beside = case(Cell { records, ..BASE });
        question.contrast(ContrastKind::LogBesideSqlite, &filled_log(records), &beside)?;
        question.add_if(filled_log(records), records == BASE.records)?;
    }
    question.add_twin(base)?;
    Ok(question)
}

/// A cell with a suspect against the same without it, for each that it has.
fn declare(question: &mut Question, cell: Cell) -> Result<(), FixtureError> {
    let without = [
        Cell { index: CLEARED.index, ..cell },
        Cell { synchronous: CLEARED.synchronous, ..cell },
        Cell { checkpoints: CLEARED.checkpoints, ..cell },
        Cell { records: CLEARED.records, ..cell },
    ];
    for without in without.into_iter().filter(|without| *without != cell) {
        let price = question.one_factor_alone(&case(cell), &case(without))?;
        // The answer tells three of the four in the document's own corner; its packets are merged either way.
        if cell == BASE && without.records == cell.records {
            question.headline(price)?;
        }
    }
    Ok(())
}

fn filled_log(records: NonZeroU32) -> Case {
    log(votes(records)).prefilled(PREFILL)
}

fn case(cell: Cell) -> Case {
    let durable = Pragmas::with_durability(JournalMode::Wal, cell.synchronous);
    let pragmas = Pragmas { wal_autocheckpoint: cell.checkpoints, ..durable };
    let path = bundled(Table::Votes(cell.index), pragmas);
    Case::new(path, votes(cell.records)).prefilled(PREFILL)
}
