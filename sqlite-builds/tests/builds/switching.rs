//! One build at a time, whatever the threads do, and what a build left out.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::common::{Bench, read_write_create, turn};
use sqlite_builds::{ConnectionMutex, Error, OpenMode, OpenOptions, Vfs, find, take_omitted_calls};

#[test]
fn a_second_build_is_refused_while_the_first_is_open() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let bundled = find("bundled").unwrap().activate().unwrap();
    let connection =
        bundled.open(&directory.path().join("first.db"), &read_write_create()).unwrap();
    let refusal = find("stock").unwrap().activate().unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "cannot activate SQLite build `stock`: `bundled` is in use (leases: 2, of these open \
         connections: 1); drop them first"
    );
    drop(bundled);
    connection.execute_batch("CREATE TABLE vote(user INTEGER)").unwrap();
    assert!(find("stock").unwrap().activate().is_err(), "the connection holds a lease of its own");
    drop(connection);
    assert_eq!(find("stock").unwrap().activate().unwrap().build().name, "stock");
}

#[test]
fn two_builds_use_one_database_one_after_another() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shared.db");
    for (round, name) in (0_i64..).zip(["bundled", "single-thread", "bundled", "lean"]) {
        let active = find(name).unwrap().activate().unwrap();
        let connection = active.open(&path, &read_write_create()).unwrap();
        connection.execute_batch("CREATE TABLE IF NOT EXISTS round(number INTEGER)").unwrap();
        connection.execute("INSERT INTO round VALUES (?1)", [round]).unwrap();
        let rows: i64 =
            connection.query_row("SELECT count(*) FROM round", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, round + 1, "{name}");
    }
}

#[test]
fn a_waiting_activation_gets_its_turn() {
    let _turn = turn();
    let bundled = find("bundled").unwrap().activate().unwrap();
    let (waiting, started) = mpsc::channel();
    let waiter = thread::spawn(move || {
        waiting.send(()).unwrap();
        find("stock").unwrap().activate_within(Duration::from_secs(60)).map(|it| it.build().name)
    });
    started.recv().unwrap();
    assert!(matches!(
        find("stock").unwrap().activate_within(Duration::ZERO),
        Err(Error::OtherBuildActive { .. })
    ));
    drop(bundled);
    assert_eq!(waiter.join().unwrap().unwrap(), "stock");
}

#[test]
fn a_build_without_mutexes_stays_on_one_thread_at_a_time() {
    let _turn = turn();
    let bench = Bench::new("single-thread");
    let connection = bench.open();
    let path = bench.path();
    let elsewhere = |active: sqlite_builds::ActiveBuild, path: std::path::PathBuf| {
        thread::spawn(move || {
            active
                .open(&path, &read_write_create())
                .map(|connection| connection.execute_batch("CREATE TABLE t(a)").unwrap())
                .map_err(|error| error.to_string())
        })
        .join()
        .unwrap()
    };
    assert_eq!(
        elsewhere(bench.active.clone(), path.clone()),
        Err("SQLite build `single-thread` has no mutexes (SQLITE_THREADSAFE=0) and is in use on \
             another thread (open connections: 1); shards and background threads take a build with \
             mutexes; else close these connections first, or open on their thread"
            .to_owned())
    );
    let second = bench.open();
    drop((connection, second));
    assert_eq!(elsewhere(bench.active.clone(), path), Ok(()));
    let here_again = bench.open();
    let tables: i64 =
        here_again.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn threads_share_a_build_with_mutexes() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    bench.open().execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE t(a)").unwrap();
    thread::scope(|scope| {
        for number in 0..4 {
            let (active, path) = (bench.active.clone(), bench.path());
            scope.spawn(move || {
                let connection = active.open(&path, &read_write_create()).unwrap();
                connection.execute("INSERT INTO t VALUES (?1)", [number]).unwrap();
            });
        }
    });
    let sum: i64 = bench.open().query_row("SELECT sum(a) FROM t", [], |row| row.get(0)).unwrap();
    assert_eq!(sum, 6);
}

#[test]
fn an_omitted_call_is_noted_by_name_also_after_a_switch() {
    let _turn = turn();
    take_omitted_calls();
    let bundled = Bench::new("bundled");
    let mut connection = bundled.open();
    connection.progress_handler(1_000, Some(|| false)).unwrap();
    drop((connection, bundled));
    assert_eq!(take_omitted_calls(), Vec::<&str>::new());

    let lean = Bench::new("lean");
    let mut connection = lean.open();
    connection.progress_handler(1, Some(|| true)).unwrap();
    // The handler would interrupt this; it was never set.
    let rows: i64 = connection
        .query_row(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
             SELECT count(*) FROM n",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(rows, 1_000);
    assert_eq!(take_omitted_calls(), ["progress_handler"]);
    assert_eq!(take_omitted_calls(), Vec::<&str>::new(), "taking clears");
}

#[test]
fn a_connection_around_the_lease_is_refused() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    take_omitted_calls();
    let refusal = rusqlite::Connection::open(bench.path()).unwrap_err();
    assert_eq!(refusal.sqlite_error_code(), Some(rusqlite::ErrorCode::ApiMisuse));
    assert_eq!(take_omitted_calls(), ["open_v2"]);
    assert!(!bench.path().exists());
}

