//! How close to the disk's limit is the native log, and which of its options matter?
//!
//! Claim (soup-write-performance): "a pure write benchmark with Soup's log easily handles half a
//! million ops/s". A log that SQLite is held against must be one that nobody can call a straw man.
//!
//! Settled by: the log's time per packet less the floor's, paired, over packet sizes, kinds of
//! space, sync methods and appenders; and its processor time in memory without syncs.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use fixture::{
    Case, Column, Driver, FixtureError, Frame, Load, Method, Pace, Place, Question, Workload, count,
};
use native_log::{Flusher, GroupWait, LogOptions, Space, SyncMethod};
use write_path::{LogSpec, ReadyLogSpec};

/// The base packet, and the sizes around it.
const BASE_RECORDS: NonZeroU32 = count(400);
const RECORDS_PER_PACKET: [NonZeroU32; 5] =
    [count(1), count(16), BASE_RECORDS, count(4096), count(65_536)];

/// Packets that are bytes before the log sees them: what is left is the log alone.
const READY_RECORDS: [NonZeroU32; 4] = [count(1), count(16), BASE_RECORDS, count(4096)];

/// Appenders of single votes; the engine merges what comes while it syncs.
const APPENDERS: [NonZeroU32; 4] = [count(1), count(4), count(16), count(64)];

/// Packets that one thread keeps on their way.
const IN_FLIGHT: NonZeroU32 = count(1024);

/// How long a leader waits for company in the case that lets it.
const WAIT: GroupWait =
    GroupWait::Bounded { wait_max: Duration::from_micros(200), packets_enough: count(64) };

const BASE: LogOptions = LogOptions::recycled_fdatasync();

fn main() -> ExitCode {
    fixture::run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = closed_loop(BASE_RECORDS);
    let mut question = Question::new(Frame {
        name: "native_log",
        asks: "how close to the disk's limit is the native log, and which options matter?",
        claim: "a pure write benchmark with Soup's log easily handles half a million ops/s",
        settled_by: "the log's time per packet less the floor's, paired",
        bases: vec![Case::new(log(BASE), base)],
        shown_axes: &["space"],
        swept_axis: "records_per_packet",
        columns: &[
            Column::SyncsPerCommit,
            Column::FloorsPerAck,
            Column::BeyondFloor,
            Column::Spread,
        ],
        grouped_by: &[],
        method: Method::Sampled(Pace::SHORT),
    });
    for records in RECORDS_PER_PACKET {
        question.add(Case::new(log(BASE), closed_loop(records)))?;
    }
    for records in READY_RECORDS {
        let ready = ReadyLogSpec { options: BASE };
        question.add(Case::new(ready, closed_loop(records)))?;
    }
    question.add_twin(Case::new(log(BASE), base))?;
    question
        .add(Case::new(log(BASE), Load { workload: Workload::Events, ..closed_loop(count(1)) }))?;
    for space in [Space::Growing, Space::SetLen, Space::Fallocate, Space::ZeroFilled] {
        question.add(Case::new(log(LogOptions { space, ..BASE }), base))?;
    }
    for sync_method in [SyncMethod::Fsync, SyncMethod::DataSyncOpen, SyncMethod::DataSyncWrite] {
        question.add(Case::new(log(LogOptions { sync_method, ..BASE }), base))?;
    }
    let single = closed_loop(count(1));
    for threads in APPENDERS {
        let load = Load { driver: Driver::Appenders { threads }, ..single };
        question.add(Case::new(log(BASE), load))?;
    }
    let in_flight = Load { driver: Driver::InFlight { packets: IN_FLIGHT }, ..single };
    question.add(Case::new(log(BASE), in_flight))?;
    let own_thread = LogOptions { flusher: Flusher::OwnThread, ..BASE };
    question.add_droppable(Case::new(log(own_thread), in_flight))?;
    let waiting = LogOptions { group_wait: WAIT, ..BASE };
    let sixteen = Load { driver: Driver::Appenders { threads: count(16) }, ..single };
    question.add_droppable(Case::new(log(waiting), sixteen))?;
    for records in [count(1), BASE_RECORDS] {
        let never = LogOptions { sync_method: SyncMethod::Never, ..BASE };
        let load = Load { place: Place::Memory, ..closed_loop(records) };
        question.add(Case::new(log(never), load))?;
    }
    Ok(question)
}

fn closed_loop(records_per_packet: NonZeroU32) -> Load {
    Load::closed_loop(Workload::VOTES, records_per_packet)
}

fn log(options: LogOptions) -> LogSpec {
    LogSpec { options }
}
