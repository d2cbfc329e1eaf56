//! What does each index, key and affinity cost a write?
//!
//! Claims: the log driver's notes ("we could probably turn off indexes as read performance isn't
//! critical"), and soup-write-performance's table `store(row BLOB, index_0 TEXT)`, whose integer keys
//! SQLite must turn into text.
//!
//! Settled by: the time of the same packet in each shape of table over that in the plain one, on disk, and in memory
//! without syncs, where only processor time is left. Each table is larger than the page cache before it is
//! timed. Some shapes hold more than the two integers of a vote, which is part of their price.

use fixture::prelude::*;

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

const VOTES: Load = votes(count(400));

/// Payload; every table and index on it is larger than the page cache of 2 MB.
const PREFILL: Prefill = Prefill::Mebibytes(count(8));

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(5);

/// Pairs of shapes that are compared beside each with the plain one: a further index, and the kind of the key.
const PAIRS: [(Table, Table); 2] = [
    (Table::Votes(SecondaryIndexes::Three), Table::Votes(SecondaryIndexes::Article)),
    (Table::SoupStore(KeyAffinity::Text), Table::SoupStore(KeyAffinity::Integer)),
];

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let mut question = Question::new(QuestionSpec {
        name: "indexes",
        asks: "what does each index, key and affinity cost a write?",
        claim: "indexes could be turned off where reading is rare; Soup stored integer keys as text",
        settled_by: "the time of the same packet in each table over that in the plain one",
        bases: vec![sqlite(BASE, Place::Disk), log(VOTES)],
        shown_axes: &["table"],
        swept_axis: "records_per_packet",
        columns: &[
            Column::WalMax,
            Column::BytesPerRecord,
            Column::DeviceBytesPerAckedByte,
            Column::Spread,
        ],
        grouped_by: &["place"],
        blocks: BLOCKS,
    });
    // Memory first: what the disk still has to write back would take processor time from it.
    for place in [Place::Memory, Place::Disk] {
        let plain = sqlite(BASE, place);
        let log = log(plain.load);
        for table in SHAPES {
            let case = sqlite(table, place);
            if table != BASE {
                question.one_factor_alone(&case, &plain)?;
            }
            question.add_if(case, is_telling(table, place))?;
        }
        for (table, other) in PAIRS {
            question.one_factor_alone(&sqlite(table, place), &sqlite(other, place))?;
        }
        let beside = question.contrast(ContrastKind::LogBesideSqlite, &log, &plain)?;
        add_answer(&mut question, place, beside)?;
        question.add(log)?;
        question.add_twin(plain)?;
    }
    Ok(question)
}

/// The shape that costs most, on the disk and in memory; on the disk also what the log takes.
fn add_answer(
    question: &mut Question,
    place: Place,
    log_beside: ComparisonKey,
) -> Result<(), FixtureError> {
    let key = match place {
        Place::Disk => "shapes-on-disk",
        Place::Memory => "shapes-in-memory",
    };
    let worst = Choice {
        key,
        of: "shapes of the table",
        extreme: Extreme::Worst,
        metric: Metric::AckedTime,
        constraints: &[],
    };
    let worst = question.choose(&worst, &SHAPES.map(|table| sqlite(table, place)))?;
    question.headline(worst)?;
    match place {
        Place::Disk => question.headline(log_beside),
        Place::Memory => Ok(()),
    }
}

/// Whether the standard profile measures a shape. A second index lies between one and three, and AUTOINCREMENT adds a
/// row to each commit.
fn is_telling(table: Table, place: Place) -> bool {
    match table {
        Table::Votes(SecondaryIndexes::Two) | Table::VotesAutoincrement => false,
        Table::VotesUniquePair | Table::VotePackets => place == Place::Disk,
        _ => true,
    }
}

/// Synced on disk; in memory, where a sync costs nothing, without.
fn sqlite(table: Table, place: Place) -> Case {
    let synchronous = match place {
        Place::Disk => Synchronous::Full,
        Place::Memory => Synchronous::Off,
    };
    let pragmas = Pragmas::with_durability(JournalMode::Wal, synchronous);
    Case::new(bundled(table, pragmas), Load { place, ..VOTES }).prefilled(PREFILL)
}
