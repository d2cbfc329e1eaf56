//! Letting go of old packets, and using their files again.

use native_log::storage::{MemoryStorage, Storage};
use native_log::{Error, Sequence};

use crate::common::{SPACES, open, packet, read_all, tiny};

fn names(memory: &MemoryStorage, prefix: &str) -> usize {
    memory.list().unwrap().iter().filter(|name| name.starts_with(prefix)).count()
}

#[test]
fn recycled_segments_are_overwritten_not_filled_again() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[4])).unwrap();
    for number in 1..=60 {
        log.wait(log.append(&packet(number, 200), 1).unwrap()).unwrap();
        log.drop_before(Sequence::new(number)).unwrap();
    }
    let at_rest = log.storage_counts().upkeep;
    assert!(names(&memory, "segment-") <= 2, "{:?}", memory.list());
    for number in 61..=120 {
        log.wait(log.append(&packet(number, 200), 1).unwrap()).unwrap();
        log.drop_before(Sequence::new(number)).unwrap();
    }
    let counts = log.storage_counts().upkeep;
    // Four frames fit a segment, so fifteen are recycled: each costs one header write and no fill.
    assert_eq!(counts.writes - at_rest.writes, 15);
    assert_eq!(counts.write_bytes - at_rest.write_bytes, 15 * 4096);
    drop(log);
    let log = open(&memory, tiny(SPACES[4])).unwrap();
    assert_eq!(log.acked_through(), Sequence::new(120));
    let expected: Vec<_> =
        (log.first().get()..=120).map(|number| (number, 1, packet(number, 200))).collect();
    assert_eq!(read_all(&log, log.first()), expected);
}

#[test]
fn spares_are_bounded_and_survive_reopening() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[4])).unwrap();
    for number in 1..=60 {
        log.append(&packet(number, 200), 1).unwrap();
    }
    let last = log.flush().unwrap();
    assert!(log.drop_before(last).unwrap() > 10);
    assert_eq!(names(&memory, "spare-"), 2);
    drop(log);
    let log = open(&memory, tiny(SPACES[4])).unwrap();
    assert_eq!(names(&memory, "spare-"), 2);
    assert_eq!(log.acked_through(), last);
    drop(log);
    open(&memory, tiny(SPACES[0])).unwrap();
    assert_eq!(names(&memory, "spare-"), 0);
}

#[test]
fn packets_that_are_not_acknowledged_are_never_dropped() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[0])).unwrap();
    log.append(&packet(1, 200), 1).unwrap();
    assert_eq!(log.drop_before(Sequence::new(1000)).unwrap(), 0);
    for number in 2..=30 {
        log.append(&packet(number, 200), 1).unwrap();
    }
    log.drop_before(Sequence::new(1000)).unwrap();
    // Nor is the last acknowledged one: without any, a crash could make the log forget its place.
    assert!(log.first() <= log.acked_through());
    let last = log.flush().unwrap();
    assert_eq!(last, Sequence::new(30));
    assert_eq!(read_all(&log, log.first()).last().unwrap().0, 30);
}

#[test]
fn what_could_be_dropped_is_told_before_it_is() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[4])).unwrap();
    assert_eq!(log.droppable_before(), Sequence::FIRST);
    for number in 1..=30 {
        log.append(&packet(number, 200), 1).unwrap();
    }
    log.flush().unwrap();
    let told = log.droppable_before();
    assert!(told > log.first());
    log.drop_before(Sequence::new(1000)).unwrap();
    assert_eq!(log.first(), told);
    assert_eq!(log.droppable_before(), told);
}

#[test]
fn a_reader_keeps_what_it_is_reading_and_is_told_of_what_is_gone() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[4])).unwrap();
    for number in 1..=30 {
        log.append(&packet(number, 200), 1).unwrap();
    }
    let last = log.flush().unwrap();
    // It has read nothing yet, so that what it will read is what the file then holds.
    let mut reader = log.read_from(Sequence::FIRST).unwrap();
    log.drop_before(last).unwrap();
    for number in 31..=60 {
        log.append(&packet(number, 200), 1).unwrap();
    }
    log.flush().unwrap();
    // The first segment is still there for this reader, and only for it.
    for number in 1..=4 {
        assert_eq!(reader.next().unwrap().unwrap().bytes(), packet(number, 200));
    }
    assert!(matches!(reader.next(), Err(Error::Dropped { .. })));
    assert!(matches!(log.read_from(Sequence::FIRST), Err(Error::Dropped { .. })));
}

#[test]
fn a_reader_follows_the_log_as_it_grows() {
    let memory = MemoryStorage::new();
    let log = open(&memory, tiny(SPACES[4])).unwrap();
    let mut reader = log.read_from(Sequence::FIRST).unwrap();
    assert!(reader.next().unwrap().is_none());
    for number in 1..=40 {
        let sequence = log.append(&packet(number, 100), 7).unwrap();
        assert!(reader.next().unwrap().is_none(), "not acknowledged yet");
        log.wait(sequence).unwrap();
        let packet_read = reader.next().unwrap().unwrap();
        assert_eq!((packet_read.sequence(), packet_read.records()), (sequence, 7));
        assert_eq!(packet_read.bytes(), packet(number, 100));
        assert!(reader.next().unwrap().is_none());
    }
}
