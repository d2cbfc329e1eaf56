//! Why did SQLite end at 45 k votes per second?
//!
//! Claim (soup-write-performance): SQLite never passes 45 k votes per second; its author suspects
//! checkpoints, then the syncs, and at last (in the second version) the index.
//!
//! Settled by: a factorial of the four suspects, each as the document had it and as it need not be:
//! an index or none, 400 votes in a commit or 4,000, a sync in each commit or none, automatic
//! checkpoints or none. An effect is the geometric mean over the eight pairs that differ in nothing
//! else; the largest is named by computation.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Case, Column, FixtureError, Frame, Load, Method, Pace, Prefill, Question, Workload, count,
};
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

const MERGED_VOTES: [NonZeroU32; 2] = [count(400), count(4_000)];

const INDEXES: [SecondaryIndexes; 2] = [SecondaryIndexes::Article, SecondaryIndexes::None];

const SYNCHRONOUS: [Synchronous; 2] = [Synchronous::Full, Synchronous::Normal];

const CHECKPOINTS: [WalAutocheckpoint; 2] = [WalAutocheckpoint::DEFAULT, WalAutocheckpoint::Off];

/// The table and its index are many times the default cache.
const PREFILL: Prefill = Prefill::Mebibytes(count(16));

/// Short: the effects that are looked for are factors.
const PACE: Pace =
    Pace { warm_up: Duration::from_millis(100), measurement: Duration::from_millis(500) };

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let [merged, larger] = MERGED_VOTES;
    let [index, _] = INDEXES;
    let [full, _] = SYNCHRONOUS;
    let [automatic, _] = CHECKPOINTS;
    let base = || sqlite(index, full, automatic, merged);
    let log = |records| {
        let path = LogSpec { options: LogOptions::recycled_fdatasync() };
        Case::new(path, votes(records)).prefilled(PREFILL)
    };
    let mut question = Question::new(Frame {
        name: "why_45k",
        asks: "which of four suspects kept SQLite at 45 k votes per second?",
        claim: "first the checkpoints, then the syncs, at last the index",
        settled_by: "the effect of each over all pairs of a factorial that differ in nothing else",
        bases: vec![base()?, log(merged)],
        shown_axes: &["table", "synchronous", "wal_autocheckpoint"],
        swept_axis: "records_per_packet",
        columns: &[Column::SyncsPerCommit, Column::BytesPerRecord, Column::FloorsPerAck],
        grouped_by: &["table"],
        method: Method::Sampled(PACE),
    });
    for index in INDEXES {
        for synchronous in SYNCHRONOUS {
            for checkpoints in CHECKPOINTS {
                for records in MERGED_VOTES {
                    question.add(sqlite(index, synchronous, checkpoints, records)?)?;
                }
            }
        }
    }
    question.add_twin(base()?)?;
    question.add(log(merged))?;
    question.add(log(larger))?;
    Ok(question)
}

fn sqlite(
    index: SecondaryIndexes,
    synchronous: Synchronous,
    wal_autocheckpoint: WalAutocheckpoint,
    records: NonZeroU32,
) -> Result<Case, FixtureError> {
    let durable = Pragmas::with_durability(JournalMode::Wal, synchronous);
    let pragmas = Pragmas { wal_autocheckpoint, ..durable };
    let build = sqlite_builds::find("bundled")?;
    let path = SqliteSpec::new(build, Table::Votes(index), pragmas);
    Ok(Case::new(path, votes(records)).prefilled(PREFILL))
}

fn votes(records_per_packet: NonZeroU32) -> Load {
    Load::closed_loop(Workload::VOTES, records_per_packet)
}
