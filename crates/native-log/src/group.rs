//! The packets that will be committed together, as the bytes that will be written.

use crate::format::{FRAME_HEADER_LEN, FrameHeader, frame_bytes};

/// A buffer of frames, written with one call. Its memory is kept from group to group, so that
/// appending allocates nothing once it has grown to the size the load needs.
#[derive(Debug, Default)]
pub(crate) struct Group {
    bytes: Vec<u8>,
    used: usize,
    /// Zeros behind the frames that are written with them.
    padding: usize,
    /// Where in the segment the first frame goes.
    pub(crate) offset: u64,
    pub(crate) packets: u32,
    /// The sequence of the last packet.
    pub(crate) last_sequence: u64,
}

impl Group {
    /// What is to be written at [`offset`](Self::offset).
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used + self.padding]
    }

    /// The length of the frames.
    pub(crate) fn used(&self) -> usize {
        self.used
    }

    /// Where in the segment the frames end.
    pub(crate) fn end(&self) -> u64 {
        self.offset + self.used as u64
    }

    /// Has this many zeros written behind the frames.
    pub(crate) fn pad(&mut self, padding: usize) {
        self.reserve(self.used + padding);
        self.bytes[self.used..self.used + padding].fill(0);
        self.padding = padding;
    }

    fn reserve(&mut self, length: usize) {
        if self.bytes.len() < length {
            self.bytes.resize(length.next_power_of_two(), 0);
        }
    }

    /// Empties the group; its first frame will go to `offset`.
    pub(crate) fn restart(&mut self, offset: u64) {
        self.used = 0;
        self.padding = 0;
        self.packets = 0;
        self.offset = offset;
    }

    /// Lets `fill` write a payload of `header.payload_bytes` in place and return its checksum,
    /// then completes the frame. The payload's bytes are unspecified before that. If `fill` panics
    /// the group is as it was.
    pub(crate) fn push(&mut self, header: &FrameHeader, fill: impl FnOnce(&mut [u8]) -> u32) {
        let payload_bytes = header.payload_bytes as usize;
        let end = self.used + frame_bytes(u64::from(header.payload_bytes)) as usize;
        self.reserve(end);
        let frame = &mut self.bytes[self.used..end];
        let (head, rest) = frame.split_at_mut(FRAME_HEADER_LEN);
        let (payload, padding) = rest.split_at_mut(payload_bytes);
        let payload_checksum = fill(payload);
        padding.fill(0);
        head.copy_from_slice(&header.encode(payload_checksum));
        self.used = end;
        self.packets += u32::from(!header.is_close_mark());
        self.last_sequence = header.sequence;
    }
}
