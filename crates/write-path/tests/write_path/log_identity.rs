//! A database knows the log that it is fed from: by more than how long it is.

use std::fs;
use std::path::Path;

use write_path::sqlite::{JournalMode, Pragmas, SqliteSpec, Synchronous, Table};
use write_path::{
    FeedAfterAck, FrontLog, LogThenSqliteSpec, PathSpec, Retention, SoupLogFile, TailedLogSpec,
    Tailing,
};

use crate::common::{commit, digest_in_turn, log, sqlite, turn, votes_in_turn};

fn native() -> FrontLog {
    FrontLog::Native { options: log().options, retention: Retention::Everything }
}

fn fed_from(log: FrontLog) -> LogThenSqliteSpec {
    let sqlite = SqliteSpec {
        table: Table::VotesAndCounts,
        ..sqlite("bundled", JournalMode::Wal, Synchronous::Normal)
    };
    LogThenSqliteSpec { log, sqlite, feed: FeedAfterAck::EachAck }
}

/// The same under settings that keep no database whole in a crash.
fn unsafely_fed_from(log: FrontLog) -> LogThenSqliteSpec {
    let mut spec = fed_from(log);
    spec.sqlite.pragmas = Pragmas::with_durability(JournalMode::Off, Synchronous::Off);
    spec
}

fn tailed() -> TailedLogSpec {
    TailedLogSpec {
        log: log().options,
        retention: Retention::Everything,
        sqlite: fed_from(native()).sqlite,
        tailing: Tailing::LARGE,
    }
}

/// Packets of one vote each, from a user on.
fn keep_votes(spec: &dyn PathSpec, directory: &Path, users: std::ops::Range<u64>) {
    let mut path = spec.open(directory).unwrap();
    for user in users {
        commit(path.as_mut(), &votes_in_turn(user..user + 1)).unwrap();
    }
    path.close().unwrap();
}

fn refuse_another_log(spec: &dyn PathSpec, directory: &Path) {
    for refused in [spec.open(directory).err().unwrap(), spec.recover(directory).unwrap_err()] {
        assert!(
            refused.to_string().contains("the log that the database was fed from, "),
            "{refused}"
        );
        let text = refused.to_string();
        assert!(text.contains("bring back the log that belongs to the database"), "{text}");
    }
}

#[test]
fn a_database_is_not_fed_from_another_log() {
    let _turn = turn();
    let specs: [Box<dyn PathSpec>; 5] = [
        Box::new(fed_from(native())),
        Box::new(fed_from(FrontLog::Soup(SoupLogFile::VOTE))),
        Box::new(unsafely_fed_from(native())),
        Box::new(unsafely_fed_from(FrontLog::Soup(SoupLogFile::VOTE))),
        Box::new(tailed()),
    ];
    for spec in specs {
        let [own, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        keep_votes(spec.as_ref(), own.path(), 0..10);
        keep_votes(spec.as_ref(), other.path(), 100..120);
        fs::rename(own.path().join("log"), own.path().join("own log")).unwrap();
        fs::rename(other.path().join("log"), own.path().join("log")).unwrap();
        refuse_another_log(spec.as_ref(), own.path());
        // Nothing was changed by that: with its own log it goes on.
        fs::remove_dir_all(own.path().join("log")).unwrap();
        fs::rename(own.path().join("own log"), own.path().join("log")).unwrap();
        assert_eq!(spec.recover(own.path()).unwrap(), digest_in_turn(0..10));
    }
}

#[test]
fn a_path_that_is_refused_has_let_go_of_its_log() {
    let _turn = turn();
    let [own, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let spec = tailed();
    keep_votes(&spec, own.path(), 0..10);
    keep_votes(&spec, other.path(), 100..120);
    fs::remove_dir_all(own.path().join("log")).unwrap();
    fs::rename(other.path().join("log"), own.path().join("log")).unwrap();
    for _ in 0..200 {
        refuse_another_log(&spec, own.path());
    }
}

#[test]
fn a_place_of_bytes_is_not_taken_for_a_sequence_nor_the_other_way_round() {
    let _turn = turn();
    let soup = fed_from(FrontLog::Soup(SoupLogFile::VOTE));
    let native = fed_from(native());
    for (first, second) in [(soup, native), (native, soup)] {
        let [own, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        keep_votes(&first, own.path(), 0..2);
        // Long enough to have the other's place in either unit.
        keep_votes(&second, other.path(), 0..200);
        fs::remove_dir_all(own.path().join("log")).unwrap();
        fs::rename(other.path().join("log"), own.path().join("log")).unwrap();
        refuse_another_log(&second, own.path());
    }
}

#[test]
fn a_database_that_may_be_torn_is_not_made_again_from_another_log() {
    let _turn = turn();
    let [own, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let spec = unsafely_fed_from(native());
    let mut path = spec.open(own.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..10)).unwrap();
    drop(path);
    keep_votes(&spec, other.path(), 100..120);
    fs::rename(own.path().join("log"), own.path().join("own log")).unwrap();
    fs::rename(other.path().join("log"), own.path().join("log")).unwrap();
    refuse_another_log(&spec, own.path());
    refuse_another_log(&fed_from(native()), own.path());
    fs::remove_dir_all(own.path().join("log")).unwrap();
    fs::rename(own.path().join("own log"), own.path().join("log")).unwrap();
    assert_eq!(spec.recover(own.path()).unwrap(), digest_in_turn(0..10));
}
