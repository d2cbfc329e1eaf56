//! The ends of numbers are refused before anything is acknowledged, and what a file says of itself
//! bounds what opening it may take.

use native_log::storage::{MemoryStorage, Storage};
use native_log::{Error, FORMAT_VERSION, LogOptions, Prepare, Sequence};

use crate::common::{SPACES, open, tiny};
use crate::forge::ForgedSegment;

/// The last sequence that a packet may have.
const SEQUENCE_MAX: u64 = (1 << 62) - 2;

fn forged(generation: u32) -> ForgedSegment {
    ForgedSegment {
        version: FORMAT_VERSION,
        generation,
        segment_bytes: 4096 + 1024,
        space: 1,
        packet_bytes_max: 600,
        follows: generation - 1,
    }
}

/// A log of one segment with one packet of this sequence.
fn log_at(generation: u32, sequence: u64) -> MemoryStorage {
    let memory = MemoryStorage::new();
    let segment = forged(generation);
    let frame = segment.frame(sequence, sequence - 1, b"here");
    memory.put_file(&segment.name(), [segment.header(), frame].concat());
    memory
}

#[test]
fn the_last_sequence_is_acknowledged_and_kept_and_the_next_is_refused() {
    let memory = log_at(2, SEQUENCE_MAX - 1);
    let options = tiny(SPACES[0]);
    let log = open(&memory, options).unwrap();
    let last = log.append(b"the last one", 1).unwrap();
    log.wait(last).unwrap();
    assert_eq!(last, Sequence::new(SEQUENCE_MAX));
    assert!(matches!(log.append(b"one more", 1), Err(Error::SequencesExhausted)));
    assert_eq!(log.appended_through(), last);
    log.close().unwrap();
    let log = open(&memory, options).unwrap();
    assert_eq!(log.acked_through(), last);
    assert!(log.recovery().clean_close);
    // Beyond that nothing is acknowledged, even if such a packet is there.
    let log = open(&log_at(2, SEQUENCE_MAX + 1), options).unwrap();
    assert!(matches!(log.append(b"one more", 1), Err(Error::SequencesExhausted)));
    log.close().unwrap();
}

#[test]
fn without_a_generation_a_log_is_full_but_opens_and_reads() {
    for prepare in [Prepare::WhenNeeded, Prepare::Ahead] {
        let memory = log_at(u32::MAX - 1, 9);
        let options = LogOptions { prepare, ..tiny(SPACES[0]) };
        let log = open(&memory, options).unwrap();
        log.wait(log.append(&[1; 500], 1).unwrap()).unwrap();
        assert!(matches!(log.append(&[2; 600], 1), Err(Error::GenerationsExhausted)));
        // What has room still goes in.
        log.wait(log.append(&[3; 100], 1).unwrap()).unwrap();
        log.close().unwrap();
        assert_eq!(open(&memory, options).unwrap().acked_through(), Sequence::new(11));
    }
}

#[test]
fn a_spare_file_that_is_none_does_not_keep_a_log_from_opening() {
    for space in SPACES {
        let memory = MemoryStorage::new();
        let log = open(&memory, tiny(space)).unwrap();
        log.wait(log.append(b"here", 1).unwrap()).unwrap();
        drop(log);
        memory.put_file("spare-ffffffff.log", Vec::new());
        // Right in length, but its header is another segment's: it may be that segment.
        memory.put_file("spare-fffffffe.log", memory.file("segment-00000001.log").unwrap());
        let log = open(&memory, tiny(space)).unwrap();
        assert_eq!(log.recovery().removed.len(), 2, "{:?}", log.recovery());
        for number in 0..5 {
            log.wait(log.append(&[number; 500], 1).unwrap()).unwrap();
        }
        assert!(memory.list().unwrap().contains(&"segment-00000005.log".to_owned()));
    }
}

#[test]
fn another_format_version_is_refused_by_its_name() {
    let memory = MemoryStorage::new();
    let segment = ForgedSegment { version: 1, ..forged(1) };
    memory.put_file(&segment.name(), segment.header());
    let error = open(&memory, tiny(SPACES[0])).unwrap_err();
    assert!(matches!(error, Error::FormatVersion { found: 1, expected: FORMAT_VERSION, .. }));
    assert!(error.to_string().contains("segment-00000001.log: expected format version 3, got 1"));
}

#[test]
fn a_packet_longer_than_its_segment_says_is_none() {
    let memory = MemoryStorage::new();
    let segment = ForgedSegment { packet_bytes_max: 100, ..forged(1) };
    let frames = [segment.frame(1, 0, &[1; 100]), segment.frame(2, 0, &[2; 101])].concat();
    memory.put_file(&segment.name(), [segment.header(), frames].concat());
    let log = open(&memory, tiny(SPACES[0])).unwrap();
    assert_eq!(log.acked_through(), Sequence::FIRST);
    assert!(log.recovery().cut.is_some());
}

#[test]
fn a_file_longer_than_its_segment_counts_up_to_the_segments_end() {
    for space in [1, 4] {
        let memory = MemoryStorage::new();
        let segment = ForgedSegment { space, segment_bytes: 4096 + 40, ..forged(1) };
        let mut bytes = [segment.header(), segment.frame(1, 0, b"within")].concat();
        bytes.extend(segment.frame(2, 1, b"behind"));
        bytes.extend([7; 1000]);
        memory.put_file(&segment.name(), bytes);
        let log = open(&memory, tiny(SPACES[0])).unwrap();
        assert_eq!((log.acked_through(), &log.recovery().cut), (Sequence::FIRST, &None));
        log.wait(log.append(b"goes on", 1).unwrap()).unwrap();
        drop(log);
        assert_eq!(open(&memory, tiny(SPACES[0])).unwrap().acked_through(), Sequence::new(2));
    }
}

#[test]
fn a_segment_length_that_no_log_has_is_refused() {
    for segment_bytes in [0, 64, 4096, 4100, 4096 + 33, u64::MAX] {
        for space in [1, 4] {
            let memory = MemoryStorage::new();
            let segment = ForgedSegment { space, segment_bytes, ..forged(1) };
            let frame = segment.frame(1, 0, b"here");
            memory.put_file(&segment.name(), [segment.header(), frame].concat());
            let opened = open(&memory, tiny(SPACES[0]));
            assert!(matches!(opened, Err(Error::Corruption { .. })), "{segment_bytes}");
        }
    }
}

#[test]
fn longer_packets_are_allowed_from_the_next_segment_on() {
    let memory = MemoryStorage::new();
    let short = LogOptions { packet_bytes_max: 100, ..tiny(SPACES[3]) };
    let log = open(&memory, short).unwrap();
    log.wait(log.append(&[1; 100], 1).unwrap()).unwrap();
    log.close().unwrap();
    for options in [tiny(SPACES[3]), short, tiny(SPACES[3])] {
        let log = open(&memory, options).unwrap();
        let length = options.packet_bytes_max as usize;
        log.wait(log.append(&vec![2; length], 1).unwrap()).unwrap();
        log.close().unwrap();
    }
    assert_eq!(open(&memory, short).unwrap().recovery().bytes, 100 + 600 + 100 + 600);
}

#[test]
fn an_empty_packet_is_refused_before_anything_is_encoded() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[0])).unwrap();
    let refused = log.append_with(0, 0, |_| panic!("nothing is encoded"));
    assert!(matches!(refused, Err(Error::PacketEmpty)));
    assert!(matches!(log.append(&[], 0), Err(Error::PacketEmpty)));
    assert_eq!(log.appended_through(), Sequence::NONE);
}
