//! A device that fails under a checkpoint: who commits is told, and nothing acked is lost.

use std::iter;
use std::num::NonZeroU64;

use sqlite_builds::{ActiveBuild, InjectedError};
use write_path::sqlite::{CheckpointStrategy, DatabaseSync, Synchronous, WalAutocheckpoint};
use write_path::{CheckpointMode, PathSpec, WriteError};

use crate::checkpoints::{FEW, after_ack, background, hand_over, two_phase, until, with};
use crate::common::{commit, insert_votes, votes_digest};
use crate::faults::Arm;

/// More commits than any call that is made to fail lies ahead.
const COMMITS: u64 = 60;

/// Passes over all calls until every kind of failure must have been met.
const PASSES_MAX: usize = 10;

/// Frames after which the strategies here checkpoint.
const FRAMES: u64 = FEW.get() as u64;

/// What failed, as the message begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failed {
    Commit,
    /// A checkpoint of the committing thread.
    Checkpoint,
    BackgroundCheckpoint,
    /// The sync of a directory, which SQLite passes over: each connection makes one with its first
    /// sync of the WAL.
    Nothing,
}

fn failed(error: &WriteError) -> Failed {
    let text = error.to_string();
    assert!(text.contains("SQLite answered \"disk I/O error\" (extended code "), "{text}");
    assert!(text.ends_with("; look into the kernel's log for what the device reported"), "{text}");
    match text.split(": ").next().unwrap() {
        "committing" | "inserting a record" | "beginning a transaction" => Failed::Commit,
        "checkpointing" => Failed::Checkpoint,
        "checkpointing in the background" => Failed::BackgroundCheckpoint,
        other => panic!("{other}"),
    }
}

/// Commits one vote after the other until a call of the device that was made to fail is told of.
fn run_into(strategy: CheckpointStrategy, arm: Arm, number: u64) -> Failed {
    let mut spec = with(strategy);
    spec.pragmas.synchronous = Synchronous::Full;
    if strategy == CheckpointStrategy::Automatic {
        spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Pages(FEW);
    }
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let build = spec.build.activate().unwrap();
    let fault = arm(&build, NonZeroU64::new(number).unwrap(), InjectedError::InputOutput).unwrap();
    let mut users = Vec::new();
    let mut is_first = true;
    let error = loop {
        let user = users.len() as u64;
        assert!(user < COMMITS, "{strategy:?}, call {number}: no call came");
        let outcome = commit(path.as_mut(), &insert_votes(&[user]));
        users.push(user);
        if let Err(error) = outcome {
            break Some(error);
        }
        if is_first && path.inspect().wal_frames().unwrap() >= Some(FRAMES) {
            // The thread's turn.
            until(|| {
                (fault.has_fired() || !path.inspect().take_checkpoints().is_empty()).then_some(())
            });
            is_first = false;
        }
        if fault.has_fired() {
            break path.drain().err();
        }
    };
    if error.is_some() {
        let next = path.submit(&insert_votes(&[COMMITS])).unwrap_err();
        assert!(matches!(next, WriteError::Stopped), "{strategy:?}, call {number}: {next}");
    }
    drop((fault, build));
    path.close().unwrap();

    let found = spec.recover(directory.path()).unwrap();
    let (_last, before) = users.split_last().unwrap();
    // The last packet may be there without an ack; each one before it was acked.
    let is_whole = found == votes_digest(&users) || found == votes_digest(before);
    assert!(is_whole, "{strategy:?}, call {number}");
    error.as_ref().map_or(Failed::Nothing, failed)
}

/// Lets one call after the other fail, until each of these was met.
fn check(strategy: CheckpointStrategy, expected: &[Failed]) {
    let _turn = crate::common::turn();
    // The calls of commits before the first checkpoint are all alike, so those come last. Which call is
    // a thread's own depends on its turns, so that one pass over all numbers may miss it.
    for (arm, calls_before) in
        [(ActiveBuild::fail_write as Arm, 14), (ActiveBuild::fail_sync as Arm, 7)]
    {
        let numbers = iter::once(1).chain(calls_before..calls_before + 20).chain(2..calls_before);
        let mut missing = expected.to_vec();
        for number in iter::repeat_n(numbers, PASSES_MAX).flatten() {
            let met = run_into(strategy, arm, number);
            missing.retain(|&kind| kind != met);
            if missing.is_empty() {
                break;
            }
        }
        assert_eq!(missing, [], "{strategy:?}");
    }
}

#[test]
fn a_failing_automatic_checkpoint_is_told() {
    check(CheckpointStrategy::Automatic, &[Failed::Commit, Failed::Checkpoint]);
}

#[test]
fn a_failing_checkpoint_after_an_ack_is_told() {
    check(after_ack(CheckpointMode::Passive), &[Failed::Commit, Failed::Checkpoint]);
    check(after_ack(CheckpointMode::Truncate), &[Failed::Commit, Failed::Checkpoint]);
}

#[test]
fn a_failing_checkpoint_in_the_background_is_told_at_the_next_call() {
    for mode in CheckpointMode::ALL {
        check(background(mode), &[Failed::Commit, Failed::BackgroundCheckpoint]);
    }
}

#[test]
fn a_failing_checkpoint_in_two_phases_is_told() {
    let strategy = two_phase(DatabaseSync::EachCall);
    check(strategy, &[Failed::Commit, Failed::BackgroundCheckpoint]);
}

#[test]
fn a_failing_checkpoint_before_a_hand_over_is_told() {
    check(hand_over(), &[Failed::Commit, Failed::BackgroundCheckpoint]);
}
