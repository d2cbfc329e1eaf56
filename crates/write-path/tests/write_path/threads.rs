//! A build without mutexes keeps its paths on one thread.

use std::thread;

use write_path::PathSpec;
use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous};

use crate::common::{commit, insert_votes, sqlite, turn};

fn write_elsewhere(spec: SqliteSpec) -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            let mut path = spec.open(directory.path())?;
            commit(path.as_mut(), &insert_votes(&[1]))?;
            path.close()
        });
        other.join().unwrap().map_err(|error| error.to_string())
    })
}

#[test]
fn a_second_thread_is_refused_by_a_build_without_mutexes() {
    let _turn = turn();
    let spec = sqlite("single-thread", JournalMode::Wal, Synchronous::Off);
    let directory = tempfile::tempdir().unwrap();
    let here = spec.open(directory.path()).unwrap();
    assert_eq!(
        write_elsewhere(spec),
        Err("SQLite build `single-thread` has no mutexes (SQLITE_THREADSAFE=0) and is in use on \
             another thread (open connections: 1); shards and background threads take a build with \
             mutexes; else close these connections first, or open on their thread"
            .to_owned())
    );
    here.close().unwrap();
    assert_eq!(write_elsewhere(spec), Ok(()));
}

#[test]
fn a_second_thread_is_welcome_in_a_build_with_mutexes() {
    let _turn = turn();
    let spec = sqlite("bundled", JournalMode::Wal, Synchronous::Off);
    let directory = tempfile::tempdir().unwrap();
    let here = spec.open(directory.path()).unwrap();
    assert_eq!(write_elsewhere(spec), Ok(()));
    here.close().unwrap();
}

#[test]
fn a_second_build_is_refused_while_a_path_is_open() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let open = sqlite("bundled", JournalMode::Wal, Synchronous::Off).open(directory.path());
    let other = sqlite("stock", JournalMode::Wal, Synchronous::Off);
    let text = other.open(tempfile::tempdir().unwrap().path()).err().unwrap().to_string();
    assert!(
        text.starts_with("cannot activate SQLite build `stock`: `bundled` is in use"),
        "{text}"
    );
    drop(open);
}
