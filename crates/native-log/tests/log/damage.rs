//! Damaged files: a log opens with exactly what it can vouch for, or says where it is damaged. It
//! never yields a wrong packet and never panics.

use native_log::storage::{MemoryStorage, PowerCut, Storage};
use native_log::{Error, Log, LogOptions, Sequence, Space};
use proptest::prelude::*;

use crate::arbitrary_segments;
use crate::common::{SPACES, last_segment, open, packet, read_all, tiny, unlink};

const PACKETS: u64 = 20;

/// How many shapes there are.
const SHAPES: usize = 3;

/// Segments of a few packets; of one packet, or of two short ones; and of many, the last one short.
fn shaped(space: usize, shape: usize) -> LogOptions {
    let options = tiny(SPACES[space]);
    match shape {
        0 => options,
        1 => LogOptions { segment_bytes: 4096 + 344, packet_bytes_max: 280, ..options },
        _ => LogOptions { segment_bytes: 4096 + 2560, ..options },
    }
}

/// A log of several segments; each packet was acknowledged before the next was appended, so each
/// frame promises all before it.
fn build(options: LogOptions, closed: bool) -> MemoryStorage {
    let memory = MemoryStorage::new();
    let log = open(&memory, options).unwrap();
    for number in 1..=PACKETS {
        let sequence = log.append(&packet(number, 10 + number as usize * 13), 1).unwrap();
        log.wait(sequence).unwrap();
    }
    if closed {
        log.close().unwrap();
    }
    memory
}

fn segments(memory: &MemoryStorage) -> Vec<String> {
    let mut names = memory.list().unwrap();
    names.sort();
    names
}

/// Opens a damaged log; if that works, what is there must be the first packets, unharmed. Returns
/// how many.
fn open_damaged(memory: &MemoryStorage, options: LogOptions) -> Result<u64, Error> {
    let log = open(memory, options)?;
    let packets = read_all(&log, log.first());
    for ((number, _, bytes), expected) in packets.iter().zip(1..) {
        assert_eq!(*number, expected);
        assert_eq!(*bytes, packet(*number, 10 + *number as usize * 13));
    }
    Ok(packets.len() as u64)
}

/// Damage must be told with the file it is in and a place inside the log's part of it.
fn assert_corruption(result: Result<u64, Error>, memory: &MemoryStorage) {
    match result {
        Err(Error::Corruption { file, offset, .. }) => {
            // A cut may take a frame's padding, or all but the header that names the segment.
            let length = memory.file(&file).unwrap().len().next_multiple_of(8);
            assert!(offset <= length.max(4096) as u64);
        }
        other => panic!("wanted corruption, found {other:?}"),
    }
}

