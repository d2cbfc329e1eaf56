//! SQLite fed by a thread that reads the log: its lag is bounded, its place is kept, and the rest is
//! caught up with.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use sqlite_builds::InjectedError;
use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous, Table};
use write_path::{
    Admission, Gather, Operation, Packet, PathSpec, Query, RecordKey, Retention, ShardCount,
    ShardedSpec, TailedLogSpec, Tailing, WriteError,
};

use crate::common::{commit, digest_in_turn, event, log, sqlite, turn, vote_count, votes_in_turn};

/// Feeds nothing before somebody waits for it.
const ON_DEMAND: Tailing = Tailing {
    operations_enough: NonZeroU32::MAX,
    wait_max: Duration::from_secs(3600),
    transaction_operations: NonZeroU32::MAX,
    lag_operations: NonZeroU64::MAX,
};

/// Feeds whatever is there.
const AT_ONCE: Tailing = Tailing { operations_enough: NonZeroU32::MIN, ..ON_DEMAND };

fn spec(tailing: Tailing) -> TailedLogSpec {
    TailedLogSpec {
        log: log().options,
        retention: Retention::Everything,
        sqlite: SqliteSpec {
            table: Table::VotesAndCounts,
            ..sqlite("bundled", JournalMode::Wal, Synchronous::Full)
        },
        tailing,
    }
}

/// Commits packets of ten.
fn commit_votes(path: &mut dyn write_path::WritePath, users: std::ops::Range<u64>) {
    for first in users.step_by(10) {
        commit(path, &votes_in_turn(first..first + 10)).unwrap();
    }
}

#[test]
fn what_is_acked_is_counted_fed_once_and_found_again() {
    let _turn = turn();
    for tailing in [ON_DEMAND, AT_ONCE, Tailing::LARGE] {
        let spec = spec(tailing);
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        for first in (0..200).step_by(10) {
            commit(path.as_mut(), &votes_in_turn(first..first + 10)).unwrap();
            assert_eq!(vote_count(path.as_mut(), 3).unwrap(), first / 5 + 2, "{tailing:?}");
        }
        let deletion = Packet::new(vec![Operation::Delete(RecordKey::VoteUser(199))]);
        commit(path.as_mut(), &deletion).unwrap();
        path.drain().unwrap();
        assert_eq!(path.inspect().lag_operations(), Some(0));
        let settings = path.inspect().settings().unwrap();
        assert_eq!(settings["journal_mode"], "wal");
        assert_eq!(settings["space"], "growing");
        assert_eq!(settings["lag_max"], tailing.lag_operations.to_string());
        path.close().unwrap();
        assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..199));
    }
}

#[test]
fn what_waits_is_fed_in_one_transaction() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec(ON_DEMAND).for_audit().unwrap().open(directory.path()).unwrap();
    commit_votes(path.as_mut(), 0..500);
    assert_eq!(path.inspect().lag_operations(), Some(500));
    let before = path.counters().shared;
    assert_eq!(vote_count(path.as_mut(), 0).unwrap(), 100);
    assert_eq!((path.counters().shared - before).syncs, 1);
    path.close().unwrap();
    // With at most a hundred in each, five.
    let hundred = NonZeroU32::new(100).unwrap();
    let bounded = Tailing { transaction_operations: hundred, ..ON_DEMAND };
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec(bounded).for_audit().unwrap().open(directory.path()).unwrap();
    commit_votes(path.as_mut(), 0..500);
    let before = path.counters().shared;
    assert_eq!(vote_count(path.as_mut(), 0).unwrap(), 100);
    assert_eq!((path.counters().shared - before).syncs, 5);
}

#[test]
fn an_audit_sees_the_log_alone_until_it_drains() {
    let _turn = turn();
    let spec = spec(AT_ONCE);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.for_audit().unwrap().open(directory.path()).unwrap();
    commit_votes(path.as_mut(), 0..10);
    let before = (path.counters().total(), path.counters().shared);
    commit_votes(path.as_mut(), 10..60);
    let done = path.counters().total() - before.0;
    assert_eq!((done.syncs, done.writes), (5, 5));
    assert_eq!(path.counters().shared, before.1);
    path.drain().unwrap();
    assert!((path.counters().shared - before.1).syncs > 0);
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..60));
}

#[test]
fn an_ack_waits_where_the_lag_would_exceed_its_bound() {
    let _turn = turn();
    let lag_operations = NonZeroU64::new(25).unwrap();
    let spec = spec(Tailing { lag_operations, ..ON_DEMAND });
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    for first in (0..300).step_by(10) {
        commit(path.as_mut(), &votes_in_turn(first..first + 10)).unwrap();
        assert!(path.inspect().lag_operations().unwrap() <= 25);
    }
    // Also where more is handed in than anybody waits for.
    let tickets: Vec<_> = (0..9)
        .map(|packet| path.submit(&votes_in_turn(300 + packet..301 + packet)).unwrap())
        .collect();
    path.submit(&votes_in_turn(309..400)).unwrap();
    path.wait(tickets[0]).unwrap();
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..400));
}

