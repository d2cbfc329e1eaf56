//! Every table shape gives back what it was given, also after deletions, and refuses what it cannot
//! hold.

use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous, Table};
use write_path::{Digest, Operation, Packet, PathSpec, Record, Vote, WriteError};

use crate::common::{commit, event, sqlite, turn};

fn in_table(table: Table) -> SqliteSpec {
    SqliteSpec { table, ..sqlite("bundled", JournalMode::Wal, Synchronous::Off) }
}

fn takes_events(table: Table) -> bool {
    matches!(table, Table::Events | Table::EventsUnindexed)
}

/// Records that the table takes; the users lie over the whole range of 64 bits.
fn records_for(table: Table) -> Vec<Record> {
    let numbers = 0..60_u8;
    if takes_events(table) {
        numbers.map(event).collect()
    } else {
        let vote = |number: u8| Vote {
            article: u32::MAX / 7 * u32::from(number % 8),
            user: u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        };
        numbers.map(|number| Record::Vote(vote(number))).collect()
    }
}

#[test]
fn every_shape_gives_back_what_was_kept() {
    let _turn = turn();
    for table in Table::ALL {
        let spec = in_table(table);
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        let records = records_for(table);
        for packet in records.chunks(7) {
            let inserts = packet.iter().cloned().map(Operation::Insert).collect();
            commit(path.as_mut(), &Packet::new(inserts)).unwrap();
        }
        // Late counts are of votes that stay.
        let deleted = if table == Table::VotesAndLateCounts { 0 } else { 20 };
        let (deleted, kept) = records.split_at(deleted);
        if !deleted.is_empty() {
            let deletions = deleted.iter().map(|record| Operation::Delete(record.key())).collect();
            commit(path.as_mut(), &Packet::new(deletions)).unwrap();
        }
        path.drain().unwrap();
        path.close().unwrap();

        let mut expected = Digest::default();
        kept.iter().for_each(|record| expected.add(record));
        assert_eq!(spec.recover(directory.path()).unwrap(), expected, "{table:?}");
        spec.examine(directory.path()).unwrap();
    }
}

#[test]
fn every_shape_refuses_the_other_kind_of_record() {
    let _turn = turn();
    for table in Table::ALL {
        let other = if takes_events(table) { Table::VotePackets } else { Table::Events };
        let record = records_for(other).remove(0);
        for operation in [Operation::Delete(record.key()), Operation::Insert(record)] {
            let directory = tempfile::tempdir().unwrap();
            let mut path = in_table(table).open(directory.path()).unwrap();
            let refused = commit(path.as_mut(), &Packet::new(vec![operation]));
            assert!(matches!(refused, Err(WriteError::WrongRecord { .. })), "{table:?}");
        }
    }
}

#[test]
fn every_shape_has_a_label_of_its_own() {
    let mut labels = Table::ALL.map(Table::label).to_vec();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), Table::ALL.len());
}
