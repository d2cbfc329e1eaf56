//! The same directory under other settings: what cannot be made again is never removed, and whether a
//! database is trusted depends on how it was used, not on who asks.

use std::fs;
use std::num::NonZeroU64;
use std::path::Path;

use native_log::LogOptions;
use sqlite_builds::InjectedError;
use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous, Table};
use write_path::{FeedAfterAck, FrontLog, LogThenSqliteSpec, PathSpec, Retention, SoupLogFile};

use crate::common::{commit, connect, digest_in_turn, log, sqlite, turn, votes_in_turn};

/// A packet of a hundred votes is 2,400 bytes: the log has many segments.
fn short_segments() -> LogOptions {
    LogOptions { segment_bytes: 16 << 10, packet_bytes_max: 4 << 10, ..log().options }
}

fn spec(
    (journal_mode, synchronous): (JournalMode, Synchronous),
    retention: Retention,
) -> LogThenSqliteSpec {
    LogThenSqliteSpec {
        log: FrontLog::Native { options: short_segments(), retention },
        sqlite: SqliteSpec {
            table: Table::VotesAndCounts,
            ..sqlite("bundled", journal_mode, synchronous)
        },
        feed: FeedAfterAck::EachAck,
    }
}

const SAFE: (JournalMode, Synchronous) = (JournalMode::Wal, Synchronous::Full);
const UNSAFE: [(JournalMode, Synchronous); 2] =
    [(JournalMode::Wal, Synchronous::Off), (JournalMode::Off, Synchronous::Off)];

fn keep_votes(spec: &LogThenSqliteSpec, directory: &Path, votes: u64) {
    let mut path = spec.open(directory).unwrap();
    for first in (0..votes).step_by(100) {
        commit(path.as_mut(), &votes_in_turn(first..first + 100)).unwrap();
    }
    path.drain().unwrap();
    path.close().unwrap();
}

fn change(spec: &LogThenSqliteSpec, directory: &Path, sql: &str) {
    let build = spec.sqlite.build.activate().unwrap();
    connect(&build, &directory.join("database")).execute_batch(sql).unwrap();
}

/// What a crash may do to a database of settings that do not keep it whole.
const SPOIL: &str = "UPDATE counts SET votes = votes + 1";

#[test]
fn a_database_that_alone_has_what_the_log_let_go_of_is_not_put_at_risk() {
    let _turn = turn();
    for unsafe_arm in UNSAFE {
        let first = spec(SAFE, Retention::Unfed);
        let directory = tempfile::tempdir().unwrap();
        keep_votes(&first, directory.path(), 10_000);
        assert_eq!(first.recover(directory.path()).unwrap(), digest_in_turn(0..10_000));

        let other = spec(unsafe_arm, Retention::Everything);
        let refused = other.open(directory.path()).err().unwrap();
        assert!(
            refused.to_string().contains("a log that still has everything, because "),
            "{refused}"
        );
        let text = refused.to_string();
        assert!(text.contains("open it with journal_mode wal and synchronous normal"), "{text}");
        let refused = other.recover(directory.path()).unwrap_err();
        assert!(
            refused.to_string().contains("a log that still has everything, because "),
            "{refused}"
        );

        assert_eq!(first.recover(directory.path()).unwrap(), digest_in_turn(0..10_000));
    }
}

#[test]
fn a_database_that_may_be_torn_is_made_again_whoever_asks() {
    let _turn = turn();
    for unsafe_arm in UNSAFE {
        let first = spec(unsafe_arm, Retention::Everything);
        let directory = tempfile::tempdir().unwrap();
        let mut path = first.open(directory.path()).unwrap();
        commit(path.as_mut(), &votes_in_turn(0..30)).unwrap();
        drop(path);
        change(&first, directory.path(), SPOIL);
        let other = spec(SAFE, Retention::Everything);
        assert_eq!(other.recover(directory.path()).unwrap(), digest_in_turn(0..30));
    }
}

#[test]
fn a_database_that_was_closed_in_order_is_taken_as_it_is_whoever_asks() {
    let _turn = turn();
    for unsafe_arm in UNSAFE {
        for (first, other) in [(SAFE, unsafe_arm), (unsafe_arm, SAFE)] {
            let first = spec(first, Retention::Everything);
            let directory = tempfile::tempdir().unwrap();
            keep_votes(&first, directory.path(), 100);
            change(&first, directory.path(), SPOIL);
            let other = spec(other, Retention::Everything);
            let refused = other.recover(directory.path()).unwrap_err();
            assert!(refused.to_string().contains("in its row of counts"), "{refused}");
        }
    }
}

#[test]
fn the_old_database_stays_until_the_new_one_has_everything() {
    let _turn = turn();
    let soup = FrontLog::Soup(SoupLogFile::VOTE);
    let native = FrontLog::Native { options: short_segments(), retention: Retention::Everything };
    for log in [soup, native] {
        let spec = LogThenSqliteSpec { log, ..spec(UNSAFE[1], Retention::Everything) };
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        commit(path.as_mut(), &votes_in_turn(0..100)).unwrap();
        drop(path);
        let before = fs::read(directory.path().join("database/sqlite.db")).unwrap();
        let old = directory.path().join("database.old");
        // Made again, it fails at any write, and then at one write of the next time.
        for nth in 1.. {
            let build = spec.sqlite.build.activate().unwrap();
            let nth = NonZeroU64::new(nth).unwrap();
            let guard = build.fail_write(nth, InjectedError::NoSpace).unwrap();
            let opened = spec.open(directory.path());
            if !guard.has_fired() {
                drop((guard, build));
                opened.unwrap().close().unwrap();
                break;
            }
            assert!(opened.is_err(), "a write failed");
            assert_eq!(fs::read(old.join("sqlite.db")).unwrap(), before, "write {nth}");
        }
        assert!(!old.exists(), "all that it had is in the new one");
        assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..100));
    }
}

#[test]
fn a_database_that_may_be_torn_stays_where_its_log_cannot_make_it_again() {
    let _turn = turn();
    let first = spec(UNSAFE[0], Retention::Everything);
    let directory = tempfile::tempdir().unwrap();
    let mut path = first.open(directory.path()).unwrap();
    for packet in 0..100 {
        commit(path.as_mut(), &votes_in_turn(packet * 100..packet * 100 + 100)).unwrap();
    }
    drop(path);
    // Somebody takes the log's first segments away, in order.
    let log = native_log::Log::open(directory.path().join("log"), short_segments()).unwrap();
    assert!(log.drop_before(log.acked_through()).unwrap() > 0);
    log.close().unwrap();
    let before = fs::read(directory.path().join("database/sqlite.db")).unwrap();
    for arm in [SAFE, (JournalMode::Wal, Synchronous::Normal)] {
        let refused = spec(arm, Retention::Unfed).open(directory.path()).err().unwrap();
        assert!(refused.to_string().contains("which was not closed in order"), "{refused}");
    }
    let refused = first.open(directory.path()).err().unwrap();
    assert!(refused.to_string().contains("a log that still has everything, because "), "{refused}");
    assert_eq!(fs::read(directory.path().join("database/sqlite.db")).unwrap(), before);
    assert!(!directory.path().join("database.old").exists());
}