#[test]
fn what_the_thread_had_not_fed_is_caught_up_with() {
    let _turn = turn();
    for tailing in [ON_DEMAND, AT_ONCE] {
        let spec = spec(tailing);
        let directory = tempfile::tempdir().unwrap();
        for round in 0..5 {
            let mut path = spec.open(directory.path()).unwrap();
            assert_eq!(
                path.inspect().lag_operations(),
                Some(0),
                "all of the log is in the database"
            );
            assert_eq!(vote_count(path.as_mut(), 2).unwrap(), round * 10);
            commit_votes(path.as_mut(), round * 50..round * 50 + 50);
            drop(path);
        }
        assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..250));
    }
}

fn log_bytes(directory: &Path) -> u64 {
    let files = directory.join("log").read_dir().unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

#[test]
fn the_log_lets_go_of_what_the_database_has() {
    let _turn = turn();
    let spec = TailedLogSpec { retention: Retention::Unfed, ..spec(Tailing::LARGE) };
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    path.reach_steady_state().unwrap();
    for first in (0..120_000).step_by(2_000) {
        commit(path.as_mut(), &votes_in_turn(first..first + 2_000)).unwrap();
    }
    path.drain().unwrap();
    assert!(log_bytes(directory.path()) <= 2 << 20, "120,000 votes of 24 bytes are more");
    commit_votes(path.as_mut(), 120_000..120_100);
    drop(path);
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..120_100));
}

#[test]
fn a_recycling_log_starts_behind_its_filler() {
    let _turn = turn();
    let options = native_log::LogOptions {
        segment_bytes: 1 << 20,
        packet_bytes_max: 64 << 10,
        ..native_log::LogOptions::recycled_fdatasync()
    };
    let spec = TailedLogSpec { log: options, retention: Retention::Unfed, ..spec(Tailing::LARGE) };
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    path.reach_steady_state().unwrap();
    commit_votes(path.as_mut(), 0..100);
    assert_eq!(vote_count(path.as_mut(), 2).unwrap(), 20);
    drop(path);
    let mut path = spec.open(directory.path()).unwrap();
    commit_votes(path.as_mut(), 100..200);
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..200));
}

#[test]
fn a_thread_that_fails_stops_the_path_and_the_log_has_what_was_acked() {
    let _turn = turn();
    let spec = spec(ON_DEMAND);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit_votes(path.as_mut(), 0..50);
    let build = spec.sqlite.build.activate().unwrap();
    let guard = build.fail_sync(NonZeroU64::MIN, InjectedError::InputOutput).unwrap();
    let refused = vote_count(path.as_mut(), 1).unwrap_err();
    assert!(matches!(refused, WriteError::InThread { .. }), "{refused}");
    assert!(
        refused.to_string().starts_with("feeding SQLite from the log: committing: "),
        "{refused}"
    );
    assert!(guard.has_fired());
    drop((guard, build));
    assert!(matches!(path.submit(&votes_in_turn(50..51)), Err(WriteError::InThread { .. })));
    assert!(matches!(path.drain(), Err(WriteError::InThread { .. })));
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..50));
}

#[test]
fn many_threads_enter_the_logs_group_commit() {
    let _turn = turn();
    let lag_operations = NonZeroU64::new(100).unwrap();
    let spec = spec(Tailing { lag_operations, ..AT_ONCE });
    let directory = tempfile::tempdir().unwrap();
    let path = spec.open(directory.path()).unwrap();
    let Admission::Concurrent(shared) = path.admission() else { panic!("the log is concurrent") };
    thread::scope(|scope| {
        for client in 0..4_u64 {
            scope.spawn(move || {
                for packet in 0..20 {
                    let first = client * 1_000 + packet * 50;
                    let ticket = shared.submit(&votes_in_turn(first..first + 50)).unwrap();
                    shared.wait(ticket).unwrap();
                    let count = Query::VoteCount { article: 2 };
                    let counted = shared.read(count, &mut Vec::new()).unwrap();
                    assert!(counted >= 10 * (packet + 1), "{counted}");
                }
            });
        }
    });
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..4_000));
}

#[test]
fn shards_may_be_tailed_logs() {
    let _turn = turn();
    let spec = ShardedSpec {
        path: Arc::new(spec(AT_ONCE)),
        shards: ShardCount::FOUR,
        gather: Gather::SOUP,
    };
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit_votes(path.as_mut(), 0..100);
    assert_eq!(vote_count(path.as_mut(), 3).unwrap(), 20);
    path.drain().unwrap();
    assert_eq!(path.inspect().lag_operations(), Some(0));
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..100));
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_made() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let alone = sqlite("single-thread", JournalMode::Wal, Synchronous::Normal);
    let refused = TailedLogSpec { sqlite: alone, ..spec(AT_ONCE) }.open(directory.path());
    assert!(refused.err().unwrap().to_string().contains("has no mutexes"));
    let unsafe_settings = sqlite("bundled", JournalMode::Wal, Synchronous::Off);
    let refused =
        TailedLogSpec { sqlite: unsafe_settings, retention: Retention::Unfed, ..spec(AT_ONCE) };
    let refused = refused.open(directory.path()).err().unwrap();
    assert!(refused.to_string().contains("the log is all there is"), "{refused}");
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
    let mut path = spec(AT_ONCE).open(directory.path()).unwrap();
    let refused = path.submit(&Packet::new(vec![Operation::Insert(event(1))])).unwrap_err();
    assert!(matches!(refused, WriteError::WrongRecord { .. }), "{refused}");
    assert_eq!(path.inspect().lag_operations(), Some(0));
}
