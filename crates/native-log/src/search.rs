//! Searching what lies behind the end of a log for frames that prove that something is missing.
//!
//! Every multiple of 8 may be a frame's beginning. What looks like one is checksummed only if it
//! would prove something, and then through prefix checksums: each byte is checksummed a few times at
//! most, whatever the bytes are.

use std::mem;

use crc32c::crc32c_append;

use crate::error::Error;
use crate::format::{
    FRAME_HEADER_BYTES, FRAME_HEADER_LEN, FrameHeader, SEQUENCE_LIMIT, frame_bytes,
};
use crate::prefix_checksums::PrefixChecksums;
use crate::storage::CountedFile;
use crate::window::READ_BYTES;

/// What would prove that the log goes on behind its end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// The start value of the log's checksums.
    pub(crate) checksum_seed: u32,
    /// The highest generation in place. A frame of any of them proves as much.
    pub(crate) generation_max: u32,
    /// The longest packet of any segment in place.
    pub(crate) packet_bytes_max: u32,
    /// The sequence that no frame carries where it should be.
    pub(crate) expected: u64,
}

/// What lies in one file behind the end of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The first and the end of the last 8 bytes that are not all zero.
    pub(crate) nonzero: Option<(u64, u64)>,
    /// Something looks like a frame of this segment that is still to come.
    pub(crate) own_frame: bool,
    /// A whole frame promises that what was expected was durable.
    pub(crate) promised: bool,
}

/// The search, with buffers that are kept from file to file.
#[derive(Debug, Default)]
pub(crate) struct Search {
    wanted: Wanted,
    block: Vec<u8>,
    suspects: Vec<(u64, FrameHeader, u32)>,
    region: Region,
    /// Bytes that went through a checksum.
    checksummed_bytes: u64,
}

/// A stretch of a file with its prefix checksums.
#[derive(Debug, Default)]
struct Region {
    start: u64,
    bytes: Vec<u8>,
    prefixes: PrefixChecksums,
}

impl Search {
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Searches `from..limit` of a segment of this generation; stops at the first promise.
    pub(crate) fn run(
        &mut self,
        file: &CountedFile,
        generation: u32,
        from: u64,
        limit: u64,
    ) -> Result<Found, Error> {
        self.region = Region::default();
        let mut found = Found::default();
        // No more frames than that can be missing in this segment and in the one before it.
        let sequence_end = self.wanted.expected + 2 * limit / FRAME_HEADER_BYTES;
        let mut offset = from;
        while offset < limit {
            let length = READ_BYTES.min((limit - offset) as usize);
            self.block.resize(length, 0);
            let read = file.read_at(&mut self.block, offset)?;
            self.block.truncate(read);
            self.look_at_block(offset, generation, sequence_end, &mut found);
            for (offset, header, checksum) in mem::take(&mut self.suspects) {
                if self.checksum_at(file, limit, offset, &header)? == Some(checksum) {
                    found.promised = true;
                    return Ok(found);
                }
            }
            if read < READ_BYTES {
                return Ok(found);
            }
            // The next block begins where this one had no room left for a whole header.
            offset += (READ_BYTES - FRAME_HEADER_LEN + 8) as u64;
        }
        Ok(found)
    }

    /// Notes what is not zero, and collects what looks like a frame that would prove something.
    fn look_at_block(
        &mut self,
        offset: u64,
        generation: u32,
        sequence_end: u64,
        found: &mut Found,
    ) {
        let block = &self.block;
        if block.iter().fold(0, |all, byte| all | byte) == 0 {
            return;
        }
        let is_nonzero = |bytes: &[u8]| bytes.iter().any(|byte| *byte != 0);
        let first = block.chunks(8).position(is_nonzero).unwrap_or(0) as u64 * 8;
        let last = block.chunks(8).rposition(is_nonzero).unwrap_or(0) as u64 * 8;
        let first = found.nonzero.map_or(offset + first, |(first, _)| first);
        found.nonzero = Some((first, offset + last + 8));
        let wanted = self.wanted;
        let starts = block.len().saturating_sub(FRAME_HEADER_LEN - 8) / 8;
        for index in 0..starts {
            let bytes = &block[index * 8..index * 8 + FRAME_HEADER_LEN];
            let sequence = u64::from_le_bytes(bytes[16..24].try_into().expect("8 bytes"));
            if sequence < wanted.expected || sequence >= SEQUENCE_LIMIT {
                continue;
            }
            let (header, checksum) = FrameHeader::decode(bytes);
            if header.generation == 0
                || header.generation > wanted.generation_max
                || !header.is_plausible_anywhere(wanted.packet_bytes_max)
            {
                continue;
            }
            found.own_frame |= header.generation == generation && sequence < sequence_end;
            if header.synced_through >= wanted.expected {
                self.suspects.push((offset + index as u64 * 8, header, checksum));
            }
        }
    }

    /// The checksum that the frame at `offset` should state, or `None` if the file is too short.
    fn checksum_at(
        &mut self,
        file: &CountedFile,
        limit: u64,
        offset: u64,
        header: &FrameHeader,
    ) -> Result<Option<u32>, Error> {
        let length = FRAME_HEADER_BYTES + u64::from(header.payload_bytes);
        if length > limit - offset {
            return Ok(None);
        }
        let held_end = self.region.start + self.region.bytes.len() as u64;
        if offset < self.region.start || offset + length > held_end {
            self.load(file, limit, offset, length)?;
        }
        let region = &self.region;
        let at = (offset - region.start) as usize;
        let end = at + length as usize;
        if end > region.bytes.len() {
            return Ok(None);
        }
        let (payload, seed) = (at + FRAME_HEADER_LEN, self.wanted.checksum_seed);
        let checksum = region.prefixes.between(&region.bytes, payload, end, seed);
        self.checksummed_bytes += PrefixChecksums::READ_BYTES_MAX + FRAME_HEADER_BYTES;
        Ok(Some(crc32c_append(checksum, &region.bytes[at + 4..payload])))
    }

    /// Loads a stretch that begins with this frame. Stretches double up to twice the longest frame,
    /// so that each byte is loaded a few times at most and memory stays bounded.
    fn load(
        &mut self,
        file: &CountedFile,
        limit: u64,
        offset: u64,
        length: u64,
    ) -> Result<(), Error> {
        let frame_bytes_max = frame_bytes(u64::from(self.wanted.packet_bytes_max));
        let doubled = 2 * length.max(self.region.bytes.len() as u64).max(READ_BYTES as u64 / 2);
        let bytes = doubled.min(2 * frame_bytes_max).max(length).min(limit - offset);
        self.region.start = offset;
        self.region.bytes.resize(bytes as usize, 0);
        let read = file.read_at(&mut self.region.bytes, offset)?;
        self.region.bytes.truncate(read);
        self.region.prefixes.refill(&self.region.bytes);
        self.checksummed_bytes += read as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
