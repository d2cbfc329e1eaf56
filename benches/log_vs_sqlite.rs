//! What does an acknowledged write cost in SQLite, and what in an append-only log?
//!
//! Claim (soup-write-performance, "Replacing Soup's log with SQLite's write-ahead log"): whatever
//! the settings, SQLite acknowledges at most 45 k durable votes per second, where the log "easily
//! handles half a million".
//!
//! Settled by: acked votes per second of both at equal packets and equal promises, each beside the
//! disk's floor, with every vote found again after reopening.

use fixture::prelude::*;

/// One vote, a few, the document's merged packet ("~400 rows"), and ten of those.
const RECORDS_PER_PACKET: [NonZeroU32; 4] = [count(1), count(16), BASE_RECORDS, count(4096)];

/// The axis of the packet sizes.
const SWEPT: &str = "records_per_packet";

/// The set of what keeps its acks through a power cut, at each packet size.
const SYNCED: &str = "synced";

/// Where the A/A pair stands.
const BASE_RECORDS: NonZeroU32 = count(400);

/// Clients whose single votes are merged into one commit.
const CLIENTS: NonZeroU32 = count(16);

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(14);

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = || sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    let mut question = Question::new(QuestionSpec {
        name: "log_vs_sqlite",
        asks: "what does an acknowledged write cost in SQLite, and what in an append-only log?",
        claim: "SQLite never passes 45 k durable votes per second, the log handles half a million",
        settled_by: "acked votes per second at equal packets and equal promises, beside the floor",
        bases: vec![Case::new(base()?, votes(BASE_RECORDS)), log(votes(BASE_RECORDS))],
        shown_axes: &["journal_mode", "synchronous"],
        swept_axis: SWEPT,
        columns: &[
            Column::SyncsPerCommit,
            Column::FloorsPerAck,
            Column::BeyondFloor,
            Column::Spread,
        ],
        grouped_by: &["driver"],
        blocks: BLOCKS,
    });
    for records in RECORDS_PER_PACKET {
        add_closed_loops(&mut question, records)?;
    }
    compare_along_packet_sizes(&mut question)?;
    let merged = driven(Driver::GroupCommit { clients: CLIENTS });
    let (sqlite_merged, log_merged) = (Case::new(base()?, merged), log(merged));
    question.contrast(ContrastKind::LogBesideSqlite, &log_merged, &sqlite_merged)?;
    // Who merges: the driver, or the log itself.
    let log_own = log(driven(Driver::Appenders { threads: CLIENTS }));
    let alone = ContrastKind::OneFactorAlone { axis: "driver".into() };
    question.contrast(alone, &log_own, &log_merged)?;
    question.add(sqlite_merged)?;
    question.add(log_merged)?;
    question.add(log_own)?;
    Ok(question)
}

/// The cases with one client at a packet size, each beside SQLite with WAL and FULL.
fn add_closed_loops(question: &mut Question, records: NonZeroU32) -> Result<(), FixtureError> {
    let load = votes(records);
    let base = Case::new(sqlite("bundled", JournalMode::Wal, Synchronous::Full)?, load);
    let others = [
        delete()?,
        sqlite("bundled-fdatasync", JournalMode::Wal, Synchronous::Full)?,
        sqlite("lean", JournalMode::Wal, Synchronous::Full)?,
        sqlite("bundled", JournalMode::Wal, Synchronous::Normal)?,
        sqlite("bundled", JournalMode::Off, Synchronous::Off)?,
    ];
    let mut cases = vec![base.clone()];
    for other in others {
        let other = Case::new(other, load);
        question.contrast(ContrastKind::AgainstBase, &other, &base)?;
        cases.push(other);
    }
    let log = log(load);
    question.contrast(ContrastKind::LogBesideSqlite, &log, &base)?;
    cases.push(log);
    // The log is among them: where it is the quickest, the next one is the best that SQLite has.
    let key = format!("{SYNCED}-{records}");
    let best = question.best_of(&key, "write paths", &cases, &[Constraint::AckSyncs])?;
    if [count(1), BASE_RECORDS].contains(&records) {
        question.headline(best)?;
    }
    cases.into_iter().try_for_each(|case| question.add(case))?;
    if records == BASE_RECORDS {
        question.add_twin(base)?;
    }
    Ok(())
}

/// How both engines' times grow, and from where on the WAL pays.
fn compare_along_packet_sizes(question: &mut Question) -> Result<(), FixtureError> {
    let wal = sqlite("bundled", JournalMode::Wal, Synchronous::Full)?;
    let of = |path: SqliteSpec| RECORDS_PER_PACKET.map(|records| Case::new(path, votes(records)));
    let logs = RECORDS_PER_PACKET.map(|records| log(votes(records)));
    question.trend(SWEPT, &of(wal))?;
    question.trend(SWEPT, &logs)?;
    let pairs: Vec<(Case, Case)> = of(delete()?).into_iter().zip(of(wal)).collect();
    let crossing = question.crossing("delete-over-wal", SWEPT, &pairs)?;
    question.headline(crossing)
}

fn delete() -> Result<SqliteSpec, FixtureError> {
    sqlite("bundled", JournalMode::Delete, Synchronous::Full)
}

fn driven(driver: Driver) -> Load {
    Load { driver, ..votes(count(1)) }
}

fn sqlite(
    build: &str,
    journal_mode: JournalMode,
    synchronous: Synchronous,
) -> Result<SqliteSpec, FixtureError> {
    let table = Table::Votes(SecondaryIndexes::None);
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    Ok(SqliteSpec::new(sqlite_builds::find(build)?, table, pragmas))
}
