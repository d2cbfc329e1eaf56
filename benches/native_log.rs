//! How close to the disk's limit is the native log, and which of its options matter?
//!
//! Claim (soup-write-performance): "a pure write benchmark with Soup's log easily handles half a
//! million ops/s". A log that SQLite is held against must be one that nobody can call a straw man.
//!
//! Settled by: the log's time per packet beyond the floor's, in turns with it, over packet sizes; kinds of
//! space, sync methods and appenders, each alone; and its processor time in memory without syncs.

use std::time::Duration;

use fixture::prelude::*;

/// The base packet, and the sizes around it.
const BASE_RECORDS: NonZeroU32 = count(400);
const RECORDS_PER_PACKET: [NonZeroU32; 5] =
    [count(1), count(16), BASE_RECORDS, count(4096), LARGEST_RECORDS];
const LARGEST_RECORDS: NonZeroU32 = count(65_536);

/// Where the answer tells what the log takes beside the floor.
const IN_ANSWER: [NonZeroU32; 3] = [count(1), BASE_RECORDS, count(4096)];

/// Packets that are bytes before the log sees them: what is left is the log alone.
const READY_RECORDS: [NonZeroU32; 4] = [count(1), count(16), BASE_RECORDS, count(4096)];

/// Appenders of single votes; the engine merges what comes while it syncs.
const APPENDERS: [NonZeroU32; 4] = [count(1), count(4), TELLING_APPENDERS, count(64)];
const TELLING_APPENDERS: NonZeroU32 = count(16);

/// Packets that one thread keeps on their way.
const IN_FLIGHT: NonZeroU32 = count(1024);

/// How long a leader waits for others in the case that lets it.
const WAIT: GroupWait =
    GroupWait::Bounded { wait_max: Duration::from_micros(200), packets_enough: count(64) };

const BASE: LogOptions = LogOptions::recycled_fdatasync().with_short_segments();

/// What each option may be instead, and whether the standard profile measures it.
const OPTIONS: [(LogOptions, bool); 7] = [
    (LogOptions { space: Space::Growing, ..BASE }, true),
    (LogOptions { space: Space::SetLen, ..BASE }, false),
    (LogOptions { space: Space::Fallocate, ..BASE }, false),
    (LogOptions { space: Space::ZeroFilled, ..BASE }, true),
    (LogOptions { sync_method: SyncMethod::Fsync, ..BASE }, true),
    (LogOptions { sync_method: SyncMethod::DataSyncOpen, ..BASE }, false),
    (LogOptions { sync_method: SyncMethod::DataSyncWrite, ..BASE }, true),
];

/// How often each case is measured: on as many placements of the log's files and the floor's.
const BLOCKS: NonZeroU32 = count(8);

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = log(votes(BASE_RECORDS));
    let mut question = Question::new(QuestionSpec {
        name: "native_log",
        asks: "how close to the disk's limit is the native log, and which options matter?",
        claim: "a pure write benchmark with Soup's log easily handles half a million ops/s",
        settled_by: "the log's time per packet beyond the floor's, in turns with it",
        bases: vec![base.clone(), floor(&base)],
        shown_axes: &["space"],
        swept_axis: "records_per_packet",
        columns: &[
            Column::SyncsPerCommit,
            Column::FloorsPerAck,
            Column::BeyondFloor,
            Column::Spread,
        ],
        grouped_by: &[],
        blocks: BLOCKS,
    });
    for records in RECORDS_PER_PACKET {
        let case = log(votes(records));
        let beyond = add_beside_floor(&mut question, case, records != LARGEST_RECORDS)?;
        if IN_ANSWER.contains(&records) {
            question.headline(beyond)?;
        }
    }
    for records in READY_RECORDS {
        let ready = Case::new(LogSpec::ready(BASE), votes(records));
        add_beside_floor(&mut question, ready, records == BASE_RECORDS)?;
    }
    let events = Load { workload: Workload::Events, ..votes(count(1)) };
    question.add_wide(log(events))?;
    for (options, is_telling) in OPTIONS {
        let case = log_with(options, votes(BASE_RECORDS));
        question.one_factor_alone(&case, &base)?;
        question.add_if(case, is_telling)?;
    }
    question.add_twin(base)?;
    add_drivers(&mut question)?;
    for records in [count(1), BASE_RECORDS] {
        question.add(log(Load { place: Place::Memory, ..votes(records) }))?;
    }
    Ok(question)
}

/// A case in turns with the floor, whose writes are as long.
fn add_beside_floor(
    question: &mut Question,
    case: Case,
    is_telling: bool,
) -> Result<ComparisonKey, FixtureError> {
    let floor = floor(&case);
    let case = case.beside(FloorSpec::of(&floor));
    let beyond = question.contrast(ContrastKind::AgainstBase, &case, &floor)?;
    question.add_if(case, is_telling)?;
    Ok(beyond)
}

/// Several appenders, and several packets on their way, against one at a time.
fn add_drivers(question: &mut Question) -> Result<(), FixtureError> {
    let single = votes(count(1));
    let alone = log(single);
    for threads in APPENDERS {
        let case = log(Load { driver: Driver::Appenders { threads }, ..single });
        question.one_factor_alone(&case, &alone)?;
        question.add_if(case, threads == TELLING_APPENDERS)?;
    }
    let in_flight = Load { driver: Driver::InFlight { packets: IN_FLIGHT }, ..single };
    let flying = log(in_flight);
    question.one_factor_alone(&flying, &alone)?;
    let own_thread = log_with(LogOptions { flusher: Flusher::OwnThread, ..BASE }, in_flight);
    question.one_factor_alone(&own_thread, &flying)?;
    question.add(flying)?;
    question.add_wide(own_thread)?;
    let sixteen = Load { driver: Driver::Appenders { threads: TELLING_APPENDERS }, ..single };
    let waiting = log_with(LogOptions { group_wait: WAIT, ..BASE }, sixteen);
    question.one_factor_alone(&waiting, &log(sixteen))?;
    question.add_wide(waiting)
}

fn log_with(options: LogOptions, load: Load) -> Case {
    Case::new(LogSpec::new(options), load)
}

/// The floor of a case as a case of its own.
fn floor(case: &Case) -> Case {
    Case::new(FloorSpec::of(case), case.load)
}
