//! Reading frames from a file in big sequential steps.

use crate::error::Error;
use crate::format::{
    FRAME_HEADER_BYTES, FRAME_HEADER_LEN, FrameHeader, FrameIdentity, frame_checksum,
};
use crate::storage::CountedFile;

/// One read takes this much. Larger reads gain nothing once a read is far above a page and
/// its buffer leaves the second-level cache.
const READ_BYTES: usize = 256 << 10;

/// A sliding view of a file. It belongs to one file at a time; [`reset`](Self::reset) moves it.
#[derive(Debug)]
pub(crate) struct Window {
    bytes: Vec<u8>,
    /// The file offset of `bytes[0]`.
    start: u64,
    filled: usize,
    /// Nothing is read at or beyond this offset.
    limit: u64,
}

impl Window {
    pub(crate) fn new() -> Self {
        Self { bytes: Vec::new(), start: 0, filled: 0, limit: 0 }
    }

    /// Forgets what was read, and reads from now on only below `limit`.
    pub(crate) fn reset(&mut self, limit: u64) {
        self.start = 0;
        self.filled = 0;
        self.limit = limit;
    }

    /// Reads up to `limit` from now on. The file below the old limit must not have changed.
    pub(crate) fn extend(&mut self, limit: u64) {
        self.limit = limit;
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// The header of the frame at `offset`, its checksum verified, or `None` if there is no valid
    /// frame of this segment. [`payload`](Self::payload) then gives its bytes.
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
        // The length fits the file, so a damaged one cannot ask for more memory than a segment.
        let Some(frame) = self.slice(file, offset, length as usize)? else { return Ok(None) };
        Ok((frame_checksum(identity, frame) == checksum).then_some(header))
    }

    /// The payload of the frame that [`frame_at`](Self::frame_at) has just found at `offset`.
    pub(crate) fn payload(&self, offset: u64, header: &FrameHeader) -> &[u8] {
        let from = (offset - self.start) as usize + FRAME_HEADER_LEN;
        &self.bytes[from..from + header.payload_bytes as usize]
    }

    /// The first place at or after `offset` that looks like a frame of this segment whose sequence
    /// could still come up: at least `sequence`, and no more frames later than would fit.
    pub(crate) fn next_candidate(
        &mut self,
        file: &CountedFile,
        mut offset: u64,
        identity: FrameIdentity,
        sequence: u64,
    ) -> Result<Option<u64>, Error> {
        let sequence_end = sequence + self.limit / FRAME_HEADER_BYTES;
        let wanted = identity.generation.to_le_bytes();
        while offset + FRAME_HEADER_BYTES <= self.limit {
            let length = READ_BYTES.min((self.limit - offset) as usize) & !7;
            let Some(block) = self.slice(file, offset, length)? else { return Ok(None) };
            for (index, word) in block[8..length - 16].as_chunks::<8>().0.iter().enumerate() {
                if word[..4] != wanted {
                    continue;
                }
                let (header, _) = FrameHeader::decode(&block[index * 8..]);
                if header.is_plausible(identity)
                    && (sequence..sequence_end).contains(&header.sequence)
                {
                    return Ok(Some(offset + index as u64 * 8));
                }
            }
            // The next block begins where this one had no room left for a whole header.
            offset += (length - FRAME_HEADER_LEN + 8) as u64;
        }
        Ok(None)
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