#[test]
fn a_leaked_statement_keeps_its_build_active() {
    let _turn = turn();
    // In a process of its own, for the build stays active for good.
    if std::env::var_os("DURABENCH_TEST_LEAK").is_none() {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "switching::a_leaked_statement_keeps_its_build_active"])
            .env("DURABENCH_TEST_LEAK", "1")
            .output()
            .unwrap();
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
        return;
    }
    let bench = Bench::new("bundled");
    let connection = bench.open();
    std::mem::forget(connection.prepare("SELECT 1").unwrap());
    let refusal = connection.close().unwrap_err();
    assert_eq!(refusal.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    drop(bench);
    assert!(matches!(
        find("stock").unwrap().activate(),
        Err(Error::OtherBuildActive { leases: 1, connections: 1, .. })
    ));
}

#[test]
fn a_build_without_mutexes_has_none_to_give() {
    let _turn = turn();
    let bench = Bench::new("single-thread");
    let options = OpenOptions { mutex: ConnectionMutex::FullMutex, ..read_write_create() };
    let refusal = bench.active.open(&bench.path(), &options).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "SQLite build `single-thread` has no mutexes (SQLITE_THREADSAFE=0), expected FullMutex; open \
         with NoMutex"
    );
}

#[test]
fn open_options_mean_what_they_say() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let existing = OpenOptions { mode: OpenMode::ReadWrite, ..read_write_create() };
    let missing = bench.active.open(&bench.path(), &existing).unwrap_err().to_string();
    assert!(
        missing.starts_with("SQLite build `bundled` cannot open the database at "),
        "{missing}"
    );
    assert!(missing.ends_with("unable to open database file"), "{missing}");
    let full = OpenOptions { mutex: ConnectionMutex::FullMutex, ..read_write_create() };
    let connection = bench.active.open(&bench.path(), &full).unwrap();
    connection.execute_batch("CREATE TABLE t(a)").unwrap();
    let read_only = OpenOptions { mode: OpenMode::ReadOnly, ..read_write_create() };
    let reader = bench.active.open(&bench.path(), &read_only).unwrap();
    let refusal = reader.execute_batch("INSERT INTO t VALUES (1)").unwrap_err();
    assert_eq!(refusal.sqlite_error_code(), Some(rusqlite::ErrorCode::ReadOnly));
    let other_vfs = OpenOptions { vfs: Vfs::Named(c"no-such-vfs".into()), ..read_write_create() };
    let refusal = bench.active.open(&bench.path(), &other_vfs).unwrap_err().to_string();
    assert!(refusal.ends_with("no such vfs: no-such-vfs"), "{refusal}");
    let dot_file = OpenOptions { vfs: Vfs::Named(c"unix-dotfile".into()), ..read_write_create() };
    bench.active.open(&bench.path(), &dot_file).unwrap();
    let zero = bench.active.open(Path::new("a\0b"), &read_write_create()).unwrap_err().to_string();
    assert_eq!(
        zero,
        "cannot open the database at a\0b: found a zero byte, expected a path without"
    );
}

#[test]
fn every_connection_waits_five_seconds_for_a_lock() {
    let _turn = turn();
    for name in ["bundled", "single-thread"] {
        let timeout_ms: i64 =
            Bench::new(name).open().query_row("PRAGMA busy_timeout", [], |row| row.get(0)).unwrap();
        assert_eq!(timeout_ms, 5_000, "{name}");
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_first() {
    let text = find("single-tread").unwrap_err().to_string();
    assert!(
        text.starts_with(
            "no SQLite build is named `single-tread`; the builds are, nearest first: \
             single-thread, "
        ),
        "{text}"
    );
    for build in sqlite_builds::builds() {
        assert!(text.contains(build.name), "{text}");
    }
}

#[test]
fn a_build_of_the_wide_profile_is_found_or_explained() {
    match find("lean-native") {
        Ok(build) => assert_eq!(build.profile, sqlite_builds::BuildProfile::Wide),
        Err(error) => assert_eq!(
            error.to_string(),
            "SQLite build `lean-native` was not compiled: it belongs to the wide profile; set \
             DURABENCH_BUILDS=wide for cargo"
        ),
    }
}
