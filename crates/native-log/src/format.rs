//! The bytes on disk: see FORMAT.md, which is the specification.

use crc32c::{crc32c, crc32c_append};

/// The version this crate writes and reads.
pub const FORMAT_VERSION: u32 = 1;
/// The segment header's block; the first frame begins behind it.
pub(crate) const SEGMENT_HEADER_BYTES: u64 = 4096;
/// The part of that block which is in use.
pub(crate) const SEGMENT_HEADER_USED: usize = 64;
/// A frame's header.
pub(crate) const FRAME_HEADER_BYTES: u64 = 32;
/// The same, for slices.
pub(crate) const FRAME_HEADER_LEN: usize = 32;
/// Sequences stay below this, so that sums of them cannot overflow.
pub(crate) const SEQUENCE_LIMIT: u64 = 1 << 62;

const SEGMENT_MAGIC: [u8; 8] = *b"NATIVLOG";

/// The bytes that a payload of this length takes up: header, payload and padding to 8 bytes.
pub(crate) const fn frame_bytes(payload_bytes: u64) -> u64 {
    FRAME_HEADER_BYTES + payload_bytes.next_multiple_of(8)
}

/// What a segment says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) generation: u32,
    pub(crate) log_id: u64,
    pub(crate) segment_bytes: u64,
    pub(crate) space_code: u32,
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> [u8; SEGMENT_HEADER_USED] {
        let mut bytes = [0; SEGMENT_HEADER_USED];
        bytes[0..8].copy_from_slice(&SEGMENT_MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.generation.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.log_id.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.segment_bytes.to_le_bytes());
        bytes[32..36].copy_from_slice(&self.space_code.to_le_bytes());
        let checksum = crc32c(&bytes[..60]);
        bytes[60..64].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Decodes a header, or says what is wrong with it.
    pub(crate) fn decode(bytes: &[u8; SEGMENT_HEADER_USED]) -> Result<Self, &'static str> {
        if bytes[0..8] != SEGMENT_MAGIC {
            return Err("no segment magic");
        }
        if u32_at(bytes, 60) != crc32c(&bytes[..60]) {
            return Err("a wrong header checksum");
        }
        if u32_at(bytes, 8) != FORMAT_VERSION {
            return Err("another format version");
        }
        Ok(Self {
            generation: u32_at(bytes, 12),
            log_id: u64_at(bytes, 16),
            segment_bytes: u64_at(bytes, 24),
            space_code: u32_at(bytes, 32),
        })
    }

    pub(crate) fn identity(&self) -> FrameIdentity {
        FrameIdentity { checksum_seed: checksum_seed(self.log_id), generation: self.generation }
    }
}

/// What every frame of one segment has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameIdentity {
    pub(crate) checksum_seed: u32,
    pub(crate) generation: u32,
}

/// The start value of all frame checksums of one log: frames of another log never match.
pub(crate) fn checksum_seed(log_id: u64) -> u32 {
    crc32c(&log_id.to_le_bytes())
}

/// A frame's header, without its checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) payload_bytes: u32,
    pub(crate) generation: u32,
    pub(crate) records: u32,
    pub(crate) sequence: u64,
    pub(crate) synced_through: u64,
}

impl FrameHeader {
    /// The mark of a clean close: no payload, and the sequence of the packet that will follow.
    pub(crate) fn is_close_mark(&self) -> bool {
        self.payload_bytes == 0
    }

    pub(crate) fn frame_bytes(&self) -> u64 {
        frame_bytes(u64::from(self.payload_bytes))
    }

    /// The header's bytes. The checksum covers the payload first and the header after it, so that
    /// an appender can checksum its payload before it knows its place in the log.
    pub(crate) fn encode(&self, payload_checksum: u32) -> [u8; FRAME_HEADER_LEN] {
        let mut bytes = [0; FRAME_HEADER_LEN];
        bytes[4..8].copy_from_slice(&self.payload_bytes.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.generation.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.records.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.sequence.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.synced_through.to_le_bytes());
        let checksum = crc32c_append(payload_checksum, &bytes[4..]);
        bytes[0..4].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Decodes what may be a header; only [`is_plausible`](Self::is_plausible) and the checksum
    /// tell whether it is one.
    pub(crate) fn decode(bytes: &[u8]) -> (Self, u32) {
        let header = Self {
            payload_bytes: u32_at(bytes, 4),
            generation: u32_at(bytes, 8),
            records: u32_at(bytes, 12),
            sequence: u64_at(bytes, 16),
            synced_through: u64_at(bytes, 24),
        };
        (header, u32_at(bytes, 0))
    }

    /// Whether the fields can belong together, before the checksum is worked out.
    pub(crate) fn is_plausible(&self, identity: FrameIdentity) -> bool {
        self.generation == identity.generation
            && self.sequence != 0
            && self.sequence < SEQUENCE_LIMIT
            && self.synced_through < self.sequence
            && (self.payload_bytes != 0 || self.records == 0)
    }
}

/// The checksum of a whole frame (header, then payload) as its header should state it.
pub(crate) fn frame_checksum(identity: FrameIdentity, frame: &[u8]) -> u32 {
    let payload_checksum = crc32c_append(identity.checksum_seed, &frame[FRAME_HEADER_LEN..]);
    crc32c_append(payload_checksum, &frame[4..FRAME_HEADER_LEN])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("a slice of 4 bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("a slice of 8 bytes"))
}
