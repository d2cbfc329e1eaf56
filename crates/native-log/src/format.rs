//! The bytes on disk: see FORMAT.md, which is the specification.

use crc32c::{crc32c, crc32c_append};

/// The version this crate writes and reads. It refuses all others.
pub const FORMAT_VERSION: u32 = 3;
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
/// The last sequence that a packet may have: the mark of a clean close carries the next one.
pub(crate) const SEQUENCE_MAX: u64 = SEQUENCE_LIMIT - 2;
/// The space code of a segment that was made of a dropped one: old frames lie where it has not been
/// written yet. All others hold zeros there, or nothing.
pub(crate) const RECYCLED_SPACE_CODE: u32 = 5;

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
    /// No packet of the segment is longer: a longer one is no packet, whatever its frame says.
    pub(crate) packet_bytes_max: u32,
    /// The generation of the segment that this one continues, or 0 for a log's first.
    pub(crate) follows: u32,
}

/// Why a segment's header cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    Damaged(&'static str),
    Version(u32),
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
        bytes[36..40].copy_from_slice(&self.packet_bytes_max.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.follows.to_le_bytes());
        let checksum = crc32c(&bytes[..60]);
        bytes[60..64].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Decodes a header, or says what is wrong with it.
    pub(crate) fn decode(bytes: &[u8; SEGMENT_HEADER_USED]) -> Result<Self, HeaderFault> {
        if bytes[0..8] != SEGMENT_MAGIC {
            return Err(HeaderFault::Damaged("no segment magic"));
        }
        if u32_at(bytes, 60) != crc32c(&bytes[..60]) {
            return Err(HeaderFault::Damaged("a wrong header checksum"));
        }
        let version = u32_at(bytes, 8);
        if version != FORMAT_VERSION {
            return Err(HeaderFault::Version(version));
        }
        Ok(Self {
            generation: u32_at(bytes, 12),
            log_id: u64_at(bytes, 16),
            segment_bytes: u64_at(bytes, 24),
            space_code: u32_at(bytes, 32),
            packet_bytes_max: u32_at(bytes, 36),
            follows: u32_at(bytes, 40),
        })
    }

    pub(crate) fn identity(&self) -> FrameIdentity {
        FrameIdentity {
            checksum_seed: checksum_seed(self.log_id),
            generation: self.generation,
            packet_bytes_max: self.packet_bytes_max,
        }
    }

    /// Whether this is a segment of a dropped one's blocks.
    pub(crate) fn is_recycled(&self) -> bool {
        self.space_code == RECYCLED_SPACE_CODE
    }
}

/// What every frame of one segment has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameIdentity {
    pub(crate) checksum_seed: u32,
    pub(crate) generation: u32,
    pub(crate) packet_bytes_max: u32,
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

/// A frame without payload. It has the sequence of the packet that will follow. Its code stands in
/// the place of the record count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The log was closed in order.
    Close = 0,
    /// Recovery ended the segment here. What lies behind was never acknowledged.
    End = 1,
    /// An end, and the log was closed in order afterwards.
    ClosedEnd = 2,
}

impl Mark {
    fn of_code(code: u32) -> Option<Self> {
        [Self::Close, Self::End, Self::ClosedEnd].into_iter().find(|mark| *mark as u32 == code)
    }

    /// Whether nothing behind it in its segment counts.
    pub(crate) fn ends_segment(self) -> bool {
        self != Self::Close
    }

    /// Whether it says that the log was closed in order.
    pub(crate) fn is_close(self) -> bool {
        self != Self::End
    }
}

impl FrameHeader {
    /// The mark that the frame is, if it is no packet.
    pub(crate) fn mark(&self) -> Option<Mark> {
        if self.payload_bytes == 0 { Mark::of_code(self.records) } else { None }
    }

    /// A mark's header.
    pub(crate) fn of_mark(mark: Mark, generation: u32, sequence: u64, synced_through: u64) -> Self {
        Self { payload_bytes: 0, generation, records: mark as u32, sequence, synced_through }
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

    /// Whether the fields can belong together in a frame of this segment, before the checksum is
    /// worked out.
    pub(crate) fn is_plausible(&self, identity: FrameIdentity) -> bool {
        self.generation == identity.generation
            && self.is_plausible_anywhere(identity.packet_bytes_max)
    }

    /// The same for a frame of any segment.
    pub(crate) fn is_plausible_anywhere(&self, packet_bytes_max: u32) -> bool {
        self.sequence != 0
            && self.sequence < SEQUENCE_LIMIT
            && self.synced_through < self.sequence
            && self.payload_bytes <= packet_bytes_max
            && (self.payload_bytes != 0 || self.mark().is_some())
    }
}

/// The checksum of a whole frame (header, then payload) as its header should state it.
pub(crate) fn frame_checksum(seed: u32, frame: &[u8]) -> u32 {
    let payload_checksum = crc32c_append(seed, &frame[FRAME_HEADER_LEN..]);
    crc32c_append(payload_checksum, &frame[4..FRAME_HEADER_LEN])
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("a slice of 4 bytes"))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("a slice of 8 bytes"))
}
