//! Queries are answered with what was inserted, wherever it lies by then.

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use write_path::sqlite::{
    JournalMode, LockingMode, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};
use write_path::{
    Operation, Packet, PathSpec, Query, ReadPath, Record, RecordKey, Vote, WriteError, WritePath,
};

use crate::common::{DATABASE_FILE, commit, insert_votes, log, sqlite, turn, vote_count};

/// Bytes of the WAL's header and of a frame's (walformat.html, 1).
const WAL_HEADER_BYTES: u64 = 32;
const FRAME_HEADER_BYTES: u64 = 24;

fn indexed(journal_mode: JournalMode) -> SqliteSpec {
    let mut spec = sqlite("bundled", journal_mode, Synchronous::Off);
    spec.table = Table::Votes(SecondaryIndexes::Article);
    spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
    spec
}

/// Five articles in turn.
fn vote(user: u64) -> Record {
    Record::Vote(Vote { article: (user % 5) as u32, user })
}

fn packet(users: std::ops::Range<u64>) -> Packet {
    Packet::new(users.map(|user| Operation::Insert(vote(user))).collect())
}

fn read(path: &mut dyn WritePath, query: Query) -> Result<Vec<Record>, WriteError> {
    let mut found = Vec::new();
    let count = path.reader()?.unwrap().read(query, &mut found)?;
    assert_eq!(count, found.len() as u64);
    Ok(found)
}

fn range(first: u64, records: u32) -> Query {
    Query::Range { first, records: NonZeroU32::new(records).unwrap() }
}

/// Reads ranges that begin and end anywhere of 400 votes.
fn check_ranges(path: &mut dyn WritePath) {
    for (first, records) in [(0, 1), (0, 400), (7, 100), (99, 2), (399, 1), (390, 50), (400, 3)] {
        let expected: Vec<Record> =
            (first..(first + u64::from(records)).min(400)).map(vote).collect();
        assert_eq!(read(path, range(first, records)).unwrap(), expected, "{first} {records}");
    }
}

fn check_articles(path: &mut dyn WritePath) {
    for article in 0..5 {
        let found = read(path, Query::FirstVote { article }).unwrap();
        assert_eq!(found, [vote(article.into())]);
        let all: Vec<Record> = (article.into()..400).step_by(5).map(vote).collect();
        assert_eq!(read(path, Query::Votes { article }).unwrap(), all);
    }
    for none in [Query::FirstVote { article: 5 }, Query::Votes { article: 5 }] {
        assert_eq!(read(path, none).unwrap(), []);
    }
}

#[test]
fn sqlite_finds_votes_in_the_wal_and_in_the_database() {
    let _turn = turn();
    let spec = indexed(JournalMode::Wal);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &packet(0..200)).unwrap();
    path.drain().unwrap();
    commit(path.as_mut(), &packet(200..400)).unwrap();
    check_ranges(path.as_mut());
    check_articles(path.as_mut());
    path.drain().unwrap();
    check_ranges(path.as_mut());
    path.close().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    check_ranges(path.as_mut());
    check_articles(path.as_mut());
}

#[test]
fn the_log_finds_ranges_over_packets_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let mut path = log().open(directory.path()).unwrap();
    for packets in [0..1, 1..100, 100..101, 101..400] {
        commit(path.as_mut(), &packet(packets)).unwrap();
    }
    check_ranges(path.as_mut());
    let refused = read(path.as_mut(), Query::FirstVote { article: 1 }).unwrap_err();
    assert!(matches!(refused, WriteError::NoWayToRead { store: "the log", .. }), "{refused}");
    let deletion = Packet::new(vec![Operation::Delete(RecordKey::VoteUser(3))]);
    commit(path.as_mut(), &deletion).unwrap();
    assert!(matches!(
        read(path.as_mut(), range(399, 2)).unwrap_err(),
        WriteError::NoWayToRead { .. }
    ));
}

#[test]
fn a_query_that_no_index_serves_is_refused() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let mut spec = indexed(JournalMode::Wal);
    spec.table = Table::Votes(SecondaryIndexes::None);
    let mut path = spec.open(directory.path()).unwrap();
    let refused = read(path.as_mut(), Query::FirstVote { article: 1 }).unwrap_err();
    assert!(refused.to_string().contains("the first vote for an article"), "{refused}");
}

