//! A log that acks and SQLite that gets the packets afterwards: each record once, whatever is lost
//! between the two.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::num::NonZeroU64;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use sqlite_builds::{ActiveBuild, InjectedError};
use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous, Table};
use write_path::{
    FeedAfterAck, FrontLog, LogThenSqliteSpec, Operation, Packet, PathSpec, Query, RecordKey,
    Retention, SoupLogFile, SyncCall, WriteError,
};

use crate::common::{
    commit, connect, digest_in_turn, event, log, sqlite, turn, vote_count, votes_in_turn,
};

const NATIVE: fn(Retention) -> FrontLog =
    |retention| FrontLog::Native { options: log().options, retention };
const SOUP: FrontLog = FrontLog::Soup(SoupLogFile::VOTE);

/// The arms of the first document, and one that it could have tried.
const ARMS: [(JournalMode, Synchronous); 3] = [
    (JournalMode::Off, Synchronous::Off),
    (JournalMode::Wal, Synchronous::Off),
    (JournalMode::Wal, Synchronous::Normal),
];

fn spec(
    log: FrontLog,
    (journal_mode, synchronous): (JournalMode, Synchronous),
    feed: FeedAfterAck,
) -> LogThenSqliteSpec {
    let sqlite =
        SqliteSpec { table: Table::VotesAndCounts, ..sqlite("bundled", journal_mode, synchronous) };
    LogThenSqliteSpec { log, sqlite, feed }
}

fn every_spec() -> Vec<LogThenSqliteSpec> {
    let mut specs = Vec::new();
    for log in [NATIVE(Retention::Everything), SOUP] {
        for arm in ARMS {
            for feed in [FeedAfterAck::EachAck, FeedAfterAck::Buffered { rows_max: 15 }] {
                specs.push(spec(log, arm, feed));
            }
        }
    }
    specs
}

fn database_in(directory: &Path) -> PathBuf {
    directory.join("database")
}

fn place_in(spec: &LogThenSqliteSpec, directory: &Path) -> i64 {
    let build = spec.sqlite.build.activate().unwrap();
    let connection = connect(&build, &database_in(directory));
    connection.query_row("SELECT place FROM log_place", [], |row| row.get(0)).unwrap()
}

fn change(spec: &LogThenSqliteSpec, directory: &Path, sql: &str) {
    let build = spec.sqlite.build.activate().unwrap();
    connect(&build, &database_in(directory)).execute_batch(sql).unwrap();
}

#[test]
fn what_is_acked_is_counted_at_once_fed_once_and_found_again() {
    let _turn = turn();
    for spec in every_spec() {
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        for first in (0..50).step_by(10) {
            let ticket = path.submit(&votes_in_turn(first..first + 10)).unwrap();
            path.wait(ticket).unwrap();
            assert_eq!(vote_count(path.as_mut(), 3).unwrap(), first / 5 + 2, "{spec:?}");
            path.after_ack().unwrap();
            assert!(path.inspect().lag_operations().unwrap() <= spec_rows_max(&spec), "{spec:?}");
        }
        let deletion = Packet::new(vec![Operation::Delete(RecordKey::VoteUser(49))]);
        commit(path.as_mut(), &deletion).unwrap();
        assert_eq!(vote_count(path.as_mut(), 4).unwrap(), 9, "{spec:?}");
        path.drain().unwrap();
        assert_eq!(path.inspect().lag_operations(), Some(0));
        path.close().unwrap();
        assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..49), "{spec:?}");
        let mut path = spec.open(directory.path()).unwrap();
        assert_eq!(vote_count(path.as_mut(), 4).unwrap(), 9, "{spec:?}");
        path.close().unwrap();
    }
}

fn spec_rows_max(spec: &LogThenSqliteSpec) -> u64 {
    match spec.feed {
        FeedAfterAck::EachAck => 0,
        FeedAfterAck::Buffered { rows_max } => rows_max.into(),
    }
}

