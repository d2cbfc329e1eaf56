//! A device that fails in the middle: the error says what was being done, nothing acked is lost,
//! and nothing that failed is acked.

use std::num::NonZeroU64;
use std::path::Path;

use sqlite_builds::{ActiveBuild, Error, FaultGuard, InjectedError};
use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous};
use write_path::{PathSpec, WriteError, WritePath};

use crate::common::{commit, insert_votes, sqlite, turn, votes_digest};

/// `ActiveBuild::fail_write` or `ActiveBuild::fail_sync`.
pub(crate) type Arm = fn(&ActiveBuild, NonZeroU64, InjectedError) -> Result<FaultGuard, Error>;

const ACKED: [u64; 2] = [1, 2];
const FAILED: u64 = 3;

fn nth(number: u64) -> NonZeroU64 {
    NonZeroU64::new(number).unwrap()
}

fn bundled() -> ActiveBuild {
    sqlite_builds::find("bundled").unwrap().activate().unwrap()
}

fn open_with_acked(spec: &SqliteSpec, directory: &Path) -> Box<dyn WritePath> {
    let mut path = spec.open(directory).unwrap();
    ACKED.iter().for_each(|&user| commit(path.as_mut(), &insert_votes(&[user])).unwrap());
    path
}

/// Fails the first, second, ... call of a commit until one commit has no such call any more. How
/// many commits failed.
fn fail_each_call(spec: &SqliteSpec, arm: Arm) -> u64 {
    let mut failures = 0;
    for number in 1.. {
        let directory = tempfile::tempdir().unwrap();
        let mut path = open_with_acked(spec, directory.path());
        let guard = arm(&bundled(), nth(number), InjectedError::InputOutput).unwrap();
        let outcome = commit(path.as_mut(), &insert_votes(&[FAILED]));
        let fired = guard.has_fired();
        drop(guard);
        let refused = outcome.is_err();
        if let Err(error) = outcome {
            failures += 1;
            assert_tells_of_the_device(&error);
            let next = path.submit(&insert_votes(&[4])).unwrap_err();
            assert!(matches!(next, WriteError::Stopped), "{spec:?}: {next}");
        }
        path.close().unwrap();
        let found = spec.recover(directory.path()).unwrap();
        let without = votes_digest(&ACKED);
        let with = votes_digest(&[ACKED[0], ACKED[1], FAILED]);
        // What failed may be there whole, but nobody was told so.
        assert!(found == with || (refused && found == without), "{spec:?}, call {number}");
        if !fired {
            assert!(!refused, "{spec:?}: failed without a fault");
            return failures;
        }
    }
    unreachable!("a commit has finitely many calls")
}

fn assert_tells_of_the_device(error: &WriteError) {
    let text = error.to_string();
    let doing = ["inserting a record: ", "committing: "];
    assert!(doing.iter().any(|doing| text.starts_with(doing)), "{text}");
    assert!(text.contains("SQLite answered \"disk I/O error\" (extended code "), "{text}");
    assert!(text.ends_with("; look into the kernel's log for what the device reported"), "{text}");
}

#[test]
fn every_write_and_sync_of_a_commit_may_fail() {
    let _turn = turn();
    for (journal_mode, write_failures, sync_failures) in [
        // Two writes and one sync.
        (JournalMode::Wal, 2, 1),
        // SQLite ignores a failed sync of the directory, one of the four.
        (JournalMode::Delete, 10, 3),
        (JournalMode::Truncate, 10, 4),
        (JournalMode::Persist, 11, 4),
    ] {
        let spec = sqlite("bundled", journal_mode, Synchronous::Full);
        assert_eq!(fail_each_call(&spec, ActiveBuild::fail_write), write_failures, "{spec:?}");
        assert_eq!(fail_each_call(&spec, ActiveBuild::fail_sync), sync_failures, "{spec:?}");
    }
}

#[test]
fn a_full_disk_is_told_as_such() {
    let _turn = turn();
    let spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    let directory = tempfile::tempdir().unwrap();
    let mut path = open_with_acked(&spec, directory.path());
    let guard = bundled().fail_write(nth(1), InjectedError::NoSpace).unwrap();
    let refusal = commit(path.as_mut(), &insert_votes(&[FAILED])).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "committing: expected success, SQLite answered \"database or disk is full\" (extended code \
         13); free some space where the database lies"
    );
    drop(guard);
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&ACKED));
}

#[test]
fn a_failure_while_opening_says_at_which_step() {
    let _turn = turn();
    let spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    let mut steps = Vec::new();
    for number in 1.. {
        let directory = tempfile::tempdir().unwrap();
        let guard = bundled().fail_write(nth(number), InjectedError::InputOutput).unwrap();
        match spec.open(directory.path()) {
            Ok(path) => {
                assert!(!guard.has_fired());
                path.close().unwrap();
                break;
            }
            Err(error) => {
                let text = error.to_string();
                steps.push(text.split(": ").next().unwrap().to_owned());
            }
        }
    }
    steps.dedup();
    assert_eq!(steps, ["setting a pragma", "creating the table"]);
}

#[test]
fn a_failed_checkpoint_is_told_and_loses_nothing() {
    let _turn = turn();
    let spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    for arm in [ActiveBuild::fail_write as Arm, ActiveBuild::fail_sync as Arm] {
        let directory = tempfile::tempdir().unwrap();
        let mut path = open_with_acked(&spec, directory.path());
        let guard = arm(&bundled(), nth(1), InjectedError::InputOutput).unwrap();
        let text = path.drain().unwrap_err().to_string();
        assert!(text.starts_with("checkpointing: expected success, SQLite answered "), "{text}");
        assert!(guard.has_fired());
        drop(guard);
        path.close().unwrap();
        assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&ACKED));
    }
}