fn frames_by_length(directory: &Path, page_bytes: u64) -> u64 {
    let bytes = fs::metadata(directory.join(format!("{DATABASE_FILE}-wal"))).unwrap().len();
    bytes.saturating_sub(WAL_HEADER_BYTES) / (FRAME_HEADER_BYTES + page_bytes)
}

#[test]
fn frames_are_counted_as_the_fresh_file_holds_them_and_none_once_copied() {
    let _turn = turn();
    let spec = indexed(JournalMode::Wal);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let mut before = path.inspect().wal_frames().unwrap().unwrap();
    for first in (0..4000).step_by(1000) {
        commit(path.as_mut(), &packet(first..first + 1000)).unwrap();
        let frames = path.inspect().wal_frames().unwrap().unwrap();
        assert!(frames > before);
        assert_eq!(frames, frames_by_length(directory.path(), 4096));
        before = frames;
    }
    path.drain().unwrap();
    assert_eq!(path.inspect().wal_frames().unwrap(), Some(0));
    // The file keeps its length, so that its length tells nothing any more.
    assert_eq!(frames_by_length(directory.path(), 4096), before);
    commit(path.as_mut(), &packet(4000..4001)).unwrap();
    let frames = path.inspect().wal_frames().unwrap().unwrap();
    assert!((1..10).contains(&frames), "{frames}");
}

#[test]
fn an_engine_without_a_wal_has_no_frames() {
    let _turn = turn();
    for spec in [&indexed(JournalMode::Delete) as &dyn PathSpec, &log()] {
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        commit(path.as_mut(), &insert_votes(&[1])).unwrap();
        assert_eq!(path.inspect().wal_frames().unwrap(), None);
    }
}

#[test]
fn a_database_that_was_filled_fast_is_opened_under_other_settings() {
    let _turn = turn();
    let spec = indexed(JournalMode::Wal);
    let directory = tempfile::tempdir().unwrap();
    let mut filling = spec.filling().unwrap().open(directory.path()).unwrap();
    commit(filling.as_mut(), &packet(0..400)).unwrap();
    filling.drain().unwrap();
    filling.close().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    check_ranges(path.as_mut());
    commit(path.as_mut(), &packet(400..401)).unwrap();
    assert_eq!(read(path.as_mut(), range(400, 9)).unwrap(), [vote(400)]);
}

/// How many votes article 0 has, as a reader beside the path finds it.
fn count_beside(reader: &mut dyn ReadPath) -> u64 {
    reader.read(Query::VoteCount { article: 0 }, &mut Vec::new()).unwrap()
}

#[test]
fn a_reader_beside_the_commits_finds_what_was_acked_before_it_asked() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let mut path = indexed(JournalMode::Wal).open(directory.path()).unwrap();
    commit(path.as_mut(), &packet(0..100)).unwrap();
    let beside = path.reader_beside().expect("a WAL lets readers in");
    let (ask, asked) = mpsc::channel::<()>();
    let (answer, answers) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let lent = beside.lend(&mut |reader| {
                for () in &asked {
                    answer.send(count_beside(reader)).unwrap();
                }
            });
            lent.unwrap();
        });
        for (begin, expected) in [(100, 20), (200, 40), (300, 60)] {
            ask.send(()).unwrap();
            assert_eq!(answers.recv().unwrap(), expected);
            // The packet that is submitted and not acked shows to the writer alone.
            let ticket = path.submit(&packet(begin..begin + 100)).unwrap();
            ask.send(()).unwrap();
            assert_eq!(answers.recv().unwrap(), expected);
            path.wait(ticket).unwrap();
            path.drain().unwrap();
        }
        drop(ask);
    });
    assert_eq!(vote_count(path.as_mut(), 0).unwrap(), 80);
    path.close().unwrap();
}

#[test]
fn where_commits_shut_readers_out_there_is_none_beside_them() {
    let _turn = turn();
    let mut exclusive = indexed(JournalMode::Wal);
    exclusive.pragmas.locking_mode = LockingMode::Exclusive;
    let mut single = indexed(JournalMode::Wal);
    single.build = sqlite_builds::find("single-thread").unwrap();
    for spec in [exclusive, single, indexed(JournalMode::Delete)] {
        let directory = tempfile::tempdir().unwrap();
        let path = spec.open(directory.path()).unwrap();
        assert!(path.reader_beside().is_none(), "{spec:?}");
    }
    let directory = tempfile::tempdir().unwrap();
    assert!(log().open(directory.path()).unwrap().reader_beside().is_none());
}
