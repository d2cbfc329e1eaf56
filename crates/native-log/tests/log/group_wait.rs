//! Nobody waits for packets that cannot come, or that the caller did not ask to wait for. A wait of
//! an hour would show as a test that never ends.

use std::num::NonZeroU32;
use std::time::Duration;

use native_log::storage::MemoryStorage;
use native_log::{GroupWait, LogOptions, Sequence};

use crate::common::{SPACES, open, packet, threaded, tiny};

fn patient() -> [LogOptions; 2] {
    let group_wait = GroupWait::Bounded {
        wait_max: Duration::from_secs(3600),
        packets_enough: NonZeroU32::new(1000).unwrap(),
    };
    let options = LogOptions { group_wait, ..tiny(SPACES[3]) };
    [options, threaded(options)]
}

#[test]
fn flushing_and_closing_do_not_wait_for_more_packets() {
    for options in patient() {
        let memory = MemoryStorage::new();
        let log = open(&memory, options).unwrap();
        log.append(&packet(1, 50), 1).unwrap();
        assert_eq!(log.flush().unwrap(), Sequence::FIRST);
        log.append(&packet(2, 50), 1).unwrap();
        log.close().unwrap();
        assert_eq!(open(&memory, options).unwrap().acked_through(), Sequence::new(2));
    }
}

#[test]
fn a_flush_hurries_a_leader_that_waits_for_more_packets() {
    for options in patient() {
        let memory = MemoryStorage::new();
        let log = open(&memory, options).unwrap();
        let sequence = log.append(&packet(1, 50), 1).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| log.wait(sequence));
            log.flush().unwrap();
            waiting.join().unwrap().unwrap();
        });
    }
}

#[test]
fn an_appender_that_finds_the_group_full_does_not_wait_for_more_packets() {
    for options in patient() {
        let log = open(&MemoryStorage::new(), options).unwrap();
        // A group holds three of these.
        for number in 1..=20 {
            log.append(&packet(number, 600), 1).unwrap();
        }
        assert!(log.acked_through() >= Sequence::new(15));
        log.flush().unwrap();
    }
}
