use std::sync::Arc;

use super::*;
use crate::format::checksum_seed;
use crate::storage::{CountedStorage, MemoryStorage};

const LOG_ID: u64 = 7;

fn wanted(packet_bytes_max: u32) -> Wanted {
    Wanted {
        checksum_seed: checksum_seed(LOG_ID),
        generation_max: 1,
        packet_bytes_max,
        expected: 5,
    }
}

fn search(bytes: Vec<u8>, wanted: Wanted) -> (Found, u64) {
    let memory = MemoryStorage::new();
    let limit = bytes.len() as u64;
    memory.put_file("file", bytes);
    let storage = CountedStorage::new(Arc::new(memory));
    let file = storage.open("file".to_owned(), crate::storage::OpenMode::Plain).unwrap();
    let mut search = Search::new(wanted);
    let found = search.run(&file, 1, 0, limit).unwrap();
    (found, search.checksummed_bytes)
}

/// Bytes that at every multiple of 8 look like the header of a long frame with a promise. Each word
/// is a length, a sequence and a promise; its low half is a generation.
fn hostile(length: usize) -> Vec<u8> {
    let words = (0..length as u64 / 8).rev();
    words.flat_map(|word| ((length as u64 / 2 + word) << 32 | 1).to_le_bytes()).collect()
}

#[test]
fn bytes_that_look_like_headers_are_checksummed_a_few_times_at_most() {
    for length in [64 << 10, 1 << 20] {
        let (found, checksummed) = search(hostile(length), wanted(16 << 20));
        assert!(found.nonzero.is_some() && !found.promised);
        // One by one, the frames would be some hundred thousand times as long as the bytes.
        let suspects = length as u64 / 8;
        assert!(checksummed <= 200 * suspects, "{checksummed} bytes for {length}");
        assert!(checksummed > suspects, "{checksummed}: none was suspected");
    }
}

#[test]
fn a_promise_is_found_wherever_it_is_and_however_long_its_frame() {
    for (at, payload_bytes) in [(0, 5), (8, 0), (262_120, 700), (262_144, 0), (80_000, 900_000)] {
        let mut bytes = hostile(300_000);
        bytes.truncate(at);
        let payload: Vec<u8> = (0..payload_bytes).map(|byte| byte as u8).collect();
        let header = FrameHeader {
            payload_bytes,
            generation: 1,
            records: 0,
            sequence: 1 << 61,
            synced_through: 5,
        };
        bytes.extend(header.encode(crc32c_append(checksum_seed(LOG_ID), &payload)));
        bytes.extend(&payload);
        assert!(search(bytes.clone(), wanted(900_000)).0.promised, "at {at}");
        let later = Wanted { expected: 6, ..wanted(900_000) };
        assert!(!search(bytes.clone(), later).0.promised, "no promise of what is expected");
        *bytes.last_mut().unwrap() ^= 1;
        assert!(!search(bytes, wanted(900_000)).0.promised, "a damaged frame");
    }
}

#[test]
fn what_is_not_zero_is_told() {
    let mut bytes = vec![0; 600_000];
    assert_eq!(search(bytes.clone(), wanted(100)).0, Found::default());
    bytes[300_001] = 1;
    bytes[599_999] = 1;
    assert_eq!(search(bytes, wanted(100)).0.nonzero, Some((300_000, 600_000)));
}
