//! Segments and frames put together from FORMAT.md alone.

use crc32c::{crc32c, crc32c_append};

pub(crate) const LOG_ID: u64 = 7;

/// A segment's header block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForgedSegment {
    pub(crate) version: u32,
    pub(crate) generation: u32,
    pub(crate) segment_bytes: u64,
    pub(crate) space: u32,
    pub(crate) packet_bytes_max: u32,
    pub(crate) follows: u32,
}

impl ForgedSegment {
    pub(crate) fn name(&self) -> String {
        format!("segment-{:08x}.log", self.generation)
    }

    pub(crate) fn header(&self) -> Vec<u8> {
        let mut bytes = vec![0; 4096];
        bytes[0..8].copy_from_slice(b"NATIVLOG");
        bytes[8..12].copy_from_slice(&self.version.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.generation.to_le_bytes());
        bytes[16..24].copy_from_slice(&LOG_ID.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.segment_bytes.to_le_bytes());
        bytes[32..36].copy_from_slice(&self.space.to_le_bytes());
        bytes[36..40].copy_from_slice(&self.packet_bytes_max.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.follows.to_le_bytes());
        let checksum = crc32c(&bytes[..60]);
        bytes[60..64].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    pub(crate) fn frame(&self, sequence: u64, synced_through: u64, payload: &[u8]) -> Vec<u8> {
        self.frame_of_log(LOG_ID, sequence, synced_through, payload)
    }

    /// A frame of a log of another id.
    pub(crate) fn frame_of_log(
        &self,
        log_id: u64,
        sequence: u64,
        synced_through: u64,
        payload: &[u8],
    ) -> Vec<u8> {
        let mut bytes = vec![0; 32];
        bytes[4..8].copy_from_slice(&(payload.len() as u32).to_le_bytes());
        bytes[8..12].copy_from_slice(&self.generation.to_le_bytes());
        bytes[12..16].copy_from_slice(&1_u32.to_le_bytes());
        bytes[16..24].copy_from_slice(&sequence.to_le_bytes());
        bytes[24..32].copy_from_slice(&synced_through.to_le_bytes());
        let payload_checksum = crc32c_append(crc32c(&log_id.to_le_bytes()), payload);
        let checksum = crc32c_append(payload_checksum, &bytes[4..]);
        bytes[0..4].copy_from_slice(&checksum.to_le_bytes());
        bytes.extend_from_slice(payload);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    }
}
