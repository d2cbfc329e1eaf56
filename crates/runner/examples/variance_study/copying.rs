//! A candidate for the CPU reference: copying and checksums, which is what a log does.

use std::hint;
use std::time::{Duration, Instant};

/// A packet of 400 votes.
const PACKET_BYTES: usize = 9_600;

/// What is copied takes turns in so many bytes, so that a copy's target has left the innermost cache.
const BUFFER_BYTES: usize = 512 << 10;

/// Packets of a batch: with them it takes about as long as a batch of SQLite's inserts.
const PACKETS: usize = 100;

/// What is copied, and where to.
pub(crate) struct Copying {
    packet: Vec<u8>,
    buffer: Vec<u8>,
    place: usize,
}

impl Copying {
    pub(crate) fn new() -> Self {
        let packet = (0..PACKET_BYTES).map(|byte| byte as u8).collect();
        Self { packet, buffer: vec![0; BUFFER_BYTES], place: 0 }
    }

    /// Copies a batch of packets, each with a checksum over the copy.
    pub(crate) fn time_batch(&mut self) -> Duration {
        let begin = Instant::now();
        for _ in 0..PACKETS {
            if self.place + PACKET_BYTES > self.buffer.len() {
                self.place = 0;
            }
            let copy = &mut self.buffer[self.place..self.place + PACKET_BYTES];
            copy.copy_from_slice(&self.packet);
            // The next packet is another one.
            self.packet[0] =
                self.packet[0].wrapping_add(hint::black_box(crc32c::crc32c(copy)) as u8);
            self.place += PACKET_BYTES;
        }
        begin.elapsed()
    }
}
