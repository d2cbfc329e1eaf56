//! Append, wait, read, reopen, in every space and with every sync method, on real files.

use crate::common::{SPACES, SYNC_METHODS, packet, read_all, threaded, tiny};
use native_log::{Error, GroupWait, Log, LogOptions, Sequence};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

fn lengths() -> impl Iterator<Item = usize> {
    [1, 7, 8, 9, 24, 600, 333, 64].into_iter().cycle()
}

#[test]
fn every_space_and_sync_method_keeps_what_was_acknowledged() {
    for space in SPACES {
        for sync_method in SYNC_METHODS {
            keeps_what_was_acknowledged(LogOptions { sync_method, ..tiny(space) });
        }
        keeps_what_was_acknowledged(threaded(tiny(space)));
    }
}

fn keeps_what_was_acknowledged(options: LogOptions) {
    let scratch = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    let mut number = 0;
    for _reopened in 0..2 {
        let log = Log::open(scratch.path(), options).unwrap();
        assert_eq!(log.acked_through(), Sequence::new(number), "{options:?}");
        assert_eq!(read_all(&log, Sequence::FIRST), expected, "{options:?}");
        for length in lengths().take(16) {
            number += 1;
            let bytes = packet(number, length);
            let sequence = log.append(&bytes, length as u32).unwrap();
            assert_eq!(sequence.get(), number);
            if number % 4 == 0 {
                log.wait(sequence).unwrap();
                assert!(log.acked_through() >= sequence);
            }
            expected.push((number, length as u32, bytes));
        }
        assert_eq!(log.flush().unwrap(), Sequence::new(number));
        assert_eq!(read_all(&log, Sequence::FIRST), expected, "{options:?}");
        assert_eq!(read_all(&log, Sequence::new(15)), expected[14..], "{options:?}");
        if number < 20 {
            log.close().unwrap();
        }
    }
}

#[test]
fn a_clean_close_is_told_from_a_drop() {
    let scratch = tempfile::tempdir().unwrap();
    let options = tiny(SPACES[3]);
    let log = Log::open(scratch.path(), options).unwrap();
    log.append(b"one", 1).unwrap();
    log.close().unwrap();
    let log = Log::open(scratch.path(), options).unwrap();
    assert!(log.recovery().clean_close);
    log.wait(log.append(b"two", 1).unwrap()).unwrap();
    drop(log);
    let log = Log::open(scratch.path(), options).unwrap();
    assert!(!log.recovery().clean_close);
    assert_eq!((log.recovery().packets, log.recovery().bytes), (2, 6));
    assert_eq!(log.recovery().cut, None);
}

#[test]
fn bad_packets_and_options_are_refused_and_change_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let options = tiny(SPACES[0]);
    let log = Log::open(scratch.path(), options).unwrap();
    assert!(matches!(log.append(&[], 0), Err(Error::PacketEmpty)));
    let too_large = log.append(&[0; 601], 1);
    assert!(matches!(too_large, Err(Error::PacketTooLarge { bytes: 601, bytes_max: 600 })));
    assert!(matches!(log.wait(Sequence::FIRST), Err(Error::NotAppended { .. })));
    assert_eq!(log.appended_through(), Sequence::NONE);
    let small = LogOptions { segment_bytes: 4096, ..options };
    let refused = Log::open(scratch.path().join("other"), small);
    assert!(
        matches!(refused, Err(Error::Options { problem }) if problem.contains("needs at least"))
    );
    assert!(!scratch.path().join("other").exists());
}

#[test]
fn a_second_opener_is_refused_until_the_first_is_gone() {
    let scratch = tempfile::tempdir().unwrap();
    let options = tiny(SPACES[0]);
    let log = Log::open(scratch.path(), options).unwrap();
    let error = Log::open(scratch.path(), options).unwrap_err();
    assert!(error.to_string().contains("already open"), "{error}");
    drop(log);
    Log::open(scratch.path(), options).unwrap();
}

