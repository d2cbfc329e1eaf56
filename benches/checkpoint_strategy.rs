//! Checkpoints: who pays, when, and does anybody have to wait?
//!
//! Claims (soup-write-performance, "Checkpointing"): automatic checkpoints stall the commit that
//! triggers them for up to 300 ms; checkpoints after the ack lifted 25 k votes per second to 42 k, but
//! still halt the thread; a passive checkpoint from a thread of its own would be a no-op under constant
//! writes, and the WAL would grow without bound; a checkpoint takes the longer the larger the database;
//! a larger WAL slows writes too.
//!
//! Settled by: acked and drained rate, ack latency with the longest and what the slowest overlapped
//! with, the WAL's largest size, and every checkpoint's length; of the same votes, from the same file,
//! handed in as fast as they are acked, and at half of what the automatic checkpoint allows: one rate for all
//! strategies, with its breaks between writes.
//!
//! Each is compared with the automatic checkpoint, as SQLite comes. The base of the names has no checkpoint at all: its
//! WAL grows for as long as a piece lasts, and the drained rate charges what the others did meanwhile. No case pauses
//! within a piece, because a pause is a present to a thread that works beside the packets, and each is drained before
//! the yardsticks are read. A strategy that met fewer than five checkpoints of its own is not ranked.
//!
//! Some strategies are measured again with a reader beside the packets, on a connection of its own: what it costs
//! those who write, and what checkpoints cost those who read. The wide profile has the other strategies, and every one
//! on both tables and at both loads; the id of a case measures it in the standard profile too.
//!
//! `DURABENCH_GROWTH=SECONDS` puts a longer run in the place of the question: one case that goes on
//! for so long, in steps, with insert, commit and checkpoints over the database's size. The program's
//! command `growth` is the same with options.

use std::num::NonZeroU8;

use fixture::prelude::*;

/// The first document's merged packet.
const VOTES: Load = votes(count(400));

/// Poisson arrivals at half of what the automatic checkpoint commits in a closed loop.
const HALF_LOAD: Load = Load {
    driver: Driver::OpenLoop {
        rate: OfferedRate::PercentOfSaturation(NonZeroU8::new(50).expect("50 is not zero")),
        arrivals: Arrivals::Poisson,
    },
    ..VOTES
};

/// 0.7 million votes: the table and its index are far larger than the page cache.
const PREFILL: Prefill = Prefill::Mebibytes(count(16));

/// A quarter of it, for a checkpoint's length over the database's size.
const SMALL_PREFILL: Prefill = Prefill::Mebibytes(count(4));

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(6);

/// Votes are appended: a packet dirties a few pages.
const APPENDED: Table = Table::Votes(SecondaryIndexes::None);

/// Each vote's article lies on another leaf of an index: a packet dirties a few hundred pages.
const INDEXED: Table = Table::Votes(SecondaryIndexes::Article);

/// The log's segments and its largest packet. Longer ones would take more time to fill with zeros, in each block, than
/// everything else.
const LOG: LogOptions = LogOptions {
    segment_bytes: 8 << 20,
    packet_bytes_max: 1 << 20,
    ..LogOptions::recycled_fdatasync()
};

/// Where the standard profile measures a strategy, on the table with the index.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standard {
    /// At both loads.
    BothLoads,
    /// As fast as it acks.
    Saturation,
    /// Nowhere.
    No,
}

fn main() -> ExitCode {
    run_or_grow(question, growing_case)
}

fn question() -> Result<Question, FixtureError> {
    let mut question = Question::new(QuestionSpec {
        name: "checkpoint_strategy",
        asks: "checkpoints: who pays, when, and does anybody have to wait?",
        claim: "automatic checkpoints stall up to 300 ms; behind the ack they gave 42 k for 25 k; a \
                thread of their own would be a no-op",
        settled_by: "rates, the slowest acks and what they overlapped with, the WAL's largest size",
        bases: vec![case(none(), VOTES), log(VOTES)],
        shown_axes: &[],
        swept_axis: "records_per_packet",
        columns: &[
            Column::Drained,
            Column::WalMax,
            Column::CheckpointLongest,
            Column::SlowestWaitedFor,
            Column::ReadsPerSecond,
            Column::ReaderP99,
        ],
        grouped_by: &["table", "driver", "concurrent_reader"],
        blocks: BLOCKS,
    });
    for (spec, standard) in strategies() {
        add_strategy(&mut question, spec, standard)?;
    }
    add_answer(&mut question)?;
    let automatic = case(automatic(), VOTES);
    for spec in read_beside() {
        let (alone, read) = (case(spec, VOTES), case(spec, VOTES).with_reader());
        let axis = "concurrent_reader".to_string();
        question.contrast(ContrastKind::OneFactorAlone { axis }, &read, &alone)?;
        question.add_if(read, alone.axes() == automatic.axes())?;
    }
    let small = automatic.clone().prefilled(SMALL_PREFILL);
    let axis = "prefill".to_string();
    question.contrast(ContrastKind::OneFactorAlone { axis }, &small, &automatic)?;
    question.add(small)?;
    question.add_twin(automatic.clone())?;
    question.contrast(ContrastKind::LogBesideSqlite, &log(VOTES), &automatic)?;
    question.add(log(VOTES))?;
    question.add_wide(log(HALF_LOAD))?;
    Ok(question)
}