#[test]
fn the_ack_waits_for_the_log_and_not_for_sqlite() {
    let _turn = turn();
    for log in [NATIVE(Retention::Everything), SOUP] {
        let full = (JournalMode::Wal, Synchronous::Full);
        let spec = spec(log, full, FeedAfterAck::EachAck);
        assert_eq!(spec.facts().promise, Some(SyncCall::Fdatasync));
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.for_audit().unwrap().open(directory.path()).unwrap();
        commit(path.as_mut(), &votes_in_turn(0..10)).unwrap();
        let before = path.counters().total();
        let ticket = path.submit(&votes_in_turn(10..20)).unwrap();
        path.wait(ticket).unwrap();
        let acked = path.counters().total() - before;
        assert_eq!((acked.syncs, acked.writes), (1, 1), "one write and one sync, of the log");
        path.after_ack().unwrap();
        let fed = path.counters().total() - before - acked;
        assert_eq!(fed.syncs, 1, "the commit of SQLite");
        path.close().unwrap();
    }
}

/// Opens, commits and lets go of everything without closing, time and again.
#[test]
fn each_record_is_there_once_however_often_the_process_ends() {
    let _turn = turn();
    for spec in every_spec() {
        let directory = tempfile::tempdir().unwrap();
        for round in 0..6_u64 {
            let first = round * 20;
            let mut path = spec.open(directory.path()).unwrap();
            assert_eq!(vote_count(path.as_mut(), 1).unwrap(), first / 5, "{spec:?}");
            commit(path.as_mut(), &votes_in_turn(first..first + 8)).unwrap();
            let ticket = path.submit(&votes_in_turn(first + 8..first + 20)).unwrap();
            path.wait(ticket).unwrap();
            if round % 2 == 1 {
                path.after_ack().unwrap();
            }
        }
        assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..120), "{spec:?}");
    }
}

#[test]
fn the_place_moves_with_the_rows() {
    let _turn = turn();
    let arm = (JournalMode::Wal, Synchronous::Normal);
    let spec = spec(NATIVE(Retention::Everything), arm, FeedAfterAck::EachAck);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..10)).unwrap();
    commit(path.as_mut(), &votes_in_turn(10..20)).unwrap();
    // Two packets of one commit, and not fed.
    path.submit(&votes_in_turn(20..30)).unwrap();
    let ticket = path.submit(&votes_in_turn(30..40)).unwrap();
    path.wait(ticket).unwrap();
    drop(path);
    assert_eq!(place_in(&spec, directory.path()), 2);
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..40));
    assert_eq!(place_in(&spec, directory.path()), 4);
    // Control: with another place a packet is fed twice.
    change(&spec, directory.path(), "UPDATE log_place SET place = 3");
    let found = spec.recover(directory.path()).unwrap();
    assert_eq!(found.records(), 50);
}

#[test]
fn a_database_that_no_setting_keeps_whole_is_made_again_unless_it_was_closed() {
    let _turn = turn();
    let spoil = "UPDATE counts SET votes = votes + 1";
    for arm in ARMS {
        let trusted = arm.1 != Synchronous::Off;
        let spec = spec(NATIVE(Retention::Everything), arm, FeedAfterAck::EachAck);
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        commit(path.as_mut(), &votes_in_turn(0..30)).unwrap();
        drop(path);
        // What a crash may have done to the database.
        change(&spec, directory.path(), spoil);
        let recovered = spec.recover(directory.path());
        assert_eq!(recovered.is_ok(), !trusted, "{arm:?}");
        if trusted {
            continue;
        }
        assert_eq!(recovered.unwrap(), digest_in_turn(0..30), "{arm:?}");
        // Closed in order by the recovery, it is taken as it is.
        change(&spec, directory.path(), spoil);
        let refused = spec.recover(directory.path()).unwrap_err();
        assert!(refused.to_string().contains("in its row of counts"), "{arm:?}: {refused}");
    }
}

