//! Every build passes the same test on a real file, one build after another in one process.

use crate::common::{Bench, turn};
use sqlite_builds::{SyncCall, ThreadMode, builds};

const ROWS: i64 = 500;

#[test]
fn every_build_writes_checkpoints_and_reopens() {
    let _turn = turn();
    for build in builds() {
        let bench = Bench::of(build);
        let mut connection = bench.open();
        let mode: String =
            connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal", "{}", build.name);
        connection
            .execute_batch("CREATE TABLE vote(user INTEGER PRIMARY KEY, choice TEXT)")
            .unwrap();
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        for user in 0..ROWS {
            transaction
                .prepare_cached("INSERT INTO vote VALUES (?1, ?2)")
                .unwrap()
                .execute((user, format!("choice {user}")))
                .unwrap();
        }
        transaction.commit().unwrap();
        let (busy, in_wal, moved): (i64, i64, i64) = connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!((busy, in_wal), (0, moved), "{}", build.name);
        assert!(moved > 0, "{}", build.name);
        connection.close().unwrap();

        let reopened = bench.open();
        let (rows, sum): (i64, i64) = reopened
            .query_row(
                "SELECT count(*), sum(user) FROM vote WHERE choice = 'choice ' || user",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!((rows, sum), (ROWS, ROWS * (ROWS - 1) / 2), "{}", build.name);
        let check: String =
            reopened.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok", "{}", build.name);
        assert_eq!(sqlite_builds::take_omitted_calls(), Vec::<&str>::new(), "{}", build.name);
    }
}

#[test]
fn each_build_reports_the_options_it_was_compiled_with() {
    let _turn = turn();
    for build in builds() {
        let bench = Bench::of(build);
        let options = bench.open().compile_options().unwrap();
        let thread_safe = match build.thread_mode {
            ThreadMode::SingleThread => "THREADSAFE=0",
            ThreadMode::MultiThread => "THREADSAFE=2",
            ThreadMode::Serialized => "THREADSAFE=1",
        };
        assert!(options.iter().any(|option| option == thread_safe), "{}: {options:?}", build.name);
        for define in build.defines {
            let expected = reported(define);
            let reports = options.contains(&expected);
            assert!(
                reports || NOT_REPORTED.contains(define),
                "{}: no `{expected}` in {options:?}",
                build.name
            );
        }
    }
}

/// Defines that `PRAGMA compile_options` never lists (ctime.c lists SQLite's own options only).
const NOT_REPORTED: [&str; 8] = [
    "DURABENCH_PLANTED",
    "HAVE_FDATASYNC=1",
    "HAVE_LOCALTIME_R",
    "HAVE_USLEEP=1",
    "SQLITE_CORE",
    "SQLITE_ENABLE_JSON1",
    "_POSIX_THREAD_SAFE_FUNCTIONS",
    "SQLITE_MAX_EXPR_DEPTH",
];

/// Without `SQLITE_`, and without `=1` where SQLite knows only on and off.
fn reported(define: &str) -> String {
    let option = define.strip_prefix("SQLITE_").unwrap_or(define);
    let keeps_its_value = ["THREADSAFE", "DEFAULT_WAL_SYNCHRONOUS"];
    match option.split_once('=') {
        Some((name, "1")) if !keeps_its_value.contains(&name) => name.to_owned(),
        _ => option.to_owned(),
    }
}

#[test]
fn the_sync_call_follows_from_the_defines() {
    let calls: Vec<_> = builds().iter().map(|build| (build.name, build.sync_call)).collect();
    assert!(calls.contains(&("bundled", SyncCall::Fsync)));
    assert!(calls.contains(&("bundled-fdatasync", SyncCall::Fdatasync)));
}

#[test]
fn the_six_default_builds_are_there_and_described() {
    let names: Vec<_> = builds().iter().map(|build| build.name).collect();
    let expected =
        ["bundled", "bundled-fdatasync", "single-thread", "stock", "recommended", "lean"];
    assert_eq!(names[..6], expected);
    for build in builds() {
        assert!(!build.why.is_empty() && build.object_bytes > 500_000, "{build:?}");
        assert!(build.base.is_none_or(|base| sqlite_builds::find(base).is_ok()), "{build:?}");
    }
    assert!(builds()[3].defines.is_empty(), "stock has no define");
}

#[test]
fn every_build_is_of_the_version_that_the_bindings_describe() {
    let _turn = turn();
    for build in builds() {
        let active = build.activate().unwrap();
        assert_eq!(active.version_number(), rusqlite::ffi::SQLITE_VERSION_NUMBER);
        assert_eq!(active.version(), rusqlite::ffi::SQLITE_VERSION.to_str().unwrap());
        assert_eq!(rusqlite::version(), active.version());
        // 3.51.3 is the first version without the WAL-reset bug, https://sqlite.org/wal.html.
        assert!(active.version_number() >= 3_051_003, "{}", active.version());
    }
}
