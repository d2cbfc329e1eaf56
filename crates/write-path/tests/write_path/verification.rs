//! What verification sees beside the records: indexes, derived columns, and the database's own structure.

use std::path::Path;

use write_path::sqlite::{
    JournalMode, KeyAffinity, SecondaryIndexes, SqliteSpec, Synchronous, Table,
};
use write_path::{
    FeedAfterAck, FrontLog, Gather, LogThenSqliteSpec, PathSpec, Retention, ShardCount,
    ShardedSpec, SoupLogFile, WriteError,
};

use crate::common::{commit, connect, digest_in_turn, log, sqlite, turn, votes_in_turn};

fn in_table(table: Table) -> SqliteSpec {
    SqliteSpec { table, ..sqlite("bundled", JournalMode::Wal, Synchronous::Off) }
}

fn keep_votes(spec: &dyn PathSpec, directory: &Path) {
    let mut path = spec.open(directory).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..143)).unwrap();
    path.close().unwrap();
    assert_eq!(spec.recover(directory).unwrap(), digest_in_turn(0..143));
    spec.examine(directory).unwrap();
}

fn change(spec: &SqliteSpec, directory: &Path, sql: &str) {
    let build = spec.build.activate().unwrap();
    connect(&build, directory).execute_batch(sql).unwrap();
}

/// Lets an index lie where another one lies: of as many numbers as `numbers` says, none of them an article.
fn replace_index(spec: &SqliteSpec, directory: &Path, index: &str, numbers: u32) {
    let sql = format!(
        "CREATE TABLE other(number, user);
         WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < {numbers})
         INSERT INTO other SELECT n + 1000, n FROM count WHERE {numbers} > 0;
         CREATE INDEX by_number ON other(number, user);
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage =
           (SELECT rootpage FROM sqlite_schema WHERE name = 'by_number') WHERE name = '{index}';
         DELETE FROM sqlite_schema WHERE name IN ('other', 'by_number');"
    );
    change(spec, directory, &sql);
}

#[test]
fn an_index_without_entries_is_found_at_any_depth() {
    let _turn = turn();
    for (table, index) in [
        (Table::Votes(SecondaryIndexes::Article), "votes_by_article"),
        (Table::Votes(SecondaryIndexes::Three), "votes_by_article_and_user"),
        (Table::Votes(SecondaryIndexes::Three), "votes_by_user"),
        (Table::VotesUniquePair, "sqlite_autoindex_votes_1"),
        (Table::SoupStore(KeyAffinity::Text), "store_by_index_0"),
        (Table::SoupStore(KeyAffinity::Integer), "store_by_index_0"),
    ] {
        let spec = in_table(table);
        let directory = tempfile::tempdir().unwrap();
        keep_votes(&spec, directory.path());
        replace_index(&spec, directory.path(), index, 0);
        let refused = spec.recover(directory.path()).unwrap_err();
        let text = refused.to_string();
        assert!(refused.to_string().starts_with("index "), "{table:?}: {refused}");
        assert!(text.starts_with(&format!("index {index}: expected 143 entries, got 0")), "{text}");
        let refused = spec.examine(directory.path()).unwrap_err();
        assert!(matches!(refused, WriteError::NotIntact { .. }), "{table:?}: {refused}");
    }
}

#[test]
fn an_index_of_other_entries_is_found_in_depth() {
    let _turn = turn();
    let spec = in_table(Table::Votes(SecondaryIndexes::Two));
    let directory = tempfile::tempdir().unwrap();
    keep_votes(&spec, directory.path());
    replace_index(&spec, directory.path(), "votes_by_article_and_user", 143);
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..143), "as many entries");
    let refused = spec.examine(directory.path()).unwrap_err();
    let text = refused.to_string();
    assert!(matches!(refused, WriteError::NotIntact { .. }), "{refused}");
    assert!(text.contains("missing from index votes_by_article_and_user"), "{text}");
}

#[test]
fn a_column_that_is_not_what_follows_from_the_record_is_found() {
    let _turn = turn();
    for (table, column, change_sql) in [
        (
            Table::SoupStore(KeyAffinity::Integer),
            "index_0",
            "UPDATE store SET index_0 = index_0 + 1 WHERE rowid = 9",
        ),
        (
            Table::SoupStore(KeyAffinity::Text),
            "index_0",
            "UPDATE store SET index_0 = index_0 + 1 WHERE rowid = 9",
        ),
        (
            Table::SoupStore(KeyAffinity::Integer),
            "index_0",
            "UPDATE store SET index_0 = NULL WHERE rowid = 9",
        ),
        (Table::VotesByKey, "key", "UPDATE votes SET key = key + 1 WHERE user = 8"),
        (
            Table::VotesUniquePair,
            "ray_id",
            "UPDATE votes SET ray_id = 'BBBBBBBBBBBBBBBB' WHERE rowid = 9",
        ),
    ] {
        let spec = in_table(table);
        let directory = tempfile::tempdir().unwrap();
        keep_votes(&spec, directory.path());
        change(&spec, directory.path(), change_sql);
        let refused = spec.recover(directory.path()).unwrap_err();
        let text = refused.to_string();
        assert!(refused.to_string().starts_with("column "), "{table:?}: {refused}");
        assert!(text.contains(&format!("column {column}: expected ")), "{text}");
    }
}

#[test]
fn a_database_behind_a_log_and_those_of_shards_are_examined() {
    let _turn = turn();
    let sqlite = in_table(Table::Votes(SecondaryIndexes::Article));
    let native = FrontLog::Native { options: log().options, retention: Retention::Everything };
    for log in [native, FrontLog::Soup(SoupLogFile::VOTE)] {
        let spec = LogThenSqliteSpec { log, sqlite, feed: FeedAfterAck::EachAck };
        let directory = tempfile::tempdir().unwrap();
        keep_votes(&spec, directory.path());
        replace_index(&sqlite, &directory.path().join("database"), "votes_by_article", 143);
        let refused = spec.examine(directory.path()).unwrap_err();
        assert!(matches!(refused, WriteError::NotIntact { .. }), "{refused}");
    }
    let spec = ShardedSpec {
        path: std::sync::Arc::new(sqlite),
        shards: ShardCount::FOUR,
        gather: Gather::AT_ONCE,
    };
    let directory = tempfile::tempdir().unwrap();
    keep_votes(&spec, directory.path());
    replace_index(&sqlite, &directory.path().join("shard-2"), "votes_by_article", 143);
    let refused = spec.examine(directory.path()).unwrap_err();
    assert!(refused.to_string().starts_with("shard 2: "), "{refused}");
}
