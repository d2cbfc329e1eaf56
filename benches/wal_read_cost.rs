//! What does a long WAL cost those who read, and those who write?
//!
//! Claim (soup-write-performance, "Checkpointing"): "since reads have to look up data in both the WAL
//! and the main database, a larger WAL results in slower reads. From measuring insert and commit
//! latencies in `vote` this seems to be the case for writes too".
//!
//! Settled by: time per read and per commit over the frames in the WAL, on a table with an index,
//! both larger than the page cache, where each answer is compared with what was acked.
//!
//! Frames come from commits of votes for random articles: leaves of the index, and the last leaf of
//! the table. So a point read (the first vote for an article) finds its index leaf in the WAL the
//! more likely the longer it is. An article read (all its votes) goes on to as many leaves of the
//! table, and a range read (consecutive rows) to a few: those are not in the WAL, but each has to be
//! looked up there first. Everything read is in the operating system's cache.
//!
//! Writes are NORMAL: FULL would add the same sync at every length, and hide in it what the length
//! costs. They lengthen the WAL themselves, so it is brought back before the next piece whenever it is a quarter and
//! 1,000 frames too long, off every clock; the run records say between which lengths it was, and how long that took.
//!
//! The log has no index and no WAL. Its row reads a range too: it finds the packet by passing over
//! its segment from the start, which is what a log can do.

use fixture::prelude::*;

/// Lengths of the WAL: none, SQLite's default limit, and a hundred times that (400 MB).
const WAL_FRAMES: [u32; 4] = [0, 1000, 10_000, 100_000];

/// The default limit, which hardly differs from none, and what takes longest to grow.
const IN_WIDE: [(Task, u32); 6] = [
    (Task::Read(Reads::Point), 1000),
    (Task::Read(Reads::Article), 1000),
    (Task::Read(Reads::Article), 100_000),
    (Task::Read(RANGE), 1000),
    (Task::Read(RANGE), 100_000),
    (Task::Write, 1000),
];

/// Where the A/A pair stands.
const TWIN_FRAMES: u32 = 10_000;

/// What the answer tells.
const IN_ANSWER: [(Task, u32); 3] = [
    (Task::Read(Reads::Point), 100_000),
    (Task::Read(Reads::Article), 10_000),
    (Task::Write, 100_000),
];

const TASKS: [Task; 4] =
    [Task::Read(Reads::Point), Task::Read(Reads::Article), Task::Read(RANGE), Task::Write];

const RANGE: Reads = Reads::Range { records: count(1000) };

/// The first document's merged packet.
const VOTES: Load = votes(count(400));

/// 0.7 million votes: with their index they are ten times as large as the page cache.
const PREFILL: Prefill = Prefill::Mebibytes(count(16));

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(6);

/// The log's segments and its largest packet, with which it is filled. Longer ones would take more time to fill with
/// zeros, in each block, than everything else.
const LOG: LogOptions = LogOptions {
    segment_bytes: 16 << 20,
    packet_bytes_max: 2 << 20,
    ..LogOptions::recycled_fdatasync()
};

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let log = Case::new(LogSpec::new(LOG), VOTES).prefilled(PREFILL).reading(RANGE);
    let mut question = Question::new(QuestionSpec {
        name: "wal_read_cost",
        asks: "what does a long WAL cost those who read, and those who write?",
        claim: "a larger WAL results in slower reads, and this seems to be so for writes too",
        settled_by: "time per read and per commit over the frames in the WAL, every answer compared",
        bases: vec![sqlite_case(0, Task::Write), log.clone()],
        shown_axes: &["task"],
        swept_axis: "wal_frames",
        columns: &[Column::WalMax, Column::DatabaseSize, Column::Spread],
        grouped_by: &[],
        blocks: BLOCKS,
    });
    for task in TASKS {
        let shortest = sqlite_case(0, task);
        for frames in WAL_FRAMES {
            let case = sqlite_case(frames, task);
            if frames > 0 {
                let kind = ContrastKind::OneFactorAlone { axis: "wal_frames".into() };
                let longer = question.contrast(kind, &case, &shortest)?;
                if IN_ANSWER.contains(&(task, frames)) {
                    question.headline(longer)?;
                }
            }
            question.add_if(case, !IN_WIDE.contains(&(task, frames)))?;
        }
    }
    question.add_twin(sqlite_case(TWIN_FRAMES, Task::Read(Reads::Point)))?;
    question.add(log)?;
    Ok(question)
}

fn sqlite_case(frames: u32, task: Task) -> Case {
    let pragmas = Pragmas {
        wal_autocheckpoint: WalAutocheckpoint::Off,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Normal)
    };
    let spec = bundled(Table::Votes(SecondaryIndexes::Article), pragmas);
    let initial_state = InitialState::WalFrames(frames);
    Case { task, initial_state, ..Case::new(spec, VOTES).prefilled(PREFILL) }
}