#[test]
fn a_panicking_encoder_appends_nothing_and_the_log_goes_on() {
    let scratch = tempfile::tempdir().unwrap();
    let log = Log::open(scratch.path(), tiny(SPACES[0])).unwrap();
    log.append(b"one", 1).unwrap();
    let panicked = thread::scope(|scope| {
        scope.spawn(|| log.append_with(5, 1, |_| panic!("as planned"))).join()
    });
    assert!(panicked.is_err());
    let sequence = log.append_with(3, 1, |bytes| bytes.copy_from_slice(b"two")).unwrap();
    log.wait(sequence).unwrap();
    let packets = read_all(&log, Sequence::FIRST);
    assert_eq!(packets, [(1, 1, b"one".to_vec()), (2, 1, b"two".to_vec())]);
}

#[test]
fn many_appenders_share_groups_and_each_packet_appears_once() {
    for wait in [
        GroupWait::None,
        GroupWait::Bounded {
            wait_max: Duration::from_millis(2),
            packets_enough: NonZeroU32::new(8).unwrap(),
        },
    ] {
        for options in [tiny(SPACES[4]), threaded(tiny(SPACES[4]))] {
            share_groups(LogOptions { group_wait: wait, ..options });
        }
    }
}

fn share_groups(options: LogOptions) {
    const THREADS: u64 = 8;
    const EACH: u64 = 30;
    let scratch = tempfile::tempdir().unwrap();
    let log = Log::open(scratch.path(), options).unwrap();
    let sum = AtomicU64::new(0);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (log, sum) = (&log, &sum);
            scope.spawn(move || {
                for number in 0..EACH {
                    let bytes = packet(thread * EACH + number, 24);
                    let sequence = log.append(&bytes, 1).unwrap();
                    log.wait(sequence).unwrap();
                    assert!(log.acked_through() >= sequence);
                    sum.fetch_add(sequence.get(), Ordering::Relaxed);
                }
            });
        }
    });
    let total = THREADS * EACH;
    assert_eq!(sum.into_inner(), total * (total + 1) / 2, "each sequence is given once");
    let counts = log.storage_counts();
    assert_eq!(counts.commit.syncs, counts.commit.writes);
    assert!(counts.commit.syncs <= total);
    drop(log);
    let log = Log::open(scratch.path(), options).unwrap();
    let mut seen: Vec<_> =
        read_all(&log, Sequence::FIRST).into_iter().map(|(_, _, bytes)| bytes).collect();
    seen.sort();
    let mut expected: Vec<_> = (0..total).map(|number| packet(number, 24)).collect();
    expected.sort();
    assert_eq!(seen, expected);
}

#[test]
fn one_thread_keeps_many_in_flight_with_one_sync() {
    let scratch = tempfile::tempdir().unwrap();
    let options =
        LogOptions { segment_bytes: 1 << 16, group_bytes_max: 1 << 15, ..tiny(SPACES[3]) };
    let log = Log::open(scratch.path(), options).unwrap();
    for number in 0..500 {
        log.append(&packet(number, 24), 1).unwrap();
    }
    assert_eq!(log.wait_beyond(Sequence::NONE).unwrap(), Sequence::new(500));
    let counts = log.storage_counts().commit;
    assert_eq!(
        (counts.writes, counts.syncs, counts.write_bytes),
        (1, 1, (500_u64 * 56).next_multiple_of(4096))
    );
}

#[test]
fn changed_options_take_effect_at_once_and_keep_the_packets() {
    let scratch = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    for (number, space) in (1..).zip(SPACES.into_iter().cycle().take(9)) {
        let log = Log::open(scratch.path(), tiny(space)).unwrap();
        let bytes = packet(number, 40);
        log.wait(log.append(&bytes, 1).unwrap()).unwrap();
        expected.push((number, 1, bytes));
        assert_eq!(read_all(&log, Sequence::FIRST), expected);
        let newest = log_files(scratch.path()).pop().unwrap();
        let length = std::fs::metadata(newest).unwrap().len();
        assert_eq!(length, if space == SPACES[0] { 4096 + 72 } else { 5120 }, "{space:?}");
    }
}

fn log_files(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
