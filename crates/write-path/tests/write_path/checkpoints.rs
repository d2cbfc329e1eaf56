//! Checkpoint strategies: each runs, keeps every acked record, and does to the WAL what it says.

use std::num::NonZeroU32;
use std::ops::Range;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use sqlite_builds::Connection;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode,
    JournalSizeLimit, LockingMode, SqliteSpec, Synchronous, WalAutocheckpoint,
};
use write_path::{
    CheckpointAnswer, CheckpointCaller, CheckpointMode, FrameCounts, PathSpec, WritePath,
};

use crate::common::{commit, connect, insert_votes, sqlite, turn, votes_digest};

/// Packets of a run that meets several checkpoints.
const PACKETS: u64 = 60;
const VOTES_PER_PACKET: u64 = 20;

/// Few enough frames to be reached many times in such a run.
pub(crate) const FEW: NonZeroU32 = NonZeroU32::new(10).unwrap();

fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

pub(crate) fn with(strategy: CheckpointStrategy) -> SqliteSpec {
    sqlite("bundled", JournalMode::Wal, Synchronous::Off).with_checkpoints(strategy)
}

pub(crate) fn after_ack(mode: CheckpointMode) -> CheckpointStrategy {
    CheckpointStrategy::AfterAck { every: CheckpointInterval::Frames(FEW), mode }
}

pub(crate) fn background(mode: CheckpointMode) -> CheckpointStrategy {
    let (pace, database_sync) = (BackgroundPace::Frames(FEW), DatabaseSync::WhenComplete);
    CheckpointStrategy::Background { pace, mode, database_sync }
}

pub(crate) fn two_phase(database_sync: DatabaseSync) -> CheckpointStrategy {
    CheckpointStrategy::TwoPhase { copy_frames: FEW, reset_frames: count(20), database_sync }
}

pub(crate) fn hand_over() -> CheckpointStrategy {
    CheckpointStrategy::HandOver { reset_frames: FEW, rest_frames: count(5) }
}

/// Every kind of strategy in every mode, at intervals that a short run meets.
fn strategies() -> Vec<CheckpointStrategy> {
    let mut strategies = vec![CheckpointStrategy::Automatic];
    for mode in CheckpointMode::ALL {
        let every = CheckpointInterval::Records(count(100));
        let (pace, database_sync) =
            (BackgroundPace::Milliseconds(count(1)), DatabaseSync::EachCall);
        strategies.extend([
            after_ack(mode),
            CheckpointStrategy::AfterAck { every, mode },
            background(mode),
            CheckpointStrategy::Background { pace, mode, database_sync },
        ]);
    }
    strategies.extend([DatabaseSync::WhenComplete, DatabaseSync::EachCall].map(two_phase));
    strategies.push(hand_over());
    strategies
}

fn users(packet: u64) -> Vec<u64> {
    (packet * VOTES_PER_PACKET..(packet + 1) * VOTES_PER_PACKET).collect()
}

fn drive(path: &mut dyn WritePath, packets: Range<u64>) {
    packets.for_each(|packet| commit(path, &insert_votes(&users(packet))).unwrap());
}

fn assert_keeps(spec: &SqliteSpec, directory: &Path, packets: u64) {
    let acked: Vec<u64> = (0..packets).flat_map(users).collect();
    assert_eq!(spec.recover(directory).unwrap(), votes_digest(&acked), "{spec:?}");
}

/// Lets other threads run until something is so.
pub(crate) fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let patience = Duration::from_secs(20);
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < patience, "nothing came of it in {patience:?}");
        thread::yield_now();
    }
}

#[test]
fn every_strategy_keeps_what_it_acked_and_copies_it() {
    let _turn = turn();
    for strategy in strategies() {
        for limit in [JournalSizeLimit::Unlimited, JournalSizeLimit::Bytes(8192)] {
            let mut spec = with(strategy);
            spec.pragmas.journal_size_limit = limit;
            let directory = tempfile::tempdir().unwrap();
            let mut path = spec.open(directory.path()).unwrap();
            drive(path.as_mut(), 0..PACKETS);
            path.drain().unwrap();
            assert_eq!(path.inspect().wal_frames().unwrap(), Some(0), "{strategy:?}");
            // A thread may look once more after the drain.
            let calls = path.inspect().take_checkpoints();
            let drain = calls.iter().find(|call| call.caller == CheckpointCaller::Drain).unwrap();
            assert_eq!(drain.answer, CheckpointAnswer::Done, "{strategy:?}");
            drive(path.as_mut(), PACKETS..PACKETS + 5);
            path.close().unwrap();
            assert_keeps(&spec, directory.path(), PACKETS + 5);
        }
    }
}

/// A connection on which SQLite's own hook checkpoints, beside a path of the same settings.
fn plain_twin(spec: &SqliteSpec, directory: &Path) -> Connection {
    let connection = connect(&spec.build.activate().unwrap(), directory);
    spec.pragmas.set(&connection).unwrap();
    connection
        .execute_batch("CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL)")
        .unwrap();
    connection
}

