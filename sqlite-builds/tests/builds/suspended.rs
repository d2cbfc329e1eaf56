//! Connections of two builds that take turns.

use std::thread;

use crate::common::{Bench, read_write_create, turn};
use sqlite_builds::{Connection, Error, find};

/// Opens a table in a build, and sets the connection aside.
fn opened_aside(bench: Bench) -> (Connection, tempfile::TempDir) {
    let mut connection = bench.open();
    connection.execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE turn(number INTEGER)").unwrap();
    connection.suspend();
    (connection, bench.into_directory())
}

fn rows(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM turn", [], |row| row.get(0)).unwrap()
}

#[test]
fn two_builds_take_turns_without_closing() {
    let _turn = turn();
    let mut seats = ["bundled", "single-thread", "lean"].map(|name| opened_aside(Bench::new(name)));
    for round in 0_i64..50 {
        for (connection, _) in &mut seats {
            connection.resume().unwrap();
            connection
                .prepare_cached("INSERT INTO turn VALUES (?1)")
                .unwrap()
                .execute([round])
                .unwrap();
            connection.suspend();
        }
    }
    for (connection, _) in &mut seats {
        connection.resume().unwrap();
        assert_eq!(rows(connection), 50);
        let check: String =
            connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        connection.suspend();
    }
    assert_eq!(sqlite_builds::take_omitted_calls(), Vec::<&str>::new());
}

#[test]
fn a_connection_is_taken_up_only_when_no_other_build_is_in_use() {
    let _turn = turn();
    let (mut bundled, _files) = opened_aside(Bench::new("bundled"));
    let stock = Bench::new("stock");
    let refusal = bundled.resume().unwrap_err();
    assert!(matches!(refusal, Error::OtherBuildActive { active: "stock", .. }), "{refusal}");
    drop(stock);
    bundled.resume().unwrap();
    bundled.resume().unwrap();
    assert_eq!(rows(&bundled), 0);
    assert_eq!(bundled.active_build().build().name, "bundled");
}

#[test]
fn what_is_aside_cannot_be_used() {
    let _turn = turn();
    let (mut bundled, _files) = opened_aside(Bench::new("bundled"));
    let _stock = Bench::new("stock");
    let used = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| rows(&bundled)));
    let panic = used.unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert_eq!(text, "a connection of SQLite build `bundled` was used while it was suspended");
    bundled.suspend();
}

#[test]
fn no_other_build_opens_a_file_that_is_aside() {
    let _turn = turn();
    let (mut bundled, files) = opened_aside(Bench::new("bundled"));
    let path = files.path().join("test.db");
    let stock = find("stock").unwrap().activate().unwrap();
    let refusal = stock.open(&path, &read_write_create()).unwrap_err().to_string();
    assert!(refusal.starts_with("SQLite build `stock` cannot open "), "{refusal}");
    assert!(refusal.contains("a connection of `bundled` is suspended with that file"), "{refusal}");
    let link = files.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(stock.open(&link, &read_write_create()).is_err(), "the same file by another name");
    drop(stock);

    bundled.resume().unwrap();
    bundled.suspend();
    let again = find("bundled").unwrap().activate().unwrap();
    assert_eq!(rows(&again.open(&path, &read_write_create()).unwrap()), 0, "its own build may");
    drop((again, bundled));
    let stock = find("stock").unwrap().activate().unwrap();
    assert_eq!(rows(&stock.open(&path, &read_write_create()).unwrap()), 0, "it was closed");
}

#[test]
fn sql_of_another_build_attaches_no_file_that_is_aside() {
    let _turn = turn();
    let (mut bundled, files) = opened_aside(Bench::new("bundled"));
    let aside = files.path().join("test.db");
    let attach = |connection: &Connection, file: &std::path::Path| {
        let attached = connection.execute("ATTACH ?1 AS other", [file.to_str().unwrap()]);
        attached.map_err(|error| error.sqlite_error_code())
    };
    let stock = Bench::new("stock");
    let connection = stock.open();
    connection.execute_batch("CREATE TABLE t(a)").unwrap();
    let refused = Err(Some(rusqlite::ErrorCode::CannotOpen));
    assert_eq!(attach(&connection, &aside), refused);
    let into = connection.execute("VACUUM INTO ?1", [aside.to_str().unwrap()]);
    assert!(into.is_err());
    assert_eq!(attach(&connection, &files.path().join("another.db")), Ok(0));
    drop((connection, stock));

    bundled.resume().unwrap();
    assert_eq!(rows(&bundled), 0);
    drop(bundled);
    let stock = Bench::new("stock");
    assert_eq!(attach(&stock.open(), &aside), Ok(0), "it was closed");
}

#[test]
fn an_attached_file_is_aside_with_its_connection() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let mut connection = bench.open();
    let files = bench.into_directory();
    let attached = files.path().join("attached.db");
    connection.execute("ATTACH ?1 AS other", [attached.to_str().unwrap()]).unwrap();
    connection.execute_batch("ATTACH ':memory:' AS memory; CREATE TABLE other.t(a)").unwrap();
    connection.suspend();
    let stock = find("stock").unwrap().activate().unwrap();
    let refusal = stock.open(&attached, &read_write_create()).unwrap_err().to_string();
    assert!(refusal.contains("a connection of `bundled` is suspended"), "{refusal}");
    drop(stock);

    connection.resume().unwrap();
    connection.execute_batch("DETACH other").unwrap();
    connection.suspend();
    let stock = find("stock").unwrap().activate().unwrap();
    stock.open(&attached, &read_write_create()).unwrap();
}

#[test]
fn what_is_dropped_aside_is_closed_or_leaked_and_never_called_in_another_build() {
    let _turn = turn();
    let (bundled, files) = opened_aside(Bench::new("bundled"));
    let stock = find("stock").unwrap().activate().unwrap();
    drop(bundled);
    let refusal =
        stock.open(&files.path().join("test.db"), &read_write_create()).unwrap_err().to_string();
    assert!(refusal.contains("a connection of `bundled` is suspended"), "{refusal}");
    assert!(files.path().join("test.db-wal").exists(), "it was leaked, not closed");
    drop(stock);

    let (bundled, files) = opened_aside(Bench::new("bundled"));
    drop(bundled);
    assert!(!files.path().join("test.db-wal").exists(), "it was closed");
}

#[test]
fn a_build_without_mutexes_stays_on_one_thread_also_after_an_absence() {
    let _turn = turn();
    let (mut here, _files) = opened_aside(Bench::new("single-thread"));
    let bench = Bench::new("single-thread");
    let (active, path) = (bench.active.clone(), bench.path());
    thread::scope(|scope| {
        let (opened, wait_for_opened) = std::sync::mpsc::channel();
        let (tried, wait_for_tried) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || {
            let elsewhere = active.open(&path, &read_write_create()).unwrap();
            opened.send(()).unwrap();
            wait_for_tried.recv().unwrap();
            drop(elsewhere);
        });
        wait_for_opened.recv().unwrap();
        let refusal = here.resume().unwrap_err().to_string();
        assert!(refusal.contains("on another thread (open connections: 1)"), "{refusal}");
        tried.send(()).unwrap();
    });
    here.resume().unwrap();
    assert_eq!(rows(&here), 0);
}
