//! Every pragma takes, and one that does not is refused by name.

use std::fs;
use std::num::NonZeroU32;

use write_path::sqlite::{
    AutoVacuum, CacheSize, JournalMode, JournalSizeLimit, LockingMode, PageSize, Pragmas,
    SqliteSpec, Synchronous, TempStore, WalAutocheckpoint,
};
use write_path::{PathSpec, WriteError};

use crate::common::{DATABASE_FILE, commit, connect, insert_votes, sqlite, turn, votes_digest};

/// Commits that create the journal or the WAL before those that are counted.
const WARM: u64 = 3;
const COUNTED: u64 = 4;

/// Syncs of a commit of one row at each synchronous level, from OFF to EXTRA. They follow from
/// SQLite's pager (`sqlite3PagerSetFlags`, `syncJournal`, `pager_end_transaction`).
fn syncs_expected(journal_mode: JournalMode, locking_mode: LockingMode) -> [u64; 4] {
    match (locking_mode, journal_mode) {
        (_, JournalMode::Wal) => [0, 0, 1, 1],
        (_, JournalMode::Memory | JournalMode::Off) => [0, 1, 1, 1],
        (LockingMode::Normal, JournalMode::Delete) => [0, 3, 4, 5],
        (LockingMode::Normal, JournalMode::Truncate) => [0, 3, 5, 5],
        (LockingMode::Normal, JournalMode::Persist) => [0, 4, 5, 5],
        (LockingMode::Exclusive, JournalMode::Truncate) => [0, 2, 4, 4],
        (LockingMode::Exclusive, JournalMode::Delete | JournalMode::Persist) => [0, 3, 4, 4],
    }
}

#[test]
fn every_durability_setting_is_in_effect_and_syncs_as_it_should() {
    let _turn = turn();
    for &locking_mode in LockingMode::ALL {
        for &journal_mode in JournalMode::ALL {
            let expected = syncs_expected(journal_mode, locking_mode);
            for (&synchronous, syncs) in Synchronous::ALL.iter().zip(expected) {
                let mut spec = sqlite("bundled", journal_mode, synchronous);
                spec.pragmas.locking_mode = locking_mode;
                check_durability(&spec, syncs);
            }
        }
    }
}

fn check_durability(spec: &SqliteSpec, syncs: u64) {
    let directory = tempfile::tempdir().unwrap();
    let pragmas = &spec.pragmas;
    let mut path = spec.open(directory.path()).unwrap();
    let settings = path.inspect().settings().unwrap();
    for (pragma, expected) in [
        ("journal_mode", pragmas.journal_mode.name()),
        ("synchronous", pragmas.synchronous.name()),
        ("locking_mode", pragmas.locking_mode.name()),
    ] {
        assert_eq!(settings[pragma], expected, "{pragmas:?}");
    }
    for user in 0..WARM {
        commit(path.as_mut(), &insert_votes(&[user])).unwrap();
    }
    let before = path.counters().total();
    for user in WARM..WARM + COUNTED {
        commit(path.as_mut(), &insert_votes(&[user])).unwrap();
    }
    let done = path.counters().total() - before;
    assert_eq!(done.syncs, COUNTED * syncs, "{pragmas:?}");
    path.close().unwrap();
    let users: Vec<u64> = (0..WARM + COUNTED).collect();
    assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&users), "{pragmas:?}");
}

#[test]
fn every_page_size_takes_in_wal_mode() {
    let _turn = turn();
    for page_size in PageSize::ALL {
        for &auto_vacuum in AutoVacuum::ALL {
            let directory = tempfile::tempdir().unwrap();
            let mut spec = sqlite("bundled", JournalMode::Wal, Synchronous::Off);
            spec.pragmas = Pragmas { page_size, auto_vacuum, ..spec.pragmas };
            let path = spec.open(directory.path()).unwrap();
            path.close().unwrap();
            let header = fs::read(directory.path().join(DATABASE_FILE)).unwrap();
            assert_header(&header, &spec.pragmas);
        }
    }
}

