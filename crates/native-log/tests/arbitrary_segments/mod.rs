//! Opens logs made of arbitrary segments. Frames are put together from the input with right
//! checksums where it says so, by an encoder written from FORMAT.md alone, since arbitrary bytes
//! would never get past a checksum. Whatever is opened must be in order, must take new packets,
//! and must read the same when opened again.

use std::sync::Arc;

use crc32c::{crc32c, crc32c_append};
use native_log::storage::MemoryStorage;
use native_log::{Error, FORMAT_VERSION, Log, LogOptions, Sequence, Space};

const LOG_ID: u64 = 7;
const SEGMENT_BYTES: u64 = 4096 + 4096;

/// Opens what the input describes.
pub(crate) fn run(input: &[u8]) {
    let mut input = Input { bytes: input };
    let options = LogOptions {
        segment_bytes: SEGMENT_BYTES,
        packet_bytes_max: 1000,
        space: if input.byte() & 1 == 0 { Space::Growing } else { Space::ZeroFilled },
        ..LogOptions::growing_fdatasync()
    };
    let memory = MemoryStorage::new();
    let segments = u32::from(input.byte() % 4 + 1);
    let first = 1 + u32::from(input.byte() % 2);
    for generation in first..first + segments {
        let name = format!("segment-{generation:08x}.log");
        memory.put_file(&name, segment(&mut input, generation));
    }
    check(&memory, options);
}

fn check(memory: &MemoryStorage, options: LogOptions) {
    let log = match open(memory, options) {
        Ok(log) => log,
        Err(Error::Corruption { .. } | Error::FormatVersion { .. }) => return,
        Err(other) => panic!("{other}"),
    };
    let mut found = read(&log);
    let new = vec![0xee; 100];
    let sequence = match log.append(&new, 1) {
        Ok(sequence) => sequence,
        Err(Error::GenerationsExhausted | Error::SequencesExhausted) => return,
        Err(other) => panic!("a log that opened takes packets: {other}"),
    };
    log.wait(sequence).expect("memory does not fail");
    found.push((sequence.get(), 1, new));
    assert_eq!(read(&log), found);
    drop(log);
    let log = open(memory, options).expect("what was opened can be opened again");
    assert_eq!(log.recovery().cut, None, "what was cut stays cut");
    assert_eq!(read(&log), found);
    log.close().expect("memory does not fail");
    assert_eq!(read(&open(memory, options).expect("closed in order")), found);
}

fn open(memory: &MemoryStorage, options: LogOptions) -> Result<Log, Error> {
    let mut replayed = 0;
    let log = Log::open_replaying(Arc::new(memory.clone()), options, |_| replayed += 1)?;
    assert_eq!(replayed, log.recovery().packets);
    Ok(log)
}

fn read(log: &Log) -> Vec<(u64, u32, Vec<u8>)> {
    let mut packets = Vec::new();
    let mut reader = log.read_from(log.first()).expect("the first packet is there");
    while let Some(packet) = reader.next().expect("what was acknowledged can be read") {
        packets.push((packet.sequence().get(), packet.records(), packet.bytes().to_vec()));
    }
    let numbers = packets.iter().map(|(number, ..)| *number);
    assert!(numbers.clone().eq(log.first().get()..=log.acked_through().get()));
    assert!(log.acked_through() >= log.first() || log.acked_through().next() == log.first());
    assert!(log.first() > Sequence::NONE);
    packets
}

/// A segment as the input describes it: a header that is right most of the time, frames, raw
/// bytes, and a length.
fn segment(input: &mut Input<'_>, generation: u32) -> Vec<u8> {
    let space = u32::from(input.byte() % 5 + 1);
    let mut bytes = vec![0; 4096];
    bytes[0..8].copy_from_slice(b"NATIVLOG");
    bytes[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes[12..16].copy_from_slice(&generation.to_le_bytes());
    bytes[16..24].copy_from_slice(&LOG_ID.to_le_bytes());
    bytes[24..32].copy_from_slice(&SEGMENT_BYTES.to_le_bytes());
    bytes[32..36].copy_from_slice(&space.to_le_bytes());
    bytes[36..40].copy_from_slice(&1000_u32.to_le_bytes());
    let follows = if input.byte().is_multiple_of(8) { input.byte().into() } else { generation - 1 };
    bytes[40..44].copy_from_slice(&u32::to_le_bytes(follows));
    if input.byte() == 0 {
        bytes[usize::from(input.byte() % 64)] ^= input.byte();
    }
    if input.byte() != 0 {
        let checksum = crc32c(&bytes[..60]);
        bytes[60..64].copy_from_slice(&checksum.to_le_bytes());
    }
    for _ in 0..input.byte() % 12 {
        if input.byte() == 0 {
            let length = usize::from(input.byte());
            bytes.extend((0..length).map(|_| input.byte()));
            bytes.resize(bytes.len().next_multiple_of(8), 0);
        } else {
            frame(input, generation, &mut bytes);
        }
    }
    match input.byte() {
        0 => bytes.truncate(usize::from(u16::from_le_bytes([input.byte(), input.byte()]))),
        _ if space != 1 => bytes.resize(SEGMENT_BYTES as usize, 0),
        _ => {}
    }
    bytes
}

fn frame(input: &mut Input<'_>, generation: u32, bytes: &mut Vec<u8>) {
    let payload: Vec<u8> = (0..input.byte()).map(|_| input.byte()).collect();
    let mut header = [0; 32];
    let length = payload.len() as u32 + u32::from(input.byte() == 0) * 5000;
    header[4..8].copy_from_slice(&length.to_le_bytes());
    let generation = generation ^ u32::from(input.byte() == 0);
    header[8..12].copy_from_slice(&generation.to_le_bytes());
    header[12..16].copy_from_slice(&u32::from(input.byte()).to_le_bytes());
    header[16..24].copy_from_slice(&input.number().to_le_bytes());
    header[24..32].copy_from_slice(&input.number().to_le_bytes());
    let seed = crc32c(&LOG_ID.to_le_bytes());
    let checksum = crc32c_append(crc32c_append(seed, &payload), &header[4..]);
    let checksum = checksum ^ u32::from(input.byte() == 0);
    header[0..4].copy_from_slice(&checksum.to_le_bytes());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(&payload);
    bytes.resize(bytes.len().next_multiple_of(8), input.byte());
}

/// The fuzzer's bytes, then zeros.
struct Input<'bytes> {
    bytes: &'bytes [u8],
}

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.bytes.split_first().unwrap_or((&0, &[]));
        self.bytes = rest;
        *first
    }

    /// A small number most of the time, else any.
    fn number(&mut self) -> u64 {
        match self.byte() {
            255 => u64::from_le_bytes(std::array::from_fn(|_| self.byte())),
            small => u64::from(small % 32),
        }
    }
}
