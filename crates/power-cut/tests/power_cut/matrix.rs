//! Every cell of journal mode, synchronous and locking mode: what it promises it keeps, and what it does not is
//! caught.

use disk_model::Metadata;
use power_cut::oracle::Class;
use power_cut::{SqliteCell, Verdict, expected, explained, matrix, replay};
use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::common::{Scratch, examined, turn};

/// States of each cell; there are 48 cells.
const STATES: u64 = 330;

fn bundled() -> impl Iterator<Item = SqliteCell> {
    SqliteCell::all(sqlite_builds::find("bundled").unwrap())
}

fn cell(journal: JournalMode, level: Synchronous) -> SqliteCell {
    let is_it = |cell: &SqliteCell| {
        cell.journal_mode == journal
            && cell.synchronous == level
            && cell.locking_mode == LockingMode::Normal
    };
    bundled().find(is_it).unwrap()
}

#[test]
fn every_cell_keeps_what_is_expected_of_it_and_no_more() {
    let _turn = turn();
    let mut wrong = Vec::new();
    let mut verdicts: Vec<Verdict> = Vec::new();
    for cell in bundled() {
        let verdict = examined(&cell, STATES).unwrap();
        let expected = expected(&verdict.key).unwrap();
        if !expected.is_met_by(&verdict) {
            wrong.push(format!("{}: expected {expected:?}, got {verdict:?}", verdict.key));
        }
        verdicts.push(verdict);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for locking in LockingMode::ALL {
        let table = matrix(&verdicts, *locking, Metadata::PosixStrict).unwrap();
        assert!(!table.contains("not examined"), "{table}");
        assert_eq!(table.lines().count(), 8, "{table}");
    }
    let states: u64 = verdicts.iter().map(Verdict::states).sum();
    assert!(states >= 15_000, "{states}");
}

#[test]
fn delete_and_full_loses_the_last_packet_and_the_witness_shows_how() {
    let _turn = turn();
    let full = cell(JournalMode::Delete, Synchronous::Full);
    let verdict = examined(&full, 2 * STATES).unwrap();
    assert_eq!((verdict.class, verdict.lost_packets_max), (Class::LosesAcked, 1), "{verdict:?}");
    let witness = verdict.witness.unwrap().parse().unwrap();
    let replay = replay(&full, None, &witness, &Scratch::new().path()).unwrap();
    assert_eq!((replay.judgement.class, replay.judgement.lost), (Class::LosesAcked, 1));
    // One thing alone is missing: that the journal's name is gone.
    assert_eq!((witness.cuts.len(), witness.cuts[0].taken()), (1, 1), "{witness}");
    let words = explained(&replay);
    assert!(words.contains("unlink records.db-journal: not synced, and lost"), "{words}");
    assert!(words.contains("1 of "), "{words}");
}

#[test]
fn what_an_ordered_file_system_leaves_shows_the_same_loss() {
    let _turn = turn();
    for (journal, level) in [
        (JournalMode::Delete, Synchronous::Full),
        (JournalMode::Truncate, Synchronous::Normal),
        (JournalMode::Wal, Synchronous::Normal),
    ] {
        let verdict = examined(&cell(journal, level), 2 * STATES).unwrap();
        assert!(verdict.class_ordered >= Class::LosesAcked, "{verdict:?}");
    }
}
