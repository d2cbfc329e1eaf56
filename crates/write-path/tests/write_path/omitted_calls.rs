//! A call that a build omits fails the case that made it, and no other.

use write_path::PathSpec;
use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous};

use crate::common::{commit, connect, insert_votes, sqlite, turn};

fn spec(build: &str) -> SqliteSpec {
    sqlite(build, JournalMode::Wal, Synchronous::Off)
}

/// Opens a path, calls `sqlite3_progress_handler` beside it in the same build, and closes it.
fn close_after_a_progress_handler(build: &str) -> Result<(), String> {
    let (directory, beside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut path = spec(build).open(directory.path()).unwrap();
    commit(path.as_mut(), &insert_votes(&[1])).unwrap();
    let active = sqlite_builds::find(build).unwrap().activate().unwrap();
    let mut connection = connect(&active, beside.path());
    connection.progress_handler(1_000, Some(|| false)).unwrap();
    connection.close().unwrap();
    path.close().map_err(|error| error.to_string())
}

#[test]
fn an_omitted_call_fails_the_case_by_name_also_after_a_switch() {
    let _turn = turn();
    let refusal = "SQLite build lean omits progress_handler, which the case called; choose a build \
                   that has it";
    assert_eq!(close_after_a_progress_handler("bundled"), Ok(()));
    // What bundled has must not be found through lean.
    assert_eq!(close_after_a_progress_handler("lean"), Err(refusal.to_owned()));
    assert_eq!(close_after_a_progress_handler("bundled"), Ok(()));
    assert_eq!(close_after_a_progress_handler("lean"), Err(refusal.to_owned()));
}

#[test]
fn a_case_that_ended_early_leaves_no_note_to_the_next() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let active = sqlite_builds::find("lean").unwrap().activate().unwrap();
    let mut connection = connect(&active, directory.path());
    connection.progress_handler(1_000, Some(|| false)).unwrap();
    connection.close().unwrap();
    drop(active);
    let next = tempfile::tempdir().unwrap();
    spec("bundled").open(next.path()).unwrap().close().unwrap();
}

#[test]
fn an_omitted_call_is_noticed_after_recovering_too() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    spec("lean").open(directory.path()).unwrap().close().unwrap();
    let beside = tempfile::tempdir().unwrap();
    let active = sqlite_builds::find("lean").unwrap().activate().unwrap();
    let mut connection = connect(&active, beside.path());
    connection.progress_handler(1_000, Some(|| false)).unwrap();
    let refusal = spec("lean").recover(directory.path()).unwrap_err().to_string();
    assert!(refusal.starts_with("SQLite build lean omits progress_handler"), "{refusal}");
}

#[test]
fn no_path_calls_what_its_build_omits() {
    let _turn = turn();
    for build in sqlite_builds::builds() {
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec(build.name).open(directory.path()).unwrap();
        commit(path.as_mut(), &insert_votes(&[1])).unwrap();
        path.inspect().storage_sizes().unwrap();
        path.inspect().settings().unwrap();
        path.inspect().identity().unwrap();
        path.drain().unwrap();
        path.close().unwrap();
        assert_eq!(spec(build.name).recover(directory.path()).unwrap().records(), 1);
        spec(build.name).examine(directory.path()).unwrap();
    }
}
