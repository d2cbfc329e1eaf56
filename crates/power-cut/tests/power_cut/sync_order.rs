//! In which order a commit syncs: what decides durability, in every cell.
//!
//! Expected is what SQLite's pager does (`syncJournal`, `pager_end_transaction`), as strace shows it.

use disk_model::Event;
use power_cut::recording::{Happening, Recording, Told};
use power_cut::{SqliteCell, Subject as _, live};
use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::common::{Scratch, turn};

/// A commit of one or two pages, not the first of its connection, before the first checkpoint.
const COMMIT: u64 = 5;

/// Journal, directory, database and WAL, at OFF, NORMAL, FULL and EXTRA.
fn expected(locking: LockingMode, journal: JournalMode) -> [&'static str; 4] {
    match (locking, journal) {
        (LockingMode::Normal, JournalMode::Delete) => ["", "JDB", "JDJB", "JDJBD"],
        (LockingMode::Normal, JournalMode::Truncate) => ["", "JDB", "JDJBJ", "JDJBJ"],
        (LockingMode::Normal, JournalMode::Persist) => ["", "JDBJ", "JDJBJ", "JDJBJ"],
        (LockingMode::Exclusive, JournalMode::Delete | JournalMode::Persist) => {
            ["", "JBJ", "JJBJ", "JJBJ"]
        }
        (LockingMode::Exclusive, JournalMode::Truncate) => ["", "JB", "JJBJ", "JJBJ"],
        (_, JournalMode::Wal) => ["", "", "W", "W"],
        (_, JournalMode::Memory | JournalMode::Off) => ["", "B", "B", "B"],
    }
}

/// The syncs between two acks, a letter each.
fn syncs(recording: &Recording) -> String {
    let mut names: Vec<(disk_model::InodeId, String)> = Vec::new();
    let start = &recording.start;
    names.extend(start.files().map(|(name, _)| (start.inode_of(name).unwrap(), name.to_owned())));
    let (mut acked, mut syncs) = (0, String::new());
    for moment in &recording.moments {
        match &moment.what {
            Happening::Told(Told::Acked(through)) => acked = *through,
            Happening::Storage(Event::Create { name, inode }) => {
                names.push((*inode, name.to_string()));
            }
            Happening::Storage(Event::Sync { inode }) if acked == COMMIT - 1 => {
                let name = names.iter().find(|(of, _)| of == inode).map(|(_, name)| name.as_str());
                syncs.push(match name.unwrap() {
                    "records.db" => 'B',
                    "records.db-wal" => 'W',
                    _ => 'J',
                });
            }
            Happening::Storage(Event::SyncDirectory { .. }) if acked == COMMIT - 1 => {
                syncs.push('D');
            }
            _ => {}
        }
    }
    syncs
}

#[test]
fn pages_of_a_large_transaction_reach_the_database_before_its_commit() {
    let _turn = turn();
    let build = sqlite_builds::find("bundled").unwrap();
    let full = SqliteCell {
        build,
        journal_mode: JournalMode::Delete,
        synchronous: Synchronous::Full,
        locking_mode: LockingMode::Normal,
    };
    let recording = live(&full, &Scratch::new().path(), None).unwrap();
    let database = recording.start.inode_of("records.db").unwrap();
    let mut runs = String::new();
    for moment in &recording.moments {
        match &moment.what {
            Happening::Storage(Event::Write { inode, .. }) => {
                let file = if *inode == database { 'B' } else { 'J' };
                if !runs.ends_with(file) {
                    runs.push(file);
                }
            }
            Happening::Told(Told::Acked(_)) => runs.push(' '),
            _ => {}
        }
    }
    // Journal, then database: a commit. Journal once more: a transaction that went on after that.
    assert!(runs.split(' ').any(|commit| commit.starts_with("JBJB")), "{runs}");
    assert!(runs.split(' ').any(|commit| commit == "JB"), "{runs}");
}

#[test]
fn every_cell_syncs_in_the_order_of_the_pager() {
    let _turn = turn();
    let mut wrong = Vec::new();
    for name in ["bundled", "bundled-fdatasync"] {
        for (at, cell) in SqliteCell::all(sqlite_builds::find(name).unwrap()).enumerate() {
            let got = syncs(&live(&cell, &Scratch::new().path(), None).unwrap());
            let expected = expected(cell.locking_mode, cell.journal_mode)[at % 4];
            if got != expected {
                wrong.push(format!("{}: expected {expected}, got {got}", cell.key()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