#[test]
fn automatic_checkpoints_are_those_of_sqlite() {
    let _turn = turn();
    let mut spec = sqlite("bundled", JournalMode::Wal, Synchronous::Normal);
    for pages in [1, 3, 10, 1000] {
        spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Pages(count(pages));
        let (ours, plain) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let twin = plain_twin(&spec, plain.path());
        let mut path = spec.open(ours.path()).unwrap();
        for packet in 0..PACKETS {
            let before = path.counters().total();
            commit(path.as_mut(), &insert_votes(&users(packet))).unwrap();
            let done = path.counters().total() - before;
            let before = path.counters().total();
            insert_plainly(&twin, &users(packet));
            assert_eq!(done, path.counters().total() - before, "{pages} pages, packet {packet}");
        }
        for call in path.inspect().take_checkpoints() {
            assert_eq!(call.caller, CheckpointCaller::Commit);
            let frames = call.frames.unwrap();
            assert!(
                frames.in_wal >= u64::from(pages) && frames.copied == frames.in_wal,
                "{call:?}"
            );
        }
        let settings = path.inspect().settings().unwrap();
        assert_eq!(settings["wal_autocheckpoint"], pages.to_string());
        path.close().unwrap();
        twin.close().unwrap();
    }
}

fn insert_plainly(connection: &Connection, users: &[u64]) {
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    for &user in users {
        let insert = "INSERT INTO votes(article, user) VALUES (7, ?1)";
        connection.execute(insert, [user.cast_signed()]).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}

#[test]
fn checkpoints_after_acks_come_when_so_much_was_committed() {
    let _turn = turn();
    let every = CheckpointInterval::Records(count(100));
    let spec = with(CheckpointStrategy::AfterAck { every, mode: CheckpointMode::Passive });
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    for packet in 0..PACKETS {
        let ticket = path.submit(&insert_votes(&users(packet))).unwrap();
        path.wait(ticket).unwrap();
        assert_eq!(path.inspect().take_checkpoints(), [], "nothing before the ack");
        path.after_ack().unwrap();
        let calls = path.inspect().take_checkpoints();
        // Five packets of 20 votes are 100.
        assert_eq!(calls.len(), usize::from(packet % 5 == 4), "packet {packet}");
        for call in calls {
            assert_eq!(call.caller, CheckpointCaller::AfterAck);
            let frames = call.frames.unwrap();
            assert_eq!(frames.in_wal, frames.copied);
        }
    }
    path.close().unwrap();
    assert_keeps(&spec, directory.path(), PACKETS);
}

#[test]
fn a_checkpoint_after_an_ack_lets_the_wal_begin_anew() {
    let _turn = turn();
    for mode in CheckpointMode::ALL {
        let spec = with(after_ack(mode));
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        let mut calls = 0;
        for packet in 0..PACKETS {
            let resets = path.inspect().wal_resets().unwrap();
            drive(path.as_mut(), packet..packet + 1);
            let Some(call) = path.inspect().take_checkpoints().pop() else { continue };
            calls += 1;
            assert_eq!((call.mode, call.answer), (mode, CheckpointAnswer::Done));
            assert!(call.wal_bytes_before > 0 && call.database_bytes > 0, "{call:?}");
            if mode == CheckpointMode::Truncate {
                assert_eq!(call.frames, Some(FrameCounts { in_wal: 0, copied: 0 }));
                assert_eq!(call.wal_bytes_after, 0);
            } else {
                assert_eq!(call.wal_bytes_after, call.wal_bytes_before);
                drive(path.as_mut(), PACKETS + packet..PACKETS + packet + 1);
                assert!(path.inspect().wal_resets().unwrap() > resets, "{mode:?}");
            }
        }
        assert!(calls > 2, "{mode:?}");
        path.close().unwrap();
    }
}

#[test]
fn without_checkpoints_the_wal_only_grows() {
    let _turn = turn();
    let mut spec = with(CheckpointStrategy::Automatic);
    spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
    for strategy in [CheckpointStrategy::Automatic, background(CheckpointMode::Restart)] {
        let spec = spec.with_checkpoints(strategy);
        let directory = tempfile::tempdir().unwrap();
        // An audit counts commits alone, whatever the strategy.
        let mut path = spec.for_audit().unwrap().open(directory.path()).unwrap();
        drive(path.as_mut(), 0..PACKETS);
        assert_eq!(path.inspect().take_checkpoints(), []);
        assert_eq!(path.inspect().wal_resets().unwrap(), Some(0));
        assert!(path.inspect().wal_frames().unwrap().unwrap() >= PACKETS);
        path.drain().unwrap();
        assert_eq!(path.inspect().take_checkpoints().len(), 1);
        path.close().unwrap();
        assert_keeps(&spec, directory.path(), PACKETS);
    }
}

#[test]
fn two_phases_keep_the_wal_bounded() {
    let _turn = turn();
    let two_phases = [DatabaseSync::WhenComplete, DatabaseSync::EachCall].map(two_phase);
    for strategy in two_phases.into_iter().chain([hand_over()]) {
        let spec = with(strategy);
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        drive(path.as_mut(), 0..10 * PACKETS);
        // Twice 20 frames, and what one packet adds; each has a header of 24 bytes.
        let bound = (40 + 5) * (4096 + 24);
        assert!(path.inspect().storage_sizes().unwrap().journal_bytes <= bound);
        assert!(path.inspect().wal_resets().unwrap().unwrap() > 5);
        path.close().unwrap();
        assert_keeps(&spec, directory.path(), 10 * PACKETS);
    }
}

#[test]
fn a_reader_in_the_way_makes_calls_busy_and_ends_nothing() {
    let _turn = turn();
    let (pace, database_sync) = (BackgroundPace::Frames(count(1)), DatabaseSync::WhenComplete);
    for mode in CheckpointMode::ALL {
        let spec = with(CheckpointStrategy::Background { pace, mode, database_sync });
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        drive(path.as_mut(), 0..1);
        let reader = connect(&spec.build.activate().unwrap(), directory.path());
        reader.execute_batch("BEGIN; SELECT count(*) FROM votes").unwrap();
        drive(path.as_mut(), 1..2);
        let hindered = until(|| {
            let calls = path.inspect().take_checkpoints().into_iter();
            calls.rev().find(|call| call.frames.is_some_and(|frames| frames.copied < frames.in_wal))
        });
        let answer = match mode {
            CheckpointMode::Passive => CheckpointAnswer::Done,
            _ => CheckpointAnswer::Busy,
        };
        assert_eq!((hindered.caller, hindered.answer), (CheckpointCaller::Background, answer));

        reader.execute_batch("COMMIT").unwrap();
        reader.close().unwrap();
        drive(path.as_mut(), 2..3);
        until(|| (path.inspect().wal_frames().unwrap() == Some(0)).then_some(()));
        path.close().unwrap();
        assert_keeps(&spec, directory.path(), 3);
    }
}

#[test]
fn a_strategy_that_cannot_run_is_refused_before_there_is_a_file() {
    let _turn = turn();
    let thread = background(CheckpointMode::Passive);
    let mut in_delete_mode = with(after_ack(CheckpointMode::Full));
    in_delete_mode.pragmas.journal_mode = JournalMode::Delete;
    let mut twice = with(after_ack(CheckpointMode::Full));
    twice.pragmas.wal_autocheckpoint = WalAutocheckpoint::DEFAULT;
    let mut shut_out = with(thread);
    shut_out.pragmas.locking_mode = LockingMode::Exclusive;
    let without_mutexes =
        sqlite("single-thread", JournalMode::Wal, Synchronous::Off).with_checkpoints(thread);
    for (spec, reason) in [
        (
            in_delete_mode,
            "checkpoints (full after the ack, every 10 frames) cannot run: journal_mode delete has \
             no WAL; choose wal, or automatic checkpoints",
        ),
        (
            twice,
            "checkpoints (full after the ack, every 10 frames) cannot run: wal_autocheckpoint 1000 \
             asks for checkpoints of its own; turn it off",
        ),
        (
            shut_out,
            "checkpoints (passive in the background, every 10 frames) cannot run: locking_mode \
             exclusive shuts out the connection of the background thread; choose normal, or a \
             strategy without a thread",
        ),
        (
            without_mutexes,
            "checkpoints (passive in the background, every 10 frames) cannot run: SQLite build \
             `single-thread` has no mutexes (SQLITE_THREADSAFE=0) and cannot serve the background \
             thread; choose another build, or a strategy without a thread",
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(spec.open(directory.path()).err().unwrap().to_string(), reason);
        assert_eq!(directory.path().read_dir().unwrap().count(), 0);
        assert!(spec.checkpoint_conflict().is_some());
    }
}

#[test]
fn a_strategy_without_a_thread_runs_where_a_thread_cannot() {
    let _turn = turn();
    for build in ["bundled", "single-thread", "lean"] {
        let mut spec = sqlite(build, JournalMode::Wal, Synchronous::Normal)
            .with_checkpoints(after_ack(CheckpointMode::Passive));
        spec.pragmas.locking_mode = LockingMode::Exclusive;
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        drive(path.as_mut(), 0..PACKETS);
        assert!(path.inspect().take_checkpoints().len() > 2);
        assert!(path.inspect().wal_resets().unwrap().unwrap() > 2);
        path.close().unwrap();
        assert_keeps(&spec, directory.path(), PACKETS);
    }
}

#[test]
fn every_strategy_has_a_label_of_its_own() {
    let label = |strategy: CheckpointStrategy| {
        with(strategy).axes().pop().filter(|axis| axis.axis == "checkpoint_strategy").unwrap().label
    };
    let mut labels: Vec<String> = strategies().into_iter().map(label).collect();
    let all = labels.len();
    assert!(labels.iter().all(|label| label.len() <= 30 && !label.contains([' ', '/'])));
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), all);
}
