//! A failure while tables are made, and tables that are not those of the path.

use std::num::NonZeroU64;
use std::path::Path;

use sqlite_builds::{ActiveBuild, InjectedError};
use write_path::sqlite::{
    JournalMode, KeyAffinity, SecondaryIndexes, SqliteSpec, Synchronous, Table,
};
use write_path::{FeedAfterAck, FrontLog, LogThenSqliteSpec, PathSpec, Retention};

use crate::common::{commit, connect, digest_in_turn, log, sqlite, turn, votes_in_turn};
use crate::faults::Arm;

/// Shapes that are made by one statement, by two and by many.
const TABLES: [Table; 4] = [
    Table::Votes(SecondaryIndexes::Article),
    Table::VotesAndLateCounts,
    Table::VotesUniquePair,
    Table::SoupStore(KeyAffinity::Text),
];

const ARMS: [Arm; 2] = [ActiveBuild::fail_sync, ActiveBuild::fail_write];

/// A failed sync of these is a rollback; of a WAL, a frame that nobody reads.
const ROLLBACK_JOURNALS: [JournalMode; 2] = [JournalMode::Delete, JournalMode::Truncate];

fn schema(spec: &SqliteSpec, directory: &Path) -> Vec<String> {
    let build = spec.build.activate().unwrap();
    let connection = connect(&build, directory);
    let sql =
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Lets each write and sync of an opening fail, one in each run, and opens again: the path works and has
/// all that it has when nothing failed.
fn fail_each_call(path: &dyn PathSpec, sqlite: &SqliteSpec, database: &str, arms: &[Arm]) {
    let untouched = tempfile::tempdir().unwrap();
    path.open(untouched.path()).unwrap().close().unwrap();
    let expected = schema(sqlite, &untouched.path().join(database));
    for arm in arms {
        for nth in 1.. {
            let directory = tempfile::tempdir().unwrap();
            let build = sqlite.build.activate().unwrap();
            let guard = arm(&build, NonZeroU64::new(nth).unwrap(), InjectedError::InputOutput);
            let guard = guard.unwrap();
            let opened = path.open(directory.path());
            let fired = guard.has_fired();
            drop((guard, build, opened));

            let mut again = path.open(directory.path()).unwrap();
            commit(again.as_mut(), &votes_in_turn(0..20)).unwrap();
            again.close().unwrap();
            let found = path.recover(directory.path()).unwrap();
            assert_eq!(found, digest_in_turn(0..20), "{path:?}: call {nth}");
            let found = schema(sqlite, &directory.path().join(database));
            assert_eq!(found, expected, "{path:?}: call {nth}");
            if !fired {
                assert!(nth > 2, "opening makes no such calls");
                break;
            }
        }
    }
}

#[test]
fn a_failure_while_tables_are_made_leaves_all_of_them_or_none() {
    let _turn = turn();
    let in_wal = TABLES.map(|table| (table, JournalMode::Wal));
    let in_journal = ROLLBACK_JOURNALS.map(|journal| (Table::VotesAndLateCounts, journal));
    for (table, journal_mode) in in_wal.into_iter().chain(in_journal) {
        let spec = SqliteSpec { table, ..sqlite("bundled", journal_mode, Synchronous::Full) };
        // Every write of the shape with the most statements; of the others the syncs are enough.
        let arms = if table == Table::VotesAndLateCounts { &ARMS[..] } else { &ARMS[..1] };
        fail_each_call(&spec, &spec, "", arms);
    }
}

#[test]
fn a_failure_while_a_database_behind_a_log_is_made_leaves_one_that_opens() {
    let _turn = turn();
    let sqlite = SqliteSpec {
        table: Table::VotesAndCounts,
        ..sqlite("bundled", JournalMode::Wal, Synchronous::Full)
    };
    let native = FrontLog::Native { options: log().options, retention: Retention::Everything };
    let spec = LogThenSqliteSpec { log: native, sqlite, feed: FeedAfterAck::EachAck };
    fail_each_call(&spec, &sqlite, "database", &ARMS);
}

#[test]
fn tables_that_are_not_those_of_the_path_are_refused_and_named() {
    let _turn = turn();
    let spec = SqliteSpec {
        table: Table::Votes(SecondaryIndexes::Article),
        ..sqlite("bundled", JournalMode::Wal, Synchronous::Full)
    };
    for (change, expected, got) in [
        (
            "DROP INDEX votes_by_article",
            "expected CREATE INDEX votes_by_article ON votes(article)",
            "got nothing",
        ),
        (
            "DROP INDEX votes_by_article; CREATE INDEX votes_by_article ON votes(user)",
            "expected CREATE INDEX votes_by_article ON votes(article)",
            "got CREATE INDEX votes_by_article ON votes(user)",
        ),
        ("CREATE TABLE notes(text)", "expected nothing", "got CREATE TABLE notes(text)"),
        (
            "ALTER TABLE votes ADD COLUMN note",
            "expected CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL)",
            "got CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL, note)",
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        commit(path.as_mut(), &votes_in_turn(0..20)).unwrap();
        path.close().unwrap();
        let build = spec.build.activate().unwrap();
        connect(&build, directory.path()).execute_batch(change).unwrap();
        drop(build);
        let opened = spec.open(directory.path()).err().unwrap();
        let recovered = spec.recover(directory.path()).unwrap_err();
        for refused in [opened, recovered] {
            assert!(refused.to_string().starts_with("the schema of "), "{refused}");
            let text = refused.to_string();
            assert!(text.contains(expected) && text.contains(got), "{text}");
            assert!(text.contains("begin again with an empty directory"), "{text}");
        }
    }
}
