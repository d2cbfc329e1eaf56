//! Readers that begin beyond what is acknowledged.

use native_log::storage::MemoryStorage;
use native_log::{Error, Log, LogOptions, Sequence};

use crate::common::{SPACES, open, packet, tiny};

fn append(log: &Log, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        log.append(&packet(number, 100), 1).unwrap();
    }
    log.flush().unwrap();
}

fn expect(reader: &mut native_log::Reader<'_>, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        let found = reader.next().unwrap().unwrap();
        assert_eq!(found.sequence(), Sequence::new(number));
        assert_eq!(found.bytes(), packet(number, 100));
    }
}

#[test]
fn a_reader_that_begins_beyond_the_end_waits_for_its_packet() {
    for (space, segment_bytes) in [(SPACES[0], 4096 + 1024), (SPACES[3], 1 << 20)] {
        let memory = MemoryStorage::new();
        let log = open(&memory, LogOptions { segment_bytes, ..tiny(space) }).unwrap();
        append(&log, 1..=50);
        let mut reader = log.read_from(Sequence::new(60)).unwrap();
        let mut at_the_end = log.read_from(Sequence::new(51)).unwrap();
        assert!(reader.next().unwrap().is_none());
        append(&log, 51..=59);
        assert!(reader.next().unwrap().is_none());
        append(&log, 60..=70);
        expect(&mut reader, 60..=70);
        assert!(reader.next().unwrap().is_none());
        expect(&mut at_the_end, 51..=70);
    }
}

#[test]
fn a_reader_that_begins_at_an_unacknowledged_packet_has_it_once_it_is_acknowledged() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[3])).unwrap();
    append(&log, 1..=3);
    let sequence = log.append(&packet(4, 100), 1).unwrap();
    let mut reader = log.read_from(sequence).unwrap();
    assert!(reader.next().unwrap().is_none());
    log.wait(sequence).unwrap();
    expect(&mut reader, 4..=4);
}

#[test]
fn a_waiting_reader_does_not_need_the_segments_before_its_packet() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[4])).unwrap();
    append(&log, 1..=3);
    let mut waiting = log.read_from(Sequence::new(60)).unwrap();
    let mut too_late = log.read_from(Sequence::new(5)).unwrap();
    append(&log, 4..=70);
    log.drop_before(Sequence::new(58)).unwrap();
    append(&log, 71..=80);
    expect(&mut waiting, 60..=80);
    assert!(matches!(too_late.next(), Err(Error::Dropped { .. })));
}

#[test]
fn a_reader_passes_over_marks_of_closing_and_of_recovery() {
    let memory = MemoryStorage::new();
    let options = tiny(SPACES[3]);
    let log = open(&memory, options).unwrap();
    append(&log, 1..=2);
    log.close().unwrap();
    let log = open(&memory, options).unwrap();
    append(&log, 3..=4);
    drop(log);
    // The last packet is torn: its payload is gone.
    let mut bytes = memory.file("segment-00000001.log").unwrap();
    let torn = 4096 + 3 * 136 + 32;
    bytes[torn + 40..torn + 136].fill(0);
    memory.put_file("segment-00000001.log", bytes);
    let log = open(&memory, options).unwrap();
    assert_eq!(log.acked_through(), Sequence::new(3));
    assert!(log.recovery().cut.is_some());
    append(&log, 4..=9);
    expect(&mut log.read_from(Sequence::FIRST).unwrap(), 1..=9);
    expect(&mut log.read_from(Sequence::new(3)).unwrap(), 3..=9);
    drop(log);
    let log = open(&memory, options).unwrap();
    assert_eq!((log.acked_through(), &log.recovery().cut), (Sequence::new(9), &None));
}

#[test]
fn a_log_that_recovery_ended_can_be_closed_in_order_at_once() {
    let memory = MemoryStorage::new();
    let options = tiny(SPACES[3]);
    let log = open(&memory, options).unwrap();
    append(&log, 1..=2);
    drop(log);
    let mut bytes = memory.file("segment-00000001.log").unwrap();
    bytes[4096 + 136 + 40] ^= 1;
    memory.put_file("segment-00000001.log", bytes);
    for clean_close in [false, true, true] {
        let log = open(&memory, options).unwrap();
        assert_eq!(log.acked_through(), Sequence::FIRST);
        assert_eq!(log.recovery().clean_close, clean_close);
        assert_eq!(log.recovery().cut.is_some(), !clean_close);
        log.close().unwrap();
    }
    let log = open(&memory, options).unwrap();
    append(&log, 2..=3);
    expect(&mut log.read_from(Sequence::FIRST).unwrap(), 1..=3);
}
