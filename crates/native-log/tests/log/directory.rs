//! A log stays with its directory, wherever that is moved to, and replaces no file.

use native_log::{Error, Log, LogOptions, Operation, Sequence};

use crate::common::{SPACES, packet, read_all, tiny};

fn append(log: &Log, numbers: std::ops::RangeInclusive<u64>) -> Vec<(u64, u32, Vec<u8>)> {
    for number in numbers.clone() {
        log.wait(log.append(&packet(number, 400), 1).unwrap()).unwrap();
    }
    numbers.map(|number| (number, 1, packet(number, 400))).collect()
}

#[test]
fn a_log_whose_directory_was_moved_goes_on_in_it() {
    for space in SPACES {
        let scratch = tempfile::tempdir().unwrap();
        let (path, moved) = (scratch.path().join("log"), scratch.path().join("log.old"));
        let options = tiny(space);
        let first = Log::open(&path, options).unwrap();
        let mut expected = append(&first, 1..=3);
        std::fs::rename(&path, &moved).unwrap();
        let second = Log::open(&path, options).unwrap();
        let expected_of_second = append(&second, 1..=9);
        expected.extend(append(&first, 4..=12));
        first.drop_before(Sequence::new(5)).unwrap();
        drop((first, second));
        for (path, expected) in [(&moved, expected), (&path, expected_of_second)] {
            let log = Log::open(path, options).unwrap();
            let found = read_all(&log, log.first());
            assert_eq!(found, expected[expected.len() - found.len()..], "{space:?}");
            assert_eq!(found.last(), expected.last(), "{space:?}");
        }
    }
}

#[test]
fn a_file_that_stands_in_the_way_is_not_replaced() {
    let scratch = tempfile::tempdir().unwrap();
    let options = LogOptions { ..tiny(SPACES[0]) };
    let log = Log::open(scratch.path(), options).unwrap();
    append(&log, 1..=2);
    let in_the_way = scratch.path().join("segment-00000002.log");
    std::fs::write(&in_the_way, b"not the log's").unwrap();
    let error = log.append(&packet(3, 400), 1).unwrap_err();
    let Error::Poisoned(failure) = error else { panic!("{error}") };
    assert_eq!(failure.operation, Operation::Rename);
    assert_eq!(std::fs::read(&in_the_way).unwrap(), b"not the log's");
    // Nor is it taken for a segment.
    drop(log);
    assert!(matches!(Log::open(scratch.path(), options), Err(Error::Corruption { .. })));
    std::fs::remove_file(&in_the_way).unwrap();
    assert_eq!(Log::open(scratch.path(), options).unwrap().acked_through(), Sequence::new(2));
}
