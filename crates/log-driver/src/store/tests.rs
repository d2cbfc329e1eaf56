use std::num::NonZeroU32;
use std::time::Duration;

use write_path::sqlite::{AutoVacuum, JournalMode, Synchronous};

use super::*;
use crate::message::{Message, ray_id_of};

const TEN: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

const ANY_AGE: RetryQuery =
    RetryQuery { age: Duration::ZERO, attempts_max: u32::MAX, messages_max: TEN };

fn messages(numbers: std::ops::Range<u64>) -> Vec<Message> {
    numbers.map(|number| Message::new(number, &format!("text of {number}"))).collect()
}

/// The prototype's store and every deviation from it, one at a time.
fn specs() -> Vec<StoreSpec> {
    let wal = SqliteStoreSpec::of_the_document(JournalMode::Wal);
    let mut specs = vec![wal, SqliteStoreSpec::of_the_document(JournalMode::Delete)];
    for auto_vacuum in [AutoVacuum::Full, AutoVacuum::Incremental] {
        let mut spec = wal;
        spec.pragmas.auto_vacuum = auto_vacuum;
        specs.push(spec);
    }
    let mut normal = wal;
    normal.pragmas.synchronous = Synchronous::Normal;
    let rowid = SqliteStoreSpec { deletion: Deletion::ByRowid, ..wal };
    specs.extend([
        normal,
        rowid,
        SqliteStoreSpec { deletion: Deletion::Soft, ..wal },
        SqliteStoreSpec { table: EventTable::NoUnique, ..rowid },
        SqliteStoreSpec { table: EventTable::NoAutoincrement, ..rowid },
        SqliteStoreSpec { table: EventTable::AgeIndex, ..wal },
        SqliteStoreSpec { preparation: Preparation::Once, ..wal },
    ]);
    specs.into_iter().map(StoreSpec::Sqlite).chain([StoreSpec::Log]).collect()
}

fn waiting(store: &mut dyn Store) -> Vec<u64> {
    let found = store.waiting_behind(0, TEN).expect("readable");
    found.into_iter().map(|stored| stored.key.number).collect()
}

#[test]
fn every_store_keeps_what_it_acks_and_deletes_what_was_delivered() {
    for spec in specs() {
        let place = tempfile::tempdir().expect("temporary directory");
        let mut store = spec.open(place.path()).expect("opens");
        let mut keys = store.insert(&messages(0..1)).expect("stored");
        keys.extend(store.insert(&messages(1..5)).expect("stored"));
        assert!(keys.windows(2).all(|pair| pair[0].place < pair[1].place), "{spec:?}");
        store.delete(&keys[1..2]).expect("deleted");
        store.delete(&[keys[0], keys[3]]).expect("deleted");
        store.delete(&keys[..1]).expect("gone already");
        assert_eq!(waiting(store.as_mut()), [2, 4], "{spec:?}");
        let behind = store.waiting_behind(keys[2].place, TEN).expect("readable");
        assert_eq!(behind[0].message, messages(4..5)[0], "{spec:?}");
        store.maintain().expect("maintained");
        assert!(store.sizes().expect("readable").database_bytes > 0, "{spec:?}");
        assert!(!store.settings().is_empty());
        store.close().expect("closed");

        let mut store = spec.open(place.path()).expect("opens again");
        assert_eq!(waiting(store.as_mut()), [2, 4], "{spec:?}");
        let key = store.insert(&messages(9..10)).expect("stored")[0];
        assert!(key.place > keys[4].place, "{spec:?}");
        store.close().expect("closed");
    }
}

#[test]
fn a_retry_is_counted_and_has_an_end() {
    for spec in specs() {
        let place = tempfile::tempdir().expect("temporary directory");
        let mut store = spec.open(place.path()).expect("opens");
        let keys = store.insert(&messages(0..3)).expect("stored");
        store.delete(&keys[1..2]).expect("deleted");
        let query = RetryQuery { attempts_max: 2, ..ANY_AGE };
        let selected: Vec<Vec<u64>> = (0..3)
            .map(|_| {
                let found = store.select_for_retry(&query).expect("readable");
                found.into_iter().map(|stored| stored.key.number).collect()
            })
            .collect();
        assert_eq!(selected, [vec![0, 2], vec![0, 2], vec![]], "{spec:?}");
        let young = RetryQuery { age: Duration::from_secs(3_600), ..ANY_AGE };
        assert_eq!(store.select_for_retry(&young).expect("readable"), [], "{spec:?}");
    }
}

#[test]
fn the_log_recycles_segments_once_their_messages_are_delivered() {
    let place = tempfile::tempdir().expect("temporary directory");
    let mut store = StoreSpec::Log.open(place.path()).expect("opens");
    let text = "x".repeat(1 << 19);
    let mut largest = 0;
    for number in 0..100 {
        let keys = store.insert(&[Message::new(number, &text)]).expect("stored");
        store.delete(&keys).expect("deleted");
        largest = store.sizes().expect("readable").database_bytes.max(largest);
    }
    assert!(largest <= 40 << 20, "50 MiB were stored, {largest} bytes are kept");
    store.close().expect("closed");
}

#[test]
fn what_would_be_slow_or_lost_by_its_settings_is_refused() {
    let document = SqliteStoreSpec::of_the_document(JournalMode::Wal);
    let without_index = SqliteStoreSpec { table: EventTable::NoUnique, ..document };
    let without_journal = SqliteStoreSpec::of_the_document(JournalMode::Off);
    for (spec, named) in [(without_index, "deletion"), (without_journal, "journal_mode")] {
        let place = tempfile::tempdir().expect("temporary directory");
        let Err(error) = StoreSpec::Sqlite(spec).open(place.path()) else { panic!("{spec:?}") };
        assert!(error.to_string().starts_with(named), "{error}");
        assert_eq!(std::fs::read_dir(place.path()).expect("readable").count(), 0);
    }
}

#[test]
fn another_table_is_refused_by_what_it_is() {
    let place = tempfile::tempdir().expect("temporary directory");
    let document = SqliteStoreSpec::of_the_document(JournalMode::Wal);
    StoreSpec::Sqlite(document).open(place.path()).expect("opens").close().expect("closed");
    let other = SqliteStoreSpec { table: EventTable::AgeIndex, ..document };
    let Err(error) = StoreSpec::Sqlite(other).open(place.path()) else { panic!("{other:?}") };
    assert!(error.to_string().contains("CREATE TABLE log_events"), "{error}");
}

#[test]
fn a_foreign_row_is_named() {
    let place = tempfile::tempdir().expect("temporary directory");
    let spec = StoreSpec::Sqlite(SqliteStoreSpec::of_the_document(JournalMode::Wal));
    let mut store = spec.open(place.path()).expect("opens");
    let mut foreign = Message::new(0, "text");
    foreign.event.data[9] ^= 1;
    store.insert(&[foreign]).expect("stored");
    let error = store.waiting_behind(0, TEN).expect_err("foreign").to_string();
    assert!(error.contains(ray_id_of(0).as_str()), "{error}");
}
