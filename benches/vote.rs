//! How many votes does each path of the first document keep per second, and how long does a vote take
//! at each rate?
//!
//! Claims (soup-write-performance, and its second version): SQLite with a WAL, FULL and automatic
//! checkpoints takes 25 k votes per second, 42 to 45 k with the checkpoint behind the ack, 100 to
//! 110 k without syncs behind Soup's log, and 300 k on four shards of that; Soup's log takes half a
//! million, and no fewer than without any log.
//!
//! Settled by: votes per second of every path at merged packets of 400, as the document's were, acked
//! and drained; and beside that the load curve of some, with the highest rate at which p99 stays
//! within 10 ms. The curves come from an open loop: `durabench vote knee` measures any other.
//!
//! A piece holds whole checkpoint or feeding cycles, and what a path owes after it is done before the yardsticks are read
//! again and charged to the drained rate.

use std::num::NonZeroU32;
use std::process::ExitCode;

use fixture::{
    Case, Column, ContrastKind, Driver, FixtureError, Load, Prefill, Question, QuestionSpec,
    Workload, count,
};
use vote_load::catalogue::{PATHS, SHARDED, SHARDS};
use vote_load::{Curves, Subject};

/// The document's merged packet ("~400 rows").
const MERGED_VOTES: NonZeroU32 = count(400);

/// Where the A/A pair stands, and what the others are compared with.
const BASE: &str = "arm-a";

/// The paths that no claim is about, and that the answer can do without.
const IN_WIDE: [&str; 7] = [
    "null",
    "soup-log-early",
    "arm-b-10k",
    "arm-c-wal-off",
    "arm-c-wal-normal",
    "packets",
    "counts",
];

/// What the answer tells beside the base.
const IN_ANSWER: [&str; 3] = ["soup-log", "arm-b-100k", "tuned"];

/// The sharded path that a claim is about.
const SHARDED_CLAIMED: &str = "arm-c";

/// Enough for the B-trees to be larger than the default cache.
const PREFILL: Prefill = Prefill::Mebibytes(count(2));

/// How often each path is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(11);

fn main() -> ExitCode {
    match Curves::of_a_default_run() {
        Ok(mut curves) => fixture::run_with_additional(question, &mut curves),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn question() -> Result<Question, FixtureError> {
    let one = |name| case(name, NonZeroU32::MIN);
    let base = one(BASE)?;
    let mut question = Question::new(QuestionSpec {
        name: "vote",
        asks: "how many votes does each path of the first document keep per second?",
        claim: "25 k with automatic checkpoints, 42 k behind the ack, 100 k without syncs, half a \
                million in the log",
        settled_by: "acked and drained votes per second at merged packets of 400",
        bases: vec![base.clone()],
        shown_axes: &[],
        swept_axis: "records_per_packet",
        columns: &[
            Column::SyncsPerCommit,
            Column::BytesPerRecord,
            Column::DatabaseSize,
            Column::DeviceBytesPerAckedByte,
        ],
        grouped_by: &["locking_mode"],
        blocks: BLOCKS,
    });
    for path in PATHS {
        let case = one(path.name)?;
        if path.name == BASE {
            question.add(case.clone())?;
            question.add_twin(case)?;
            continue;
        }
        let kind = match path.name {
            "log" => ContrastKind::LogBesideSqlite,
            _ => ContrastKind::AgainstBase,
        };
        let beside = question.contrast(kind, &case, &base)?;
        if IN_ANSWER.contains(&path.name) {
            question.headline(beside)?;
        }
        if IN_WIDE.contains(&path.name) {
            question.add_wide(case)?;
        } else {
            question.add(case)?;
        }
    }
    for name in SHARDED {
        let sharded = case(name, SHARDS)?;
        let axis = "shards".to_string();
        question.contrast(ContrastKind::OneFactorAlone { axis }, &sharded, &one(name)?)?;
        if name == SHARDED_CLAIMED {
            question.add(sharded)?;
        } else {
            question.add_wide(sharded)?;
        }
    }
    let (log, memory) = (one("soup-log")?, one("memory-only")?);
    let axis = "durability".to_string();
    question.contrast(ContrastKind::OneFactorAlone { axis }, &memory, &log)?;
    Ok(question)
}

fn case(name: &str, shards: NonZeroU32) -> Result<Case, FixtureError> {
    let subject = Subject::find(name, shards)
        .map_err(|error| FixtureError::Additional { source: error.into() })?;
    let driver = if shards == NonZeroU32::MIN {
        Driver::ClosedLoop
    } else {
        // Each shard has a thread, and a single client would let most of them wait.
        Driver::Appenders { threads: shards }
    };
    let load = Load { driver, ..Load::closed_loop(Workload::VOTES, MERGED_VOTES) };
    let label = subject.label();
    Ok(Case::of(subject.spec, load).called(label).prefilled(PREFILL).continuously())
}
