//! The state of the long run: a WAL's space is written before the first commit.

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use tempfile::TempDir;
use write_path::sqlite::{
    CheckpointInterval, CheckpointStrategy, JournalMode, JournalSizeLimit, SecondaryIndexes,
    SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};
use write_path::{CheckpointMode, PathSpec};

use crate::checkpoints::FEW;
use crate::common::{DATABASE_FILE, commit, digest_in_turn, sqlite, turn, votes_in_turn};

/// A header of 32 bytes, and frames of a page of 4 KiB with 24 bytes before it.
const FEW_FRAMES_BYTES: u64 = 32 + 10 * (4096 + 24);

/// Those of 10 frames, and of one or two that a commit of some votes brings.
const LONGEST_BYTES: u64 = 32 + 12 * (4096 + 24);

fn with_wal() -> SqliteSpec {
    let mut spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Pages(FEW);
    spec
}

fn wal_bytes(directory: &Path) -> u64 {
    fs::metadata(directory.join(format!("{DATABASE_FILE}-wal"))).map_or(0, |file| file.len())
}

/// The database and its WAL as a power cut leaves them.
fn copied(directory: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in [DATABASE_FILE.to_owned(), format!("{DATABASE_FILE}-wal")] {
        fs::copy(directory.join(&name), copy.path().join(&name)).unwrap();
    }
    copy
}

/// How long the WAL is after opening, when it holds the schema alone, and after reaching the state of the long run.
fn opened_and_prepared_bytes(spec: SqliteSpec) -> [u64; 2] {
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let opened = wal_bytes(directory.path());
    path.reach_steady_state().unwrap();
    let prepared = wal_bytes(directory.path());
    path.close().unwrap();
    [opened, prepared]
}

fn prepared_bytes(spec: SqliteSpec) -> u64 {
    opened_and_prepared_bytes(spec)[1]
}

fn assert_stays(spec: SqliteSpec) {
    let [opened, prepared] = opened_and_prepared_bytes(spec);
    assert_eq!(prepared, opened, "{spec:?}");
}

#[test]
fn a_wal_stays_as_long_as_it_was_made_and_keeps_what_is_committed() {
    let _turn = turn();
    for strategy in [
        CheckpointStrategy::Automatic,
        CheckpointStrategy::AfterAck {
            every: CheckpointInterval::Frames(FEW),
            mode: CheckpointMode::Restart,
        },
    ] {
        let spec = with_wal().with_checkpoints(strategy);
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        // What is in the WAL before stays in it.
        commit(path.as_mut(), &votes_in_turn(0..5)).unwrap();
        path.reach_steady_state().unwrap();
        assert_eq!(wal_bytes(directory.path()), FEW_FRAMES_BYTES, "{strategy:?}");
        let resets = path.inspect().wal_resets().unwrap().unwrap();
        for packet in 1..60 {
            commit(path.as_mut(), &votes_in_turn(packet * 5..packet * 5 + 5)).unwrap();
            path.after_ack().unwrap();
            let bytes = wal_bytes(directory.path());
            assert!((FEW_FRAMES_BYTES..=LONGEST_BYTES).contains(&bytes), "{strategy:?}: {bytes}");
        }
        assert!(path.inspect().wal_resets().unwrap().unwrap() >= resets + 3, "{strategy:?}");
        // With the WAL, and zeros behind its last frame.
        let cut = copied(directory.path());
        path.close().unwrap();
        for place in [&directory, &cut] {
            assert_eq!(spec.recover(place.path()).unwrap(), digest_in_turn(0..300), "{strategy:?}");
        }
    }
}

#[test]
fn zeros_alone_are_an_empty_wal() {
    let _turn = turn();
    let (spec, directory) = (with_wal(), tempfile::tempdir().unwrap());
    spec.open(directory.path()).unwrap().close().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    path.reach_steady_state().unwrap();
    assert_eq!(wal_bytes(directory.path()), FEW_FRAMES_BYTES);
    assert_eq!(path.inspect().wal_frames().unwrap(), Some(0));
    let cut = copied(directory.path());
    path.close().unwrap();
    let mut path = spec.open(cut.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..5)).unwrap();
    path.close().unwrap();
    assert_eq!(spec.recover(cut.path()).unwrap(), digest_in_turn(0..5));
}

#[test]
fn a_wal_is_made_no_longer_than_its_settings_keep_it() {
    let _turn = turn();
    assert_eq!(prepared_bytes(with_wal()), FEW_FRAMES_BYTES);
    assert_eq!(with_wal().facts().initial_state_bytes, 0, "no commits are needed");

    let mut limited = with_wal();
    limited.pragmas.journal_size_limit = JournalSizeLimit::Bytes(20_000);
    assert_eq!(prepared_bytes(limited), 20_000);

    let mut without_checkpoints = with_wal();
    without_checkpoints.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
    assert_stays(without_checkpoints);

    let cut_each_time = CheckpointStrategy::AfterAck {
        every: CheckpointInterval::Frames(FEW),
        mode: CheckpointMode::Truncate,
    };
    assert_stays(with_wal().with_checkpoints(cut_each_time));

    let rollback = sqlite("bundled", JournalMode::Delete, Synchronous::Full);
    assert_stays(rollback);
    assert_eq!(rollback.facts().initial_state_bytes, 0);
}

#[test]
fn commits_make_the_length_where_nothing_else_tells_it() {
    let _turn = turn();
    let mut indexed = with_wal();
    indexed.table = Table::Votes(SecondaryIndexes::Article);
    let by_records = CheckpointStrategy::AfterAck {
        every: CheckpointInterval::Records(NonZeroU32::new(100).unwrap()),
        mode: CheckpointMode::Passive,
    };
    for spec in [indexed, with_wal().with_checkpoints(by_records)] {
        assert_stays(spec);
        assert!(spec.facts().initial_state_bytes > 0, "{spec:?}");
    }
}
