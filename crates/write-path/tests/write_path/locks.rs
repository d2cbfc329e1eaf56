//! The locks of a path, as another process sees them, when an older path to the same files closes.

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rusqlite::ErrorCode;
use write_path::PathSpec;
use write_path::sqlite::{JournalMode, Synchronous};

use crate::common::{connect, insert_votes, sqlite, turn, votes_digest};

/// Set for the process that looks: the directory of the path.
const LOOKED_AT: &str = "DURABENCH_TEST_LOOKED_AT";
const LOCKED: &str = "the database is locked";
const FREE: &str = "the database is free";

#[test]
fn an_older_path_that_closes_takes_no_lock_of_a_newer_one() {
    if let Some(directory) = env::var_os(LOOKED_AT) {
        look(Path::new(&directory));
        return;
    }
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let spec = sqlite("bundled", JournalMode::Delete, Synchronous::Normal);
    let older = spec.open(directory.path()).unwrap();
    let mut newer = spec.open(directory.path()).unwrap();
    let ticket = newer.submit(&insert_votes(&[1])).unwrap();
    older.close().unwrap();
    assert!(!another_process_may_write(directory.path()), "the newer path's lock is gone");
    newer.wait(ticket).unwrap();
    assert!(another_process_may_write(directory.path()), "nothing is under way");
    newer.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&[1]));
}

fn another_process_may_write(directory: &Path) -> bool {
    let looked = Command::new(env::current_exe().unwrap())
        .args(["--exact", "locks::an_older_path_that_closes_takes_no_lock_of_a_newer_one"])
        .arg("--nocapture")
        .env(LOOKED_AT, directory)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&looked.stdout);
    assert!(looked.status.success(), "{said}");
    let (locked, free) = (said.contains(LOCKED), said.contains(FREE));
    assert!(locked != free, "{said}");
    free
}

fn look(directory: &Path) {
    let active = sqlite_builds::find("bundled").unwrap().activate().unwrap();
    let connection = connect(&active, directory);
    connection.busy_timeout(Duration::ZERO).unwrap();
    let answer = connection.execute_batch("BEGIN IMMEDIATE");
    match answer.map_err(|error| error.sqlite_error_code()) {
        Ok(()) => println!("{FREE}"),
        Err(Some(ErrorCode::DatabaseBusy)) => println!("{LOCKED}"),
        Err(other) => panic!("expected a lock or none, got {other:?}"),
    }
}