#[test]
fn a_database_that_is_no_database_any_more_is_made_again() {
    let _turn = turn();
    let off = (JournalMode::Off, Synchronous::Off);
    let spec = spec(SOUP, off, FeedAfterAck::EachAck);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..30)).unwrap();
    drop(path);
    fs::write(database_in(directory.path()).join("sqlite.db"), [7; 8192]).unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..30));
}

#[test]
fn a_log_lets_go_of_what_the_database_has_where_that_is_safe() {
    let _turn = turn();
    let normal = (JournalMode::Wal, Synchronous::Normal);
    let spec = spec(NATIVE(Retention::Unfed), normal, FeedAfterAck::EachAck);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    path.reach_steady_state().unwrap();
    for first in (0..100_000).step_by(2_000) {
        commit(path.as_mut(), &votes_in_turn(first..first + 2_000)).unwrap();
    }
    let full = path.inspect().storage_sizes().unwrap().front_log_bytes.unwrap();
    path.drain().unwrap();
    let left = path.inspect().storage_sizes().unwrap().front_log_bytes.unwrap();
    assert!(full > 2_400_000 && left < full / 2, "{full} then {left}");
    commit(path.as_mut(), &votes_in_turn(100_000..100_010)).unwrap();
    drop(path);
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..100_010));
}

#[test]
fn a_log_that_is_needed_lets_go_of_nothing() {
    let _turn = turn();
    for arm in &ARMS[..2] {
        let spec = spec(NATIVE(Retention::Unfed), *arm, FeedAfterAck::EachAck);
        let directory = tempfile::tempdir().unwrap();
        let refused = spec.open(directory.path()).err().unwrap();
        assert!(refused.to_string().contains("the log is all there is"), "{refused}");
        assert_eq!(directory.path().read_dir().unwrap().count(), 0);
    }
}

#[test]
fn a_database_without_its_log_is_refused() {
    let _turn = turn();
    for log in [NATIVE(Retention::Everything), SOUP] {
        let normal = (JournalMode::Wal, Synchronous::Normal);
        let spec = spec(log, normal, FeedAfterAck::EachAck);
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        commit(path.as_mut(), &votes_in_turn(0..30)).unwrap();
        path.close().unwrap();
        fs::remove_dir_all(directory.path().join("log")).unwrap();
        let refused = spec.recover(directory.path()).unwrap_err();
        assert!(refused.to_string().contains("up to where the database was fed"), "{refused}");
    }
}

#[test]
fn memory_and_database_answer_together() {
    let _turn = turn();
    let normal = (JournalMode::Wal, Synchronous::Normal);
    let mut spec =
        spec(NATIVE(Retention::Everything), normal, FeedAfterAck::Buffered { rows_max: 12 });
    spec.sqlite.table = Table::Votes(write_path::sqlite::SecondaryIndexes::Article);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..10)).unwrap();
    assert_eq!(path.inspect().lag_operations(), Some(10), "in memory");
    commit(path.as_mut(), &votes_in_turn(10..20)).unwrap();
    assert_eq!(path.inspect().lag_operations(), Some(0), "more than twelve are fed");
    commit(path.as_mut(), &votes_in_turn(20..26)).unwrap();
    assert_eq!(path.inspect().lag_operations(), Some(6));
    let mut reader = path.reader().unwrap().unwrap();
    let mut found = Vec::new();
    assert_eq!(reader.read(Query::VoteCount { article: 0 }, &mut found).unwrap(), 6);
    assert_eq!(reader.read(Query::VoteCount { article: 1 }, &mut found).unwrap(), 5);
    assert_eq!(reader.read(Query::Votes { article: 0 }, &mut found).unwrap(), 6);
    assert_eq!(reader.read(Query::FirstVote { article: 0 }, &mut found).unwrap(), 1);
    let users = [0, 5, 10, 15, 20, 25, 0].map(RecordKey::VoteUser);
    assert_eq!(found.iter().map(write_path::Record::key).collect::<Vec<_>>(), users);
    let range = Query::Range { first: 0, records: std::num::NonZeroU32::MIN };
    assert!(matches!(reader.read(range, &mut found), Err(WriteError::NoWayToRead { .. })));
}

