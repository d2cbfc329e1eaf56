//! The counters beyond the sync table: truncates, other builds, threads.

use std::thread;

use crate::common::{Bench, read_write_create, turn};

#[test]
fn counters_belong_to_their_build() {
    let _turn = turn();
    let stock_before = {
        let stock = Bench::new("stock");
        stock.open().execute_batch("CREATE TABLE t(a)").unwrap();
        stock.active.counts()
    };
    assert!(stock_before.writes > 0);
    let bundled = Bench::new("bundled");
    let before = bundled.active.counts();
    bundled.open().execute_batch("CREATE TABLE t(a)").unwrap();
    assert!((bundled.active.counts() - before).writes > 0);
    drop(bundled);
    assert_eq!(Bench::new("stock").active.counts(), stock_before);
}

#[test]
fn truncating_the_journal_is_counted() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let connection = bench.open();
    connection.execute_batch("PRAGMA journal_mode = TRUNCATE; CREATE TABLE t(a)").unwrap();
    let before = bench.active.counts();
    connection.execute_batch("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)").unwrap();
    assert_eq!((bench.active.counts() - before).truncates, 2);
}

#[test]
fn counters_take_in_every_thread() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    bench.open().execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t(a)").unwrap();
    // One connection stays open, so that none of the others is the last and checkpoints.
    let keeper = bench.open();
    let rows: i64 = keeper.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
    let before = bench.active.counts();
    for _ in 0..3 {
        let (active, path) = (bench.active.clone(), bench.path());
        thread::spawn(move || {
            let connection = active.open(&path, &read_write_create()).unwrap();
            connection
                .execute_batch("PRAGMA synchronous = FULL; INSERT INTO t VALUES (1)")
                .unwrap();
        })
        .join()
        .unwrap();
    }
    let counts = bench.active.counts() - before;
    // Three commits, each the first of its connection and so with the directory, and once the
    // header of the WAL.
    assert_eq!((counts.syncs, counts.directory_syncs), (7, 3), "{counts:?}");
}
