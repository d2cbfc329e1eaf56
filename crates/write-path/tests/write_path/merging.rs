//! Packets that are submitted before one wait share one commit, and its syncs.

use write_path::sqlite::{JournalMode, Synchronous};
use write_path::{PathSpec, WorkDone, WritePath};

use crate::common::{commit, insert_votes, log, sqlite, turn, votes_digest};

fn work_of(path: &mut dyn WritePath, act: impl FnOnce(&mut dyn WritePath)) -> WorkDone {
    let before = path.counters().total();
    act(path);
    path.counters().total() - before
}

fn check_merging(spec: &dyn PathSpec) {
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.for_audit().unwrap().open(directory.path()).unwrap();
    commit(path.as_mut(), &insert_votes(&[0])).unwrap();

    let mut tickets = Vec::new();
    let submitting = work_of(path.as_mut(), |path| {
        tickets = (1..=5).map(|user| path.submit(&insert_votes(&[user])).unwrap()).collect();
    });
    assert_eq!(submitting.syncs, 0, "{spec:?}: nothing is promised yet");
    assert!(tickets.is_sorted(), "{spec:?}");
    let first = work_of(path.as_mut(), |path| path.wait(tickets[4]).unwrap());
    assert_eq!(first.syncs, 1, "{spec:?}: five packets, one commit");
    let rest = work_of(path.as_mut(), |path| {
        tickets[..4].iter().for_each(|&ticket| path.wait(ticket).unwrap());
    });
    assert_eq!(rest, WorkDone::default(), "{spec:?}: they are acked already");

    let alone = work_of(path.as_mut(), |path| {
        (6..9).for_each(|user| commit(path, &insert_votes(&[user])).unwrap());
    });
    assert_eq!(alone.syncs, 3, "{spec:?}: one each");
    path.close().unwrap();
    let users: Vec<u64> = (0..9).collect();
    assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&users), "{spec:?}");
}

#[test]
fn packets_before_one_wait_share_its_commit() {
    let _turn = turn();
    check_merging(&sqlite("bundled", JournalMode::Wal, Synchronous::Full));
    check_merging(&sqlite("bundled-fdatasync", JournalMode::Wal, Synchronous::Full));
    check_merging(&log());
}

#[test]
fn drain_commits_what_nobody_waited_for() {
    let _turn = turn();
    let wal = sqlite("bundled", JournalMode::Wal, Synchronous::Normal);
    for spec in [&wal as &dyn PathSpec, &log()] {
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        path.submit(&insert_votes(&[1, 2, 3])).unwrap();
        path.drain().unwrap();
        commit(path.as_mut(), &insert_votes(&[4])).unwrap();
        path.close().unwrap();
        assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&[1, 2, 3, 4]));
    }
}
