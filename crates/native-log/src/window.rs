//! Reading frames from a file in big sequential steps.

use crc32c::crc32c_append;

use crate::error::Error;
use crate::format::{
    FRAME_HEADER_BYTES, FRAME_HEADER_LEN, FrameHeader, FrameIdentity, frame_checksum,
};
use crate::packet::Packet;
use crate::storage::CountedFile;

/// One read takes this much. Larger reads gain nothing once a read is far above a page and
/// its buffer leaves the second-level cache.
pub(crate) const READ_BYTES: usize = 256 << 10;
/// A longer frame is read twice: once in pieces, and as a whole only if its checksum is right. So
/// bytes that merely look like a long frame take no memory.
const WHOLE_FRAME_BYTES_MAX: u64 = 1 << 20;

/// A sliding view of a file. It belongs to one file at a time; [`reset`](Self::reset) moves it.
#[derive(Debug, Default)]
pub(crate) struct Window {
    bytes: Vec<u8>,
    /// The file offset of `bytes[0]`.
    start: u64,
    filled: usize,
    /// Nothing is read at or beyond this offset. It may be raised, unless the file below it has changed.
    pub(crate) limit: u64,
}

impl Window {
    /// Forgets what was read, and reads from now on only below `limit`.
    pub(crate) fn reset(&mut self, limit: u64) {
        self.start = 0;
        self.filled = 0;
        self.limit = limit;
    }

    /// The header of the frame at `offset`, its checksum verified, or `None` if there is no valid
    /// frame of this segment. [`packet`](Self::packet) then gives its bytes.
    pub(crate) fn frame_at(
        &mut self,
        file: &CountedFile,
        offset: u64,
        identity: FrameIdentity,
    ) -> Result<Option<FrameHeader>, Error> {
        let Some(bytes) = self.slice(file, offset, FRAME_HEADER_LEN)? else { return Ok(None) };
        let (header, checksum) = FrameHeader::decode(bytes);
        let length = FRAME_HEADER_BYTES + u64::from(header.payload_bytes);
        if !header.is_plausible(identity) || length > self.limit - offset {
            return Ok(None);
        }
        let seed = identity.checksum_seed;
        if length > WHOLE_FRAME_BYTES_MAX
            && self.checksum_in_pieces(file, offset, length, seed)? != Some(checksum)
        {
            return Ok(None);
        }
        let Some(frame) = self.slice(file, offset, length as usize)? else { return Ok(None) };
        Ok((frame_checksum(seed, frame) == checksum).then_some(header))
    }

    /// The checksum of the frame of this length at `offset`, read a piece at a time.
    fn checksum_in_pieces(
        &mut self,
        file: &CountedFile,
        offset: u64,
        length: u64,
        seed: u32,
    ) -> Result<Option<u32>, Error> {
        let Some(head) = self.slice(file, offset, FRAME_HEADER_LEN)? else { return Ok(None) };
        let head: [u8; FRAME_HEADER_LEN] = head.try_into().expect("a slice of that length");
        let mut checksum = seed;
        let mut at = offset + FRAME_HEADER_BYTES;
        while at < offset + length {
            let piece_bytes = READ_BYTES.min((offset + length - at) as usize);
            let Some(piece) = self.slice(file, at, piece_bytes)? else { return Ok(None) };
            checksum = crc32c_append(checksum, piece);
            at += piece_bytes as u64;
        }
        Ok(Some(crc32c_append(checksum, &head[4..])))
    }

    /// The whole frame that [`frame_at`](Self::frame_at) has just found at `offset`, without the
    /// zeros behind it.
    pub(crate) fn frame(&self, offset: u64, header: &FrameHeader) -> &[u8] {
        let from = (offset - self.start) as usize;
        &self.bytes[from..from + FRAME_HEADER_LEN + header.payload_bytes as usize]
    }

    /// The packet of the frame that [`frame_at`](Self::frame_at) has just found at `offset`.
    pub(crate) fn packet(&self, offset: u64, header: &FrameHeader) -> Packet<'_> {
        let payload = &self.frame(offset, header)[FRAME_HEADER_LEN..];
        Packet::new(header.sequence, header.records, payload)
    }

    /// The bytes at `offset`, or `None` if the file ends before them.
    fn slice(
        &mut self,
        file: &CountedFile,
        offset: u64,
        length: usize,
    ) -> Result<Option<&[u8]>, Error> {
        if offset + length as u64 > self.limit {
            return Ok(None);
        }
        let held = self.start..self.start + self.filled as u64;
        if offset < held.start || offset + length as u64 > held.end {
            self.slide(file, offset, length)?;
        }
        let from = (offset - self.start) as usize;
        Ok((from + length <= self.filled).then(|| &self.bytes[from..from + length]))
    }

    /// Moves the view to begin at `offset`, keeping what is already there, and fills it up.
    fn slide(&mut self, file: &CountedFile, offset: u64, length: usize) -> Result<(), Error> {
        let end = self.start + self.filled as u64;
        let kept = if offset >= self.start && offset < end { (end - offset) as usize } else { 0 };
        self.bytes.copy_within(self.filled - kept..self.filled, 0);
        let want = length.max(READ_BYTES).min((self.limit - offset) as usize);
        if self.bytes.len() < want {
            self.bytes.resize(want, 0);
        }
        // Should the read fail, nothing half-moved may be taken for the file's bytes.
        (self.start, self.filled) = (offset, 0);
        let read = file.read_at(&mut self.bytes[kept..want], offset + kept as u64)?;
        self.filled = kept + read;
        Ok(())
    }
}