/// The best strategy on the table with the index, by what is drained and by the longest ack; one that met too few
/// checkpoints of its own is no candidate.
fn add_answer(question: &mut Question) -> Result<(), FixtureError> {
    let cases = strategies().map(|(spec, _)| case(spec, VOTES));
    for (key, metric) in [("drained", Metric::DrainedTime), ("longest-ack", Metric::LongestAck)] {
        let constraints = &[Constraint::CheckpointsMin(OWN_CHECKPOINTS_MIN.into())];
        let of = "checkpoint strategies";
        let best = Choice { key, of, extreme: Extreme::Best, metric, constraints };
        let best = question.choose(&best, &cases)?;
        question.headline(best)?;
    }
    Ok(())
}

/// A strategy on both tables and at both loads, each as fast as it acks beside the automatic checkpoint. The automatic
/// one comes first, so that half load is half of its.
fn add_strategy(
    question: &mut Question,
    spec: SqliteSpec,
    standard: Standard,
) -> Result<(), FixtureError> {
    for table in [INDEXED, APPENDED] {
        let spec = SqliteSpec { table, ..spec };
        let base = case(SqliteSpec { table, ..automatic() }, VOTES);
        let saturated = case(spec, VOTES);
        if saturated.axes() != base.axes() {
            for metric in [Metric::AckedTime, Metric::DrainedTime, Metric::LongestAck] {
                question.contrast_of(metric, ContrastKind::AgainstBase, &saturated, &base)?;
            }
        }
        let is_indexed = table == INDEXED;
        let cases = [
            (saturated, is_indexed && standard != Standard::No),
            (case(spec, HALF_LOAD), is_indexed && standard == Standard::BothLoads),
        ];
        for (case, is_standard) in cases {
            question.add_if(case, is_standard)?;
        }
    }
    Ok(())
}

/// What `DURABENCH_GROWTH` runs: the strategy that SQLite comes with, on the table with the index.
fn growing_case() -> Result<Case, FixtureError> {
    Ok(Case::new(automatic(), VOTES).continuously())
}

fn case(spec: SqliteSpec, load: Load) -> Case {
    Case::new(spec, load).prefilled(PREFILL).continuously()
}

fn log(load: Load) -> Case {
    Case::new(LogSpec::new(LOG), load).continuously()
}

/// Every strategy.
fn strategies() -> [(SqliteSpec, Standard); 15] {
    use CheckpointMode::{Full, Passive, Restart, Truncate};
    let with = |strategy| none().with_checkpoints(strategy);
    let mut limited = with(after_ack(100_000, Passive));
    limited.pragmas.journal_size_limit = JournalSizeLimit::Bytes(4 << 20);
    [
        (automatic(), Standard::BothLoads),
        (none(), Standard::Saturation),
        (with(after_ack(10_000, Passive)), Standard::Saturation),
        (with(after_ack(100_000, Passive)), Standard::Saturation),
        (with(after_ack(100_000, Full)), Standard::No),
        (with(after_ack(100_000, Restart)), Standard::No),
        (with(after_ack(100_000, Truncate)), Standard::No),
        (limited, Standard::No),
        (with(background(Passive)), Standard::Saturation),
        (with(background(Full)), Standard::No),
        (with(background(Restart)), Standard::No),
        (with(background(Truncate)), Standard::No),
        (with(two_phase(DatabaseSync::WhenComplete)), Standard::No),
        (with(two_phase(DatabaseSync::EachCall)), Standard::No),
        (with(CheckpointStrategy::SHORT_ACKS), Standard::BothLoads),
    ]
}

/// The strategies that are measured with a reader beside the packets too: one of each kind. The passive one after
/// an ack is the more frequent one, so that a second holds some.
fn read_beside() -> [SqliteSpec; 6] {
    let with = |strategy| none().with_checkpoints(strategy);
    [
        none(),
        automatic(),
        with(after_ack(10_000, CheckpointMode::Passive)),
        with(background(CheckpointMode::Passive)),
        with(two_phase(DatabaseSync::WhenComplete)),
        with(CheckpointStrategy::SHORT_ACKS),
    ]
}

fn after_ack(records: u32, mode: CheckpointMode) -> CheckpointStrategy {
    CheckpointStrategy::AfterAck { every: CheckpointInterval::Records(count(records)), mode }
}

fn background(mode: CheckpointMode) -> CheckpointStrategy {
    let pace = BackgroundPace::Milliseconds(count(50));
    CheckpointStrategy::Background { pace, mode, database_sync: DatabaseSync::WhenComplete }
}

fn two_phase(database_sync: DatabaseSync) -> CheckpointStrategy {
    let (copy_frames, reset_frames) = (count(1000), count(4000));
    CheckpointStrategy::TwoPhase { copy_frames, reset_frames, database_sync }
}

/// As SQLite comes, but in WAL mode: the commit that brings the WAL to 1,000 pages checkpoints.
fn automatic() -> SqliteSpec {
    let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
    bundled(INDEXED, pragmas)
}

/// No checkpoint while packets come.
fn none() -> SqliteSpec {
    let mut spec = automatic();
    spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
    spec
}
