//! The locks of a connection, as another process sees them, when a handle on its file goes away.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, thread};

use rusqlite::ErrorCode;
use sqlite_builds::Connection;

use crate::common::{Bench, read_write_create, turn};

/// Set for the process that looks: the database that it opens and closes.
const LOOKED_AT: &str = "DURABENCH_TEST_LOOKED_AT";

/// A connection in a transaction that has read, so that it holds a shared lock.
fn reading(bench: &Bench) -> Connection {
    let connection = bench.open();
    connection.execute_batch("CREATE TABLE IF NOT EXISTS t(a); BEGIN").unwrap();
    connection.query_row("SELECT count(*) FROM t", [], |_| Ok(())).unwrap();
    connection
}

/// Whether another process may write to the database, as it may where no lock of this one is in the
/// way.
fn another_process_may_write(database: &Path) -> bool {
    let looked = Command::new(env::current_exe().unwrap())
        .args(["--exact", "locks::a_handle_takes_no_lock_with_it", "--nocapture"])
        .env(LOOKED_AT, database)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&looked.stdout);
    assert!(looked.status.success(), "{said}");
    let (locked, free) = (said.contains(LOCKED), said.contains(FREE));
    assert!(locked != free, "{said}");
    free
}

const LOCKED: &str = "the database is locked";
const FREE: &str = "the database is free";

fn look(database: &Path) {
    let active = sqlite_builds::find("bundled").unwrap().activate().unwrap();
    let connection = active.open(database, &read_write_create()).unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    let answer = connection.execute_batch("BEGIN EXCLUSIVE");
    match answer.map_err(|error| error.sqlite_error_code()) {
        Ok(()) => println!("{FREE}"),
        Err(Some(ErrorCode::DatabaseBusy)) => println!("{LOCKED}"),
        Err(other) => panic!("expected a lock or none, got {other:?}"),
    }
}

#[test]
fn a_handle_takes_no_lock_with_it() {
    if let Some(database) = env::var_os(LOOKED_AT) {
        look(Path::new(&database));
        return;
    }
    let _turn = turn();
    let bench = Bench::new("bundled");
    // As a store is opened again: the second before the first is closed.
    let first = reading(&bench);
    let first_handle = first.database_file().unwrap();
    let second = reading(&bench);
    let second_handle = second.database_file().unwrap();
    first.close().unwrap();
    drop(first_handle);
    assert!(!another_process_may_write(&bench.path()), "the first one's handle took the lock");
    second_handle.sync_data().unwrap();
    drop(second_handle);
    assert!(!another_process_may_write(&bench.path()), "its own handle took the lock");

    // A handle that outlives its connection, and meets the next.
    let third = second.database_file().unwrap();
    second.close().unwrap();
    assert!(another_process_may_write(&bench.path()), "nobody reads");
    let fourth = reading(&bench);
    thread::spawn(move || drop(third)).join().unwrap();
    assert!(!another_process_may_write(&bench.path()), "an old handle took the lock");
    fourth.execute_batch("COMMIT").unwrap();
}

#[test]
fn a_handle_is_one_for_the_file_and_closes_with_the_last_need_of_it() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let (first, second) = (reading(&bench), reading(&bench));
    let link = bench.path().with_file_name("link.db");
    std::os::unix::fs::symlink(bench.path(), &link).unwrap();
    let third = bench.active.open(&link, &read_write_create()).unwrap();
    let by_sqlite = descriptors_of(&bench.path());
    let handles = [&first, &second, &third].map(|it| it.database_file().unwrap());
    assert_eq!(descriptors_of(&bench.path()), by_sqlite + 1);
    drop((first, second));
    drop(handles);
    assert_eq!(third.query_row("SELECT count(*) FROM t", [], |row| row.get(0)), Ok(0_i64));
    let left = descriptors_of(&bench.path());
    drop(third);
    assert!(left > 1, "SQLite's and the handle");
    assert_eq!(descriptors_of(&bench.path()), 0);
}

/// Descriptors of this process that are open on the file.
fn descriptors_of(file: &Path) -> usize {
    let file = file.canonicalize().unwrap();
    let descriptors = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = descriptors.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    targets.filter(|target| *target == file).count()
}

#[test]
fn a_file_that_was_replaced_gives_no_handle() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let connection = reading(&bench);
    std::fs::rename(bench.path(), bench.path().with_file_name("moved.db")).unwrap();
    std::fs::write(bench.path(), "another").unwrap();
    let refusal = connection.database_file().unwrap_err().to_string();
    assert!(refusal.contains("another file is in its place now; leave the file"), "{refusal}");
}