/// What the file itself says (<https://sqlite.org/fileformat2.html#the_database_header>), so that
/// the test does not take the word of the code under test.
fn assert_header(header: &[u8], pragmas: &Pragmas) {
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        bytes => u32::from(bytes),
    };
    assert_eq!(page_size, pragmas.page_size.bytes(), "{pragmas:?}");
    assert_eq!(header[18..20], [2, 2], "{pragmas:?}: 2 stands for WAL");
    let word = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
    let (largest_root, incremental) = (word(52), word(64));
    let vacuum = match (largest_root, incremental) {
        (0, 0) => AutoVacuum::None,
        (_, 0) => AutoVacuum::Full,
        _ => AutoVacuum::Incremental,
    };
    assert_eq!(vacuum, pragmas.auto_vacuum, "{pragmas:?}");
}

#[test]
fn settings_are_the_wish_in_every_build() {
    let _turn = turn();
    for build in sqlite_builds::builds() {
        let directory = tempfile::tempdir().unwrap();
        let mut spec = sqlite(build.name, JournalMode::Wal, Synchronous::Extra);
        spec.pragmas = Pragmas {
            wal_autocheckpoint: WalAutocheckpoint::Off,
            journal_size_limit: JournalSizeLimit::Bytes(1 << 20),
            cache_size: CacheSize::mebibytes(NonZeroU32::new(3).unwrap()),
            mmap_size_bytes: 1 << 20,
            temp_store: TempStore::Memory,
            ..spec.pragmas
        };
        let path = spec.open(directory.path()).unwrap();
        let settings = path.inspect().settings().unwrap();
        let expected = [
            ("auto_vacuum", "none"),
            ("build", build.name),
            ("cache_size", "-3072"),
            ("checkpoint_strategy", "automatic"),
            ("foreign_keys", "off"),
            ("journal_mode", "wal"),
            ("journal_size_limit", "1048576"),
            ("locking_mode", "normal"),
            ("mmap_size", "1048576"),
            ("mutex", "nomutex"),
            ("page_size", "4096"),
            ("recursive_triggers", "off"),
            ("secure_delete", "off"),
            ("synchronous", "extra"),
            ("table", "votes"),
            ("temp_store", "memory"),
            ("wal_autocheckpoint", "0"),
        ];
        let found: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, expected);
        path.close().unwrap();
    }
}

#[test]
fn a_page_size_after_the_journal_mode_is_refused() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let build = sqlite_builds::find("bundled").unwrap().activate().unwrap();
    let planted = connect(&build, directory.path());
    planted.execute_batch("PRAGMA journal_mode = wal").unwrap();
    planted.close().unwrap();

    let mut spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    spec.pragmas.page_size = PageSize::ALL[5];
    let refusal = spec.open(directory.path()).err().unwrap();
    assert!(matches!(refusal, WriteError::PragmaRefused { pragma: "page_size", .. }));
    assert_eq!(
        refusal.to_string(),
        "PRAGMA page_size: expected 16384, but SQLite answered 4096; set it before what depends on \
         it, or choose a combination that SQLite accepts"
    );
}

#[test]
fn a_setting_that_changes_behind_the_suite_is_noticed_when_read_back() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let build = sqlite_builds::find("bundled").unwrap().activate().unwrap();
    let connection = connect(&build, directory.path());
    let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
    pragmas.set(&connection).unwrap();
    pragmas.read_back(&connection).unwrap();
    for (change, expected, answered) in [
        ("synchronous = normal", "full", "1"),
        ("wal_autocheckpoint = 7", "1000", "7"),
        ("foreign_keys = on", "off", "1"),
    ] {
        let pragma = change.split(' ').next().unwrap();
        connection.execute_batch(&format!("PRAGMA {change}")).unwrap();
        let text = pragmas.read_back(&connection).unwrap_err().to_string();
        let expected =
            format!("PRAGMA {pragma}: expected {expected}, but SQLite answered {answered};");
        assert!(text.starts_with(&expected), "{text}");
        pragmas.set(&connection).unwrap();
    }
}

#[test]
fn a_combination_that_sqlite_refuses_is_named() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let build = sqlite_builds::find("bundled").unwrap().activate().unwrap();
    let connection = connect(&build, directory.path());
    let mut pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
    // SQLite caps mmap_size at SQLITE_MAX_MMAP_SIZE, which is below 2 GiB times 2.
    pragmas.mmap_size_bytes = 1 << 40;
    pragmas.set(&connection).unwrap();
    let text = pragmas.read_back(&connection).unwrap_err().to_string();
    assert!(text.starts_with("PRAGMA mmap_size: expected 1099511627776, but SQLite"), "{text}");
}
