//! The table that lives in a database, and reading it back.

use sqlite_builds::rusqlite::{self, Connection, Row};

use crate::oracle::FoundRecord;
use crate::packet::content;

/// With an index in random order, so that a commit changes several pages that have to agree.
pub(super) const SCHEMA: &str = "
    CREATE TABLE record(
        id INTEGER PRIMARY KEY, packet INTEGER, place INTEGER, life INTEGER, mark BLOB, payload BLOB);
    CREATE INDEX record_by_mark ON record(mark);";

const PAYLOAD_BYTES: usize = 300;
const MARK_BYTES: usize = 8;

/// Every third packet dirties more pages than the cache holds, the others one or two.
pub(super) fn records_of(packet: u64) -> u32 {
    if packet.is_multiple_of(3) { 40 } else { 2 }
}

/// Inserts a packet in one transaction.
pub(super) fn commit_packet(
    connection: &Connection,
    packet: u64,
    life: u32,
) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO record(packet, place, life, mark, payload) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for place in 0..records_of(packet) {
        let (mark, payload) = cells(life, packet, place);
        insert.execute((packet as i64, place, life, mark, payload))?;
    }
    connection.execute_batch("COMMIT")
}

/// Everything that the table says it holds.
pub(super) fn read_back(connection: &Connection) -> rusqlite::Result<Vec<FoundRecord>> {
    let mut select =
        connection.prepare_cached("SELECT packet, place, life, mark, payload FROM record")?;
    let records = select.query_map([], found)?;
    records.collect()
}

/// What `PRAGMA integrity_check` complains of.
pub(super) fn complaint(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let answer: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((answer != "ok").then_some(answer))
}

/// A damaged row may hold values of any kind, which then are not as they were written.
fn found(row: &Row<'_>) -> rusqlite::Result<FoundRecord> {
    let number = |column| row.get::<_, Option<i64>>(column).ok().flatten().unwrap_or(-1);
    let bytes = |column| row.get::<_, Vec<u8>>(column).unwrap_or_default();
    let packet = u64::try_from(number(0)).unwrap_or(0);
    let place = u32::try_from(number(1)).unwrap_or(u32::MAX);
    let life = u32::try_from(number(2)).unwrap_or(u32::MAX);
    let intact = cells(life, packet, place) == (bytes(3), bytes(4));
    Ok(FoundRecord { packet, place, life, intact })
}

fn cells(life: u32, packet: u64, place: u32) -> (Vec<u8>, Vec<u8>) {
    let mut mark = content(life, packet, place, MARK_BYTES + PAYLOAD_BYTES);
    let payload = mark.split_off(MARK_BYTES);
    (mark, payload)
}
