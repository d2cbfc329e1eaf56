//! A crash while opening writes the last packets again: whatever it leaves in their place, a copy is durable.

use std::sync::Arc;

use native_log::storage::{Fault, FaultPlan, FaultyStorage, MemoryStorage, Storage};
use native_log::{Error, Log, LogOptions, Operation, Removal};

use crate::common::{SPACES, last_segment, open, packet, read_all, tiny, unlink};

const PACKETS: u64 = 3;
const PACKET_BYTES: usize = 200;

/// A log whose only group was acknowledged and never promised.
fn unpromised(options: LogOptions) -> MemoryStorage {
    let memory = MemoryStorage::new();
    let log = open(&memory, options).unwrap();
    for number in 1..=PACKETS {
        log.append(&packet(number, PACKET_BYTES), 1).unwrap();
    }
    log.flush().unwrap();
    memory
}

/// Opening fails at its n-th write.
fn interrupted(memory: &MemoryStorage, options: LogOptions, nth: u64) {
    let plan = FaultPlan { operation: Operation::Write, nth, fault: Fault::HalfWritten(5) };
    let storage = FaultyStorage::new(Arc::new(memory.clone()), plan);
    let failed = Log::open_on(Arc::new(storage), options);
    assert!(matches!(failed, Err(Error::Storage(_))), "{failed:?}");
}

/// Scribbles over the packets in their place.
fn spoil(memory: &MemoryStorage) {
    let name = last_segment(memory);
    let mut bytes = memory.file(&name).unwrap();
    bytes[4096..4096 + 3 * PACKET_BYTES].fill(0xa5);
    memory.put_file(&name, bytes);
}

fn copies(memory: &MemoryStorage) -> Vec<String> {
    let mut names = memory.list().unwrap();
    names.retain(|name| name.starts_with("copy-"));
    names
}

#[test]
fn what_an_interrupted_rewriting_spoiled_is_restored_from_its_copy() {
    for space in SPACES {
        let options = tiny(space);
        let memory = unpromised(options);
        // Write 1 is the copy's frames, 2 its header, 3 the frames in their place.
        interrupted(&memory, options, 3);
        assert_eq!(copies(&memory).len(), 1, "{space:?}");
        spoil(&memory);
        let log = open(&memory, options).unwrap();
        let expected: Vec<_> =
            (1..=PACKETS).map(|number| (number, 1, packet(number, PACKET_BYTES))).collect();
        assert_eq!(read_all(&log, log.first()), expected, "{space:?}");
        let report = log.recovery();
        assert!(report.restored_bytes > 0, "{report:?}");
        assert_eq!(report.removed.len(), 1, "{report:?}");
        assert_eq!(report.removed[0].why, Removal::UnfinishedRewrite);
        assert!(report.cut.is_none(), "{report:?}");
        assert!(copies(&memory).is_empty(), "{space:?}");
    }
}

#[test]
fn an_unfinished_copy_restores_nothing() {
    let options = tiny(SPACES[0]);
    for nth in [1, 2] {
        let memory = unpromised(options);
        interrupted(&memory, options, nth);
        assert_eq!(copies(&memory).len(), 1);
        let log = open(&memory, options).unwrap();
        assert_eq!(log.recovery().packets, PACKETS);
        assert_eq!(log.recovery().restored_bytes, 0);
        assert_eq!(log.recovery().removed.len(), 1);
        drop(log);
        // Without the copy, what is spoiled is gone: no later packet promises it.
        spoil(&memory);
        let log = open(&memory, options).unwrap();
        assert_eq!(log.recovery().packets, 0);
        assert!(log.recovery().cut.is_some());
    }
}

#[test]
fn a_copy_of_another_log_or_of_a_segment_that_is_gone_restores_nothing() {
    let options = tiny(SPACES[0]);
    let other = unpromised(options);
    interrupted(&other, options, 3);
    let name = copies(&other).remove(0);
    let memory = unpromised(options);
    memory.put_file(&name, other.file(&name).unwrap());
    let log = open(&memory, options).unwrap();
    assert_eq!((log.recovery().packets, log.recovery().restored_bytes), (PACKETS, 0));
    assert!(copies(&memory).is_empty());
}

#[test]
fn a_copy_without_any_segment_is_no_new_log() {
    let options = tiny(SPACES[0]);
    let memory = unpromised(options);
    interrupted(&memory, options, 3);
    unlink(&memory, &last_segment(&memory));
    let refused = open(&memory, options);
    assert!(matches!(refused, Err(Error::Corruption { .. })), "{refused:?}");
}

#[test]
fn a_log_that_was_closed_in_order_is_opened_without_a_copy() {
    let options = tiny(SPACES[0]);
    let memory = unpromised(options);
    open(&memory, options).unwrap().close().unwrap();
    // The mark is the only write.
    interrupted(&memory, options, 1);
    assert!(copies(&memory).is_empty());
    assert_eq!(open(&memory, options).unwrap().recovery().packets, PACKETS);
}
