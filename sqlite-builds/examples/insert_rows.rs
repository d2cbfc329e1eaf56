//! Inserts rows through a build, in packets of 100: the workload with which the cost of the
//! function table is counted.
//!
//! Usage: `insert_rows <build> <database> <rows>`. Under callgrind it counts instructions; compare
//! with the same workload on a rusqlite that is linked directly (its feature `bundled`).

use std::error::Error;
use std::path::Path;

use rusqlite::TransactionBehavior;
use sqlite_builds::{Connection, ConnectionMutex, OpenMode, OpenOptions, Vfs};

const ROWS_PER_PACKET: i64 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [build, database, rows] = &arguments[..] else {
        return Err("usage: insert_rows <build> <database> <rows>".into());
    };
    let active = sqlite_builds::find(build)?.activate()?;
    let options = OpenOptions {
        mutex: ConnectionMutex::NoMutex,
        mode: OpenMode::ReadWriteCreate,
        vfs: Vfs::Default,
    };
    let mut connection = active.open(Path::new(database), &options)?;
    insert(&mut connection, rows.parse()?)?;
    println!("{build}: {:?}", active.counts());
    Ok(())
}

/// WAL without syncs, so that the processor does the work.
fn insert(connection: &mut Connection, rows: i64) -> Result<(), rusqlite::Error> {
    connection.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
         CREATE TABLE vote(user INTEGER PRIMARY KEY, choice TEXT NOT NULL)",
    )?;
    let mut user = 0;
    while user < rows {
        let packet = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut statement = packet.prepare_cached("INSERT INTO vote VALUES (?1, ?2)")?;
            for _ in 0..ROWS_PER_PACKET {
                statement.execute((user, "twenty letters of it"))?;
                user += 1;
            }
        }
        packet.commit()?;
    }
    Ok(())
}