fn flip(memory: &MemoryStorage, name: &str, bit: usize) {
    let mut bytes = memory.file(name).unwrap();
    bytes[bit / 8] ^= 1 << (bit % 8);
    memory.put_file(name, bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_flipped_bit_in_a_closed_log_harms_nothing_or_is_told(
        space in 0..SPACES.len(), shape in 0..SHAPES, segment: prop::sample::Index,
        bit: prop::sample::Index,
    ) {
        let options = shaped(space, shape);
        let memory = build(options, true);
        let names = segments(&memory);
        let name = segment.get(&names);
        let bits = memory.file(name).unwrap().len() * 8;
        flip(&memory, name, bit.index(bits));
        match open_damaged(&memory, options) {
            Ok(found) => prop_assert_eq!(found, PACKETS),
            damaged => assert_corruption(damaged, &memory),
        }
    }

    #[test]
    fn a_flipped_bit_in_an_open_log_costs_at_most_the_last_packet_or_is_told(
        space in 0..SPACES.len(), shape in 0..SHAPES, segment: prop::sample::Index,
        bit: prop::sample::Index,
    ) {
        let options = shaped(space, shape);
        let memory = build(options, false);
        let names = segments(&memory);
        let name = segment.get(&names);
        let bits = memory.file(name).unwrap().len() * 8;
        flip(&memory, name, bit.index(bits));
        match open_damaged(&memory, options) {
            Ok(found) => prop_assert!(found >= PACKETS - 1),
            damaged => assert_corruption(damaged, &memory),
        }
    }

    #[test]
    fn a_cut_file_leaves_a_prefix_or_is_told(
        space in 0..SPACES.len(), shape in 0..SHAPES, closed: bool, segment: prop::sample::Index,
        length: prop::sample::Index,
    ) {
        let options = shaped(space, shape);
        let memory = build(options, closed);
        let names = segments(&memory);
        let name = segment.get(&names);
        let mut bytes = memory.file(name).unwrap();
        let length = length.index(bytes.len());
        let cut_bytes = bytes.len() - length;
        bytes.truncate(length);
        memory.put_file(name, bytes);
        let is_last = *name == last_segment(&memory);
        match open_damaged(&memory, options) {
            Ok(found) => {
                // No checksum covers the zeros behind a segment's last frame, and nobody misses them.
                let lost_padding = cut_bytes < 8 && found == PACKETS;
                // A file that grows has no other mark of its end than its end.
                let lost_tail = is_last && found < PACKETS + u64::from(closed);
                prop_assert!(space == 0 && (lost_padding || lost_tail));
            }
            damaged => assert_corruption(damaged, &memory),
        }
    }

    #[test]
    fn arbitrary_bytes_behind_the_end_are_never_taken_for_packets(
        space in 1..SPACES.len(), shape in 0..SHAPES, tail in prop::collection::vec(any::<u8>(), 1..400),
    ) {
        let options = shaped(space, shape);
        let memory = build(options, false);
        let name = last_segment(&memory);
        let mut bytes = memory.file(&name).unwrap();
        let end = end_of_frames(&bytes);
        let length = tail.len().min(bytes.len() - end);
        bytes[end..end + length].copy_from_slice(&tail[..length]);
        memory.put_file(&name, bytes);
        prop_assert_eq!(open_damaged(&memory, options).unwrap(), PACKETS);
    }

    #[test]
    fn arbitrary_files_never_panic(
        files in prop::collection::vec((0u32..4, prop::collection::vec(any::<u8>(), 0..6000)), 0..4),
    ) {
        let memory = MemoryStorage::new();
        for (generation, bytes) in files {
            memory.put_file(&format!("segment-{generation:08x}.log"), bytes);
        }
        if let Ok(log) = open(&memory, tiny(SPACES[0])) {
            prop_assert_eq!(read_all(&log, log.first()).len(), 0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn arbitrary_frames_are_in_order_or_refused(
        mut input in prop::collection::vec(any::<u8>(), 0..700),
    ) {
        // Small numbers are likelier, so that some frames continue each other.
        input.iter_mut().filter(|byte| **byte < 160).for_each(|byte| *byte %= 8);
        arbitrary_segments::run(&input);
    }
}

/// The end of the last frame, found by the frames' own lengths as FORMAT.md gives them.
fn end_of_frames(segment: &[u8]) -> usize {
    let mut offset = 4096;
    while segment.len() >= offset + 8 {
        let length = u32::from_le_bytes(segment[offset + 4..offset + 8].try_into().unwrap());
        if length == 0 {
            break;
        }
        offset += 32 + (length as usize).next_multiple_of(8);
    }
    offset
}

/// A log of one zero-filled segment with `count` packets of 24 bytes, and the frames' length.
fn three_frames() -> (MemoryStorage, LogOptions, usize) {
    let options = tiny(SPACES[3]);
    let memory = MemoryStorage::new();
    let log = open(&memory, options).unwrap();
    for number in 1..=3 {
        log.append(&packet(number, 24), 1).unwrap();
    }
    log.flush().unwrap();
    (memory, options, 56)
}

#[test]
fn a_later_packet_never_follows_the_one_that_replaces_a_torn_one() {
    let (memory, options, frame) = three_frames();
    let name = last_segment(&memory);
    // The three were written together and never acknowledged; the middle one did not arrive.
    let mut bytes = memory.file(&name).unwrap();
    bytes[4096 + frame..4096 + 2 * frame].fill(0);
    memory.put_file(&name, bytes);
    let log = open(&memory, options).unwrap();
    assert_eq!(log.acked_through(), Sequence::FIRST);
    let cut = log.recovery().cut.clone().unwrap();
    assert_eq!((cut.file, cut.offset), (name, 4096 + frame as u64));
    // One of the same length in its place would make the third one follow, were it still there.
    log.wait(log.append(&packet(9, 24), 1).unwrap()).unwrap();
    drop(log);
    let log = open(&memory, options).unwrap();
    assert_eq!(log.acked_through(), Sequence::new(2));
    assert_eq!(log.recovery().cut, None);
}

#[test]
fn damage_below_a_promise_names_file_offset_and_packet() {
    let options = tiny(SPACES[3]);
    let memory = build(options, false);
    let name = segments(&memory).remove(0);
    flip(&memory, &name, (4096 + 40) * 8);
    let error = open(&memory, options).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&name) && text.contains("byte 4096"), "{text}");
    assert!(text.contains("sequence 1"), "{text}");
}

#[test]
fn frames_of_another_log_are_not_taken() {
    let (memory, options, frame) = three_frames();
    let (other, ..) = three_frames();
    let name = last_segment(&memory);
    let mut bytes = memory.file(&name).unwrap();
    let foreign = other.file(&name).unwrap();
    // Only packets 1 and 2 of this log, then packet 3 of the other, which is in place and whole.
    bytes[4096 + 2 * frame..4096 + 3 * frame]
        .copy_from_slice(&foreign[4096 + 2 * frame..4096 + 3 * frame]);
    memory.put_file(&name, bytes);
    assert_eq!(open(&memory, options).unwrap().acked_through(), Sequence::new(2));
    // A whole segment of the other log is refused.
    memory.put_file("segment-00000009.log", foreign);
    assert!(matches!(open(&memory, options), Err(Error::Corruption { .. })));
}

#[test]
fn frames_of_another_generation_are_not_taken() {
    for (generation, taken) in [(1_u32, 3), (2, 2), (9, 2)] {
        let (memory, options, frame) = three_frames();
        let name = last_segment(&memory);
        let mut bytes = memory.file(&name).unwrap();
        let log_id = bytes[16..24].to_vec();
        let third = &mut bytes[4096 + 2 * frame..4096 + 3 * frame];
        third[8..12].copy_from_slice(&generation.to_le_bytes());
        // The checksum covers the log id, the payload and the rest of the header (FORMAT.md).
        let covered = [&log_id, &third[32..], &third[4..32]].concat();
        let checksum = crc32c::crc32c(&covered);
        third[..4].copy_from_slice(&checksum.to_le_bytes());
        memory.put_file(&name, bytes);
        assert_eq!(open(&memory, options).unwrap().acked_through(), Sequence::new(taken));
    }
}

#[test]
fn a_missing_segment_is_told() {
    for space in 0..SPACES.len() {
        for shape in 0..SHAPES {
            let options = shaped(space, shape);
            let memory = build(options, false);
            let names = segments(&memory);
            for missing in 1..names.len() - 1 {
                let left = memory.after_power_cut(PowerCut::TakesNothing);
                unlink(&left, &names[missing]);
                assert!(matches!(open(&left, options), Err(Error::Corruption { .. })));
                assert_eq!(segments(&left).len(), names.len() - 1, "nothing was removed");
            }
        }
    }
}

/// A log of several segments of 60 KiB, as many packets of 8 bytes as that makes, each acknowledged
/// before the next.
fn long_log(space: Space) -> (MemoryStorage, LogOptions) {
    let options = LogOptions { segment_bytes: 64 << 10, packet_bytes_max: 600, ..tiny(space) };
    let memory = MemoryStorage::new();
    let log = open(&memory, options).unwrap();
    for number in 1..=5000 {
        log.wait(log.append(&packet(number, 8), 1).unwrap()).unwrap();
    }
    log.close().unwrap();
    (memory, options)
}

#[test]
fn damage_to_a_segment_of_many_packets_is_told_however_far_the_next_promise_is() {
    for space in SPACES {
        let (memory, options) = long_log(space);
        let names = segments(&memory);
        assert_eq!(names.len(), 4);
        let refused = |what: &str, damage: &dyn Fn(&MemoryStorage)| {
            let damaged = memory.after_power_cut(PowerCut::TakesNothing);
            damage(&damaged);
            let before: Vec<_> = segments(&damaged);
            let found = open(&damaged, options).map(|log| log.recovery().clone());
            assert!(matches!(found, Err(Error::Corruption { .. })), "{space:?}, {what}: {found:?}");
            assert_eq!(segments(&damaged), before, "{what}: nothing was removed");
        };
        let change = |damaged: &MemoryStorage, name: &str, change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = damaged.file(name).unwrap();
            change(&mut bytes);
            damaged.put_file(name, bytes);
        };
        refused("the second cut short", &|damaged| {
            change(damaged, &names[1], &|bytes| bytes.truncate(8096));
        });
        refused("the second zeroed", &|damaged| {
            change(damaged, &names[1], &|bytes| bytes[8096..].fill(0));
        });
        refused("the second deleted", &|damaged| unlink(damaged, &names[1]));
        refused("the second and the third deleted", &|damaged| {
            unlink(damaged, &names[1]);
            unlink(damaged, &names[2]);
        });
        refused("the second and the third without frames", &|damaged| {
            for name in &names[1..3] {
                change(damaged, name, &|bytes| bytes[4096..].fill(0));
            }
        });
    }
}

#[test]
fn a_live_reader_tells_damage_too() {
    let scratch = tempfile::tempdir().unwrap();
    let options = tiny(SPACES[0]);
    let log = Log::open(scratch.path(), options).unwrap();
    for number in 1..=3 {
        log.append(&packet(number, 24), 1).unwrap();
    }
    log.flush().unwrap();
    let path = scratch.path().join("segment-00000001.log");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096 + 56 + 40] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let mut reader = log.read_from(Sequence::FIRST).unwrap();
    assert!(reader.next().unwrap().is_some());
    assert!(matches!(reader.next(), Err(Error::Corruption { offset: 4152, .. })));
}
