//! Failures on demand: the n-th sync or write fails, and the commit says so.

use std::num::NonZeroU64;

use rusqlite::ErrorCode;
use sqlite_builds::{Connection, InjectedError};

use crate::common::{Bench, turn};

fn nth(number: u64) -> NonZeroU64 {
    NonZeroU64::new(number).unwrap()
}

fn open_with(bench: &Bench, journal_mode: &str, synchronous: &str) -> Connection {
    let connection = bench.open();
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = {journal_mode}; PRAGMA synchronous = {synchronous};
             CREATE TABLE t(a); INSERT INTO t VALUES (0)"
        ))
        .unwrap();
    connection
}

fn insert(connection: &Connection) -> Result<usize, ErrorCode> {
    connection
        .execute("INSERT INTO t VALUES (1)", [])
        .map_err(|error| error.sqlite_error_code().unwrap())
}

fn rows(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_failed_sync_fails_its_commit_and_no_other() {
    let _turn = turn();
    for build in ["bundled", "bundled-fdatasync", "lean"] {
        let bench = Bench::new(build);
        let connection = open_with(&bench, "WAL", "FULL");
        let guard = bench.active.fail_sync(nth(3), InjectedError::InputOutput).unwrap();
        assert_eq!(insert(&connection), Ok(1), "{build}");
        assert_eq!(insert(&connection), Ok(1), "{build}");
        assert!(!guard.has_fired());
        assert_eq!(insert(&connection), Err(ErrorCode::SystemIoFailure), "{build}");
        assert!(guard.has_fired());
        assert_eq!(rows(&connection), 3, "{build}");
        assert_eq!(insert(&connection), Ok(1), "{build}: a fault fires once");
        assert_eq!(rows(&connection), 4, "{build}");
    }
}

#[test]
fn a_full_disk_is_reported_as_such() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let connection = open_with(&bench, "WAL", "NORMAL");
    let guard = bench.active.fail_write(nth(1), InjectedError::NoSpace).unwrap();
    assert_eq!(insert(&connection), Err(ErrorCode::DiskFull));
    assert!(guard.has_fired());
    assert_eq!(rows(&connection), 1);
}

#[test]
fn a_dropped_guard_disarms() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let connection = open_with(&bench, "WAL", "FULL");
    drop(bench.active.fail_sync(nth(1), InjectedError::InputOutput).unwrap());
    drop(bench.active.fail_write(nth(1), InjectedError::NoSpace).unwrap());
    assert_eq!(insert(&connection), Ok(1));
}

#[test]
fn sqlite_ignores_a_failed_sync_of_the_directory() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let connection = open_with(&bench, "DELETE", "NORMAL");
    // Journal, directory, database: the second is the directory's.
    let guard = bench.active.fail_sync(nth(2), InjectedError::InputOutput).unwrap();
    assert_eq!(insert(&connection), Ok(1));
    assert!(guard.has_fired());
}

#[test]
fn a_fault_is_armed_once_and_holds_a_lease() {
    let _turn = turn();
    let active = sqlite_builds::find("bundled").unwrap().activate().unwrap();
    let guard = active.fail_sync(nth(1), InjectedError::InputOutput).unwrap();
    let refusal = active.fail_sync(nth(1), InjectedError::InputOutput).unwrap_err();
    assert_eq!(refusal.to_string(), "a sync fault is armed already; drop its guard first");
    let other_kind = active.fail_write(nth(1), InjectedError::NoSpace).unwrap();
    drop((active, other_kind));
    assert!(sqlite_builds::find("stock").unwrap().activate().is_err());
    drop(guard);
    sqlite_builds::find("stock").unwrap().activate().unwrap();
}
