//! How many records must share a commit until the sync no longer is what a write costs?
//!
//! Claim (soup-write-performance, its second version, in noria's pull request 58): about 400 rows
//! share a commit in Soup, and larger batches did not help: inserting 10,000 rows takes 100 ms and
//! committing them 5 ms, 100,000 rows ten times that.
//!
//! Settled by: a packet's time with a sync over that without one, at each size: where the two are equal, the sync
//! no longer is the cost, the rest is processor time, and a larger packet only delays its ack.

use fixture::prelude::*;

/// Which of the four are measured at a size of packets in the standard profile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measured {
    /// All of them.
    All,
    /// All but `delete`.
    AllInWal,
    /// WAL with FULL and the log.
    SyncedAndLog,
    /// WAL with FULL.
    Synced,
    /// None of them: the wide profile does.
    Wide,
}

/// Powers of four.
const RECORDS_PER_PACKET: [(NonZeroU32, Measured); 9] = [
    (count(1), Measured::All),
    (count(4), Measured::Wide),
    (count(16), Measured::AllInWal),
    (count(64), Measured::Synced),
    (BASE_RECORDS, Measured::All),
    (count(1024), Measured::Synced),
    (count(4096), Measured::All),
    (count(16_384), Measured::Wide),
    (count(65_536), Measured::SyncedAndLog),
];

/// Where the A/A pair stands.
const BASE_RECORDS: NonZeroU32 = count(256);

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(8);

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = case(JournalMode::Wal, Synchronous::Full, BASE_RECORDS);
    let mut question = Question::new(QuestionSpec {
        name: "packet_size",
        asks: "how many records must share a commit until the sync no longer is the cost?",
        claim: "larger batches did not help: 10,000 rows take 100 ms to insert and 5 ms to commit",
        settled_by: "a packet's time with a sync over that without one, at each size",
        bases: vec![base.clone(), log(votes(BASE_RECORDS))],
        shown_axes: &["journal_mode", "synchronous"],
        swept_axis: "records_per_packet",
        columns: &[Column::BytesPerRecord, Column::FloorsPerAck, Column::BeyondFloor],
        grouped_by: &[],
        blocks: BLOCKS,
    });
    for (records, measured) in RECORDS_PER_PACKET {
        add_size(&mut question, records, measured)?;
    }
    question.add_twin(base)?;
    Ok(question)
}

/// The cases at one size of packets, each beside WAL with FULL.
fn add_size(
    question: &mut Question,
    records: NonZeroU32,
    measured: Measured,
) -> Result<(), FixtureError> {
    use Measured::{All, AllInWal, SyncedAndLog, Wide};
    let synced = case(JournalMode::Wal, Synchronous::Full, records);
    let unsynced = case(JournalMode::Wal, Synchronous::Normal, records);
    let vanilla = case(JournalMode::Delete, Synchronous::Full, records);
    let sync = question.one_factor_alone(&synced, &unsynced)?;
    if measured == All {
        question.headline(sync)?;
    }
    question.one_factor_alone(&vanilla, &synced)?;
    question.contrast(ContrastKind::LogBesideSqlite, &log(votes(records)), &synced)?;
    question.add_if(synced, measured != Wide)?;
    question.add_if(log(votes(records)), matches!(measured, All | AllInWal | SyncedAndLog))?;
    question.add_if(unsynced, matches!(measured, All | AllInWal))?;
    question.add_if(vanilla, measured == All)
}

fn case(journal_mode: JournalMode, synchronous: Synchronous, records: NonZeroU32) -> Case {
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    Case::new(bundled(Table::Votes(SecondaryIndexes::None), pragmas), votes(records))
}
