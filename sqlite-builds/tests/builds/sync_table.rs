//! Syncs, writes and bytes per autocommit INSERT in every journal mode, synchronous level and
//! locking mode.
//!
//! The expected numbers follow from SQLite's pager (`sqlite3PagerSetFlags`,
//! `pager_end_transaction`, `syncJournal`) and were confirmed with strace.

use rusqlite::Connection;

use crate::common::{Bench, turn};

/// Warm-up commits: the first ones create the journal or the WAL.
const WARM: u64 = 3;
const COUNTED: u64 = 5;
const LEVELS: [&str; 4] = ["OFF", "NORMAL", "FULL", "EXTRA"];

/// What one INSERT costs in a journal mode, by synchronous level where a field has four values.
struct Row {
    journal_mode: &'static str,
    syncs: [u64; 4],
    directory_syncs: [u64; 4],
    writes: [u64; 4],
    bytes: [u64; 4],
}

const fn row(
    journal_mode: &'static str,
    syncs: [u64; 4],
    directory_syncs: [u64; 4],
    (writes, bytes): ([u64; 4], [u64; 4]),
) -> Row {
    Row { journal_mode, syncs, directory_syncs, writes, bytes }
}

const fn at_every_level(writes: u64, bytes: u64) -> ([u64; 4], [u64; 4]) {
    ([writes; 4], [bytes; 4])
}

/// Only a journal that is synced gets its record count written into the header afterwards, 12
/// bytes.
const fn less_a_header_at_off(writes: u64, bytes: u64) -> ([u64; 4], [u64; 4]) {
    ([writes - 1, writes, writes, writes], [bytes - 12, bytes, bytes, bytes])
}

const NONE: [u64; 4] = [0; 4];

const LOCKING_NORMAL: [Row; 6] = [
    row("delete", [0, 3, 4, 5], [0, 1, 1, 2], less_a_header_at_off(10, 16_924)),
    row("truncate", [0, 3, 5, 5], [0, 1, 1, 1], less_a_header_at_off(10, 16_924)),
    row("persist", [0, 4, 5, 5], [0, 1, 1, 1], less_a_header_at_off(11, 16_952)),
    row("wal", [0, 0, 1, 1], NONE, at_every_level(2, 4_120)),
    row("memory", [0, 1, 1, 1], NONE, at_every_level(2, 8_192)),
    row("off", [0, 1, 1, 1], NONE, at_every_level(2, 8_192)),
];

const LOCKING_EXCLUSIVE: [Row; 6] = [
    row("delete", [0, 3, 4, 4], NONE, less_a_header_at_off(7, 8_752)),
    row("truncate", [0, 2, 4, 4], NONE, less_a_header_at_off(6, 8_724)),
    row("persist", [0, 3, 4, 4], NONE, less_a_header_at_off(7, 8_752)),
    row("wal", [0, 0, 1, 1], NONE, at_every_level(2, 4_120)),
    row("memory", [0, 1, 1, 1], NONE, at_every_level(1, 4_096)),
    row("off", [0, 1, 1, 1], NONE, at_every_level(1, 4_096)),
];

#[test]
fn every_cell_of_the_sync_table_is_counted() {
    let _turn = turn();
    let mut wrong = Vec::new();
    for (locking_mode, rows) in [("normal", &LOCKING_NORMAL), ("exclusive", &LOCKING_EXCLUSIVE)] {
        for row in rows {
            for (level, level_name) in LEVELS.iter().enumerate() {
                let expected = [row.syncs, row.directory_syncs, row.writes, row.bytes]
                    .map(|column| column[level] * COUNTED);
                let found = count("bundled", locking_mode, row.journal_mode, level);
                if found != expected {
                    wrong.push(format!(
                        "{} {level_name} {locking_mode}: found {found:?}, expected {expected:?}",
                        row.journal_mode
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{COUNTED} inserts each:\n{}", wrong.join("\n"));
}

#[test]
fn fdatasync_is_counted_like_fsync() {
    let _turn = turn();
    for (level, level_name) in LEVELS.iter().enumerate() {
        let found = count("bundled-fdatasync", "normal", "delete", level);
        assert_eq!(found, count("bundled", "normal", "delete", level), "{level_name}");
    }
}

/// Syncs, directory syncs, writes and bytes of the counted inserts.
fn count(build: &str, locking_mode: &str, journal_mode: &str, level: usize) -> [u64; 4] {
    let bench = Bench::new(build);
    let connection = bench.open();
    set_up(&connection, locking_mode, journal_mode, level);
    let insert = |times| {
        for _ in 0..times {
            connection.execute("INSERT INTO t(a) VALUES (zeroblob(100))", []).unwrap();
        }
    };
    insert(WARM);
    let before = bench.active.counts();
    insert(COUNTED);
    let counts = bench.active.counts() - before;
    [counts.syncs, counts.directory_syncs, counts.writes, counts.bytes_written]
}

fn set_up(connection: &Connection, locking_mode: &str, journal_mode: &str, level: usize) {
    // The order matters: the level first, so that switching the journal mode is not synced either.
    connection
        .execute_batch(&format!(
            "PRAGMA page_size = 4096; PRAGMA synchronous = {level}; PRAGMA auto_vacuum = 0;"
        ))
        .unwrap();
    for (pragma, value) in [("locking_mode", locking_mode), ("journal_mode", journal_mode)] {
        let answer: String = connection
            .query_row(&format!("PRAGMA {pragma} = {value}"), [], |row| row.get(0))
            .unwrap();
        assert_eq!(answer, value, "{pragma}");
    }
    connection.execute_batch("CREATE TABLE t(id INTEGER PRIMARY KEY, a BLOB)").unwrap();
    let in_effect: usize = usize::try_from(
        connection.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0)).unwrap(),
    )
    .unwrap();
    assert_eq!(in_effect, level);
}
