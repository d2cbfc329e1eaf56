//! What a connection lends, and what it does not: see the examples on `Connection` that do not
//! compile.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

use rusqlite::TransactionBehavior;
use sqlite_builds::{find, take_omitted_calls};

use crate::common::{Bench, turn};

#[test]
fn transactions_and_hooks_are_offered_by_name() {
    let _turn = turn();
    let bench = Bench::new("bundled");
    let mut connection = bench.open();
    connection.execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE t(a)").unwrap();
    let frames = Arc::new(AtomicI32::new(0));
    let noted = Arc::clone(&frames);
    connection
        .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, in_wal| {
            noted.store(in_wal, Ordering::Relaxed);
            Ok(())
        }))
        .unwrap();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    transaction.execute("INSERT INTO t VALUES (1)", []).unwrap();
    transaction.commit().unwrap();
    assert!(frames.load(Ordering::Relaxed) > 0);
    drop(connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap());
    assert_eq!(connection.changes(), 1);
}

#[test]
fn an_interrupt_handle_reaches_no_connection_and_is_noted() {
    let _turn = turn();
    take_omitted_calls();
    let bench = Bench::new("bundled");
    let mut connection = bench.open();
    let handle = connection.get_interrupt_handle();
    thread::scope(|scope| {
        scope.spawn(|| handle.interrupt());
    });
    assert!(!connection.is_interrupted());
    assert_eq!(take_omitted_calls(), ["interruptx"]);
    connection.execute_batch("CREATE TABLE t(a)").unwrap();

    connection.suspend();
    let _files = bench.into_directory();
    let stock = find("stock").unwrap().activate().unwrap();
    handle.interrupt();
    assert_eq!(take_omitted_calls(), ["interruptx"]);
    drop(stock);
    connection.resume().unwrap();
    assert!(!connection.is_interrupted());
    connection.execute_batch("INSERT INTO t VALUES (1)").unwrap();
}