#[test]
fn a_database_that_fails_stops_the_path_and_the_log_has_what_was_acked() {
    let _turn = turn();
    let full = (JournalMode::Wal, Synchronous::Full);
    for log in [NATIVE(Retention::Everything), SOUP] {
        for arm in [ActiveBuild::fail_write, ActiveBuild::fail_sync] {
            let spec = spec(log, full, FeedAfterAck::EachAck);
            let directory = tempfile::tempdir().unwrap();
            let mut path = spec.open(directory.path()).unwrap();
            commit(path.as_mut(), &votes_in_turn(0..10)).unwrap();
            let build = spec.sqlite.build.activate().unwrap();
            let guard = arm(&build, NonZeroU64::MIN, InjectedError::InputOutput).unwrap();
            let ticket = path.submit(&votes_in_turn(10..20)).unwrap();
            path.wait(ticket).unwrap();
            let refused = path.after_ack().unwrap_err();
            assert!(matches!(refused, WriteError::Sqlite { .. }), "{refused}");
            assert!(guard.has_fired());
            drop((guard, build));
            let next = path.submit(&votes_in_turn(20..21)).unwrap_err();
            assert!(matches!(next, WriteError::Stopped), "{next}");
            assert!(matches!(path.drain().unwrap_err(), WriteError::Stopped));
            path.close().unwrap();
            assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..20));
        }
    }
}

#[test]
fn a_log_that_fails_acks_nothing_more() {
    let _turn = turn();
    let spec = spec(SOUP, ARMS[2], FeedAfterAck::EachAck);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    symlink("/dev/full", directory.path().join("log/vote-log-Vote-0.json")).unwrap();
    let ticket = path.submit(&votes_in_turn(0..10)).unwrap();
    let refused = path.wait(ticket).unwrap_err().to_string();
    assert!(refused.starts_with("appending to "), "{refused}");
    let next = path.submit(&votes_in_turn(10..11)).unwrap_err();
    assert!(matches!(next, WriteError::Stopped), "{next}");
    path.close().unwrap();
    fs::remove_file(directory.path().join("log/vote-log-Vote-0.json")).unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap().records(), 0);
}

#[test]
fn what_the_table_cannot_hold_gets_into_neither() {
    let _turn = turn();
    let spec = spec(NATIVE(Retention::Everything), ARMS[0], FeedAfterAck::EachAck);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let refused = path.submit(&Packet::new(vec![Operation::Insert(event(1))])).unwrap_err();
    assert!(matches!(refused, WriteError::WrongRecord { table: "votes", .. }), "{refused}");
    commit(path.as_mut(), &votes_in_turn(0..10)).unwrap();
    drop(path);
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..10));
}

/// Soup's flaw would reach through SQLite where the database has not got the swallowed flush.
#[test]
fn a_torn_line_swallows_nothing_of_what_is_acked_after_it() {
    let _turn = turn();
    let buffered = FeedAfterAck::Buffered { rows_max: 1_000 };
    for feed in [FeedAfterAck::EachAck, buffered] {
        let spec = spec(SOUP, ARMS[2], feed);
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        commit(path.as_mut(), &votes_in_turn(0..10)).unwrap();
        path.close().unwrap();
        let file = directory.path().join("log/vote-log-Vote-0.json");
        let mut file = OpenOptions::new().append(true).open(file).unwrap();
        file.write_all(b"[[{\"Positive\":[{\"In").unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        commit(path.as_mut(), &votes_in_turn(10..20)).unwrap();
        drop(path);
        assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..20), "{feed:?}");
    }
}
