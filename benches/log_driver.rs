//! What does the log driver's queue cost: storing each message, and deleting it once it is delivered?
//!
//! Claim (the log driver's notes): 10,000 messages, each stored and deleted in a transaction of its own, take 42.9 s with
//! the rollback journal and 12.0 s with the WAL. The second figure was limited by a sleep of 1 ms in the generator.
//!
//! Settled by: a packet's time with the database alone, as the notes' driver used it and in batches, beside the native
//! log. Beside that stand the notes' questions (`log_driver_questions`), each of them a contrast of two runs of the whole
//! pipeline that differ in one thing: source, database and sink, with the channels between them. `durabench log-driver`
//! runs any other.

use std::num::NonZeroU32;
use std::process::ExitCode;

use fixture::{
    Case, Column, ContrastKind, FixtureError, Load, Question, QuestionSpec, Workload, count,
};
use log_driver::QuestionAnswers;
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{JournalMode, Pragmas, SqliteSpec, Synchronous, Table};

/// Messages that wait for their acks: what the product's channel holds.
const WORKLOAD: Workload = Workload::EventChurn { backlog: count(1_000) };

/// One by one, as the notes' driver did, and what a batch of the product's size would be worth.
const RECORDS_PER_PACKET: [NonZeroU32; 2] = [ONE, count(100)];
const ONE: NonZeroU32 = NonZeroU32::MIN;

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(4);

fn main() -> ExitCode {
    fixture::run_with_additional(question, &mut QuestionAnswers)
}

fn question() -> Result<Question, FixtureError> {
    let base = case(JournalMode::Wal, Synchronous::Full, ONE)?;
    let mut question = Question::new(QuestionSpec {
        name: "log_driver",
        asks: "what does it cost to store each message, and to delete it once it is delivered?",
        claim: "10,000 messages take 42.9 s with the rollback journal and 12.0 s with the WAL",
        settled_by: "a packet's time, with as many deletions in it as messages",
        bases: vec![base.clone(), log(ONE)],
        shown_axes: &["journal_mode", "synchronous"],
        swept_axis: "records_per_packet",
        columns: &[Column::SyncsPerCommit, Column::BytesPerRecord, Column::DatabaseSize],
        grouped_by: &[],
        blocks: BLOCKS,
    });
    for records in RECORDS_PER_PACKET {
        let wal = case(JournalMode::Wal, Synchronous::Full, records)?;
        for (journal_mode, synchronous) in [
            (JournalMode::Delete, Synchronous::Full),
            (JournalMode::Wal, Synchronous::Full),
            (JournalMode::Wal, Synchronous::Normal),
        ] {
            let case = case(journal_mode, synchronous, records)?;
            if (journal_mode, synchronous) != (JournalMode::Wal, Synchronous::Full) {
                let beside = question.one_factor_alone(&case, &wal)?;
                if records == ONE {
                    question.headline(beside)?;
                }
            }
            question.add(case)?;
        }
        question.contrast(ContrastKind::LogBesideSqlite, &log(records), &wal)?;
        question.add(log(records))?;
    }
    question.add_twin(base)?;
    Ok(question)
}

fn churn(records_per_packet: NonZeroU32) -> Load {
    Load::closed_loop(WORKLOAD, records_per_packet)
}

fn log(records: NonZeroU32) -> Case {
    let options = LogOptions::recycled_fdatasync().with_short_segments();
    Case::new(LogSpec::new(options), churn(records))
}

fn case(
    journal_mode: JournalMode,
    synchronous: Synchronous,
    records: NonZeroU32,
) -> Result<Case, FixtureError> {
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    let spec = SqliteSpec::new(sqlite_builds::find("bundled")?, Table::Events, pragmas);
    Ok(Case::new(spec, churn(records)))
}
