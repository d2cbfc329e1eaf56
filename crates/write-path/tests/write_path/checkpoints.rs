//! Checkpoint strategies: each runs, keeps every acked record, and does to the WAL what it says.

use std::num::NonZeroU32;
use std::path::Path;

use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode,
    JournalSizeLimit, SqliteSpec, Synchronous,
};
use write_path::{CheckpointAnswer, CheckpointCaller, CheckpointMode, PathSpec, WritePath};

use crate::common::{commit, insert_votes, sqlite, turn, votes_digest};

/// Votes per packet, and packets, of a run that meets several checkpoints.
const VOTES: u64 = 20;
const PACKETS: u64 = 60;

/// Few enough frames to be reached many times in such a run.
const FEW: NonZeroU32 = NonZeroU32::new(10).unwrap();

fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

fn with(strategy: CheckpointStrategy) -> SqliteSpec {
    sqlite("bundled", JournalMode::Wal, Synchronous::Off).with_checkpoints(strategy)
}

/// Every kind of strategy in every mode, at intervals that a short run meets.
fn strategies() -> Vec<CheckpointStrategy> {
    let mut strategies = vec![CheckpointStrategy::Automatic];
    let database_syncs = [DatabaseSync::WhenComplete, DatabaseSync::EachCall];
    for mode in CheckpointMode::ALL {
        for every in [CheckpointInterval::Records(count(100)), CheckpointInterval::Frames(FEW)] {
            strategies.push(CheckpointStrategy::AfterAck { every, mode });
        }
        for (pace, database_sync) in
            [BackgroundPace::Milliseconds(count(1)), BackgroundPace::Frames(FEW)]
                .into_iter()
                .zip(database_syncs)
        {
            strategies.push(CheckpointStrategy::Background { pace, mode, database_sync });
        }
    }
    strategies.extend(database_syncs.map(|database_sync| CheckpointStrategy::TwoPhase {
        copy_frames: FEW,
        reset_frames: count(20),
        database_sync,
    }));
    strategies
}

fn users(packet: u64) -> Vec<u64> {
    (packet * VOTES..(packet + 1) * VOTES).collect()
}

fn drive(path: &mut dyn WritePath, packets: std::ops::Range<u64>) {
    packets.for_each(|packet| commit(path, &insert_votes(&users(packet))).unwrap());
}

fn assert_keeps(spec: &SqliteSpec, directory: &Path, packets: u64) {
    let acked: Vec<u64> = (0..packets).flat_map(users).collect();
    assert_eq!(spec.recover(directory).unwrap(), votes_digest(&acked), "{spec:?}");
}

#[test]
fn every_strategy_keeps_what_it_acked_and_copies_it() {
    let _turn = turn();
    for strategy in strategies() {
        for limit in [false, true] {
            let mut spec = with(strategy);
            if limit {
                spec.pragmas.journal_size_limit = JournalSizeLimit::Bytes(8192);
            }
            let directory = tempfile::tempdir().unwrap();
            let mut path = spec.open(directory.path()).unwrap();
            drive(path.as_mut(), 0..PACKETS);
            path.drain().unwrap();
            assert_eq!(path.wal_frames().unwrap(), Some(0), "{strategy:?}");
            // A thread may look once more after the drain.
            let calls = path.take_checkpoints();
            let drain = calls.iter().find(|call| call.caller == CheckpointCaller::Drain).unwrap();
            assert_eq!(drain.answer, CheckpointAnswer::Done, "{strategy:?}");
            drive(path.as_mut(), PACKETS..PACKETS + 5);
            path.close().unwrap();
            assert_keeps(&spec, directory.path(), PACKETS + 5);
        }
    }
}
