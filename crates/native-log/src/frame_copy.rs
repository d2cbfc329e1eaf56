//! A durable copy of the frames that recovery is about to write again in their place.
//!
//! What a cut interrupts may be garbage afterwards, in each sector that was being written. So bytes that may be the only
//! durable ones of a packet are not written over before a copy of them is durable; where a cut did interrupt that, they
//! are restored from the copy.

use crc32c::{crc32c, crc32c_append};

use crate::error::Error;
use crate::format::{FORMAT_VERSION, SEGMENT_HEADER_BYTES, u32_at, u64_at};
use crate::segment::{Segment, copy_name};
use crate::storage::{CountedFile, CountedStorage, OpenMode};
use crate::window::READ_BYTES;

const MAGIC: [u8; 8] = *b"NATIVCPY";
const HEADER_USED: usize = 48;
/// The copied frames begin behind a block of their own, as in a segment.
const FRAMES_AT: u64 = SEGMENT_HEADER_BYTES;

/// Which bytes a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    generation: u32,
    log_id: u64,
    /// Where they belong in the segment of that generation.
    offset: u64,
    bytes: u64,
    checksum: u32,
}

impl Header {
    fn encode(&self) -> [u8; HEADER_USED] {
        let mut bytes = [0; HEADER_USED];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.generation.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.log_id.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.offset.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.bytes.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.checksum.to_le_bytes());
        let checksum = crc32c(&bytes[..44]);
        bytes[44..48].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// None if it is none, or was not written as a whole.
    fn decode(bytes: &[u8; HEADER_USED]) -> Option<Self> {
        let is_header = bytes[0..8] == MAGIC
            && u32_at(bytes, 44) == crc32c(&bytes[..44])
            && u32_at(bytes, 8) == FORMAT_VERSION;
        is_header.then(|| Self {
            generation: u32_at(bytes, 12),
            log_id: u64_at(bytes, 16),
            offset: u64_at(bytes, 24),
            bytes: u64_at(bytes, 32),
            checksum: u32_at(bytes, 40),
        })
    }
}

/// A copy that is being written.
#[derive(Debug)]
pub(crate) struct FrameCopy {
    file: CountedFile,
    header: Header,
}

impl FrameCopy {
    /// Begins the copy of frames from `offset` on.
    pub(crate) fn begin(
        storage: &CountedStorage,
        name: &str,
        of: &Segment,
        offset: u64,
    ) -> Result<Self, Error> {
        let file = storage.create(name.to_owned())?;
        let (generation, log_id) = (of.header.generation, of.header.log_id);
        Ok(Self { file, header: Header { generation, log_id, offset, bytes: 0, checksum: 0 } })
    }

    /// Adds the bytes that follow.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.put(bytes, FRAMES_AT + self.header.bytes)?;
        self.header.checksum = crc32c_append(self.header.checksum, bytes);
        self.header.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes it durable, its name included.
    pub(crate) fn finish(self, storage: &CountedStorage) -> Result<(), Error> {
        self.file.put(&self.header.encode(), 0)?;
        self.file.sync_all()?;
        storage.sync_dir()
    }
}

/// Writes back what differs from its copy; returns how many bytes. Where something differs, writing in place had begun,
/// and so the copy is durable. It stays until all that is kept was proved.
pub(crate) fn restore(
    storage: &CountedStorage,
    numbers: &[u32],
    segments: &[Segment],
) -> Result<u64, Error> {
    let mut restored = 0;
    for &number in numbers {
        let copy = storage.open(copy_name(number), OpenMode::Plain)?;
        let Some(header) = whole_header(&copy)? else { continue };
        let is_its_segment = |segment: &&Segment| {
            segment.header.generation == header.generation
                && segment.header.log_id == header.log_id
                && header.offset >= SEGMENT_HEADER_BYTES
                && header.offset + header.bytes <= segment.found_bytes
        };
        let Some(segment) = segments.iter().find(is_its_segment) else { continue };
        if differs(&copy, &header, &segment.file)? {
            for_each_block(&copy, &header, |bytes, offset| segment.file.put(bytes, offset))?;
            segment.file.sync_all()?;
            restored += header.bytes;
        }
    }
    Ok(restored)
}

/// The header of a copy that is there as a whole.
fn whole_header(copy: &CountedFile) -> Result<Option<Header>, Error> {
    let mut bytes = [0; HEADER_USED];
    if copy.read_at(&mut bytes, 0)? < HEADER_USED {
        return Ok(None);
    }
    let length = copy.length()?;
    let fits = |header: &Header| {
        header.bytes <= length.saturating_sub(FRAMES_AT)
            && header.offset.checked_add(header.bytes).is_some()
    };
    let Some(header) = Header::decode(&bytes).filter(fits) else { return Ok(None) };
    let mut checksum = 0;
    for_each_block(copy, &header, |bytes, _| {
        checksum = crc32c_append(checksum, bytes);
        Ok(())
    })?;
    Ok((checksum == header.checksum).then_some(header))
}

fn differs(copy: &CountedFile, header: &Header, segment: &CountedFile) -> Result<bool, Error> {
    let mut differs = false;
    let mut there = Vec::new();
    for_each_block(copy, header, |bytes, offset| {
        there.resize(bytes.len(), 0);
        let read = segment.read_at(&mut there, offset)?;
        differs |= read < bytes.len() || there != bytes;
        Ok(())
    })?;
    Ok(differs)
}

/// Reads the copied bytes, with the offset in the segment where each block belongs.
fn for_each_block(
    copy: &CountedFile,
    header: &Header,
    mut take: impl FnMut(&[u8], u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut block = Vec::new();
    let mut done = 0;
    while done < header.bytes {
        block.resize(READ_BYTES.min((header.bytes - done) as usize), 0);
        let read = copy.read_at(&mut block, FRAMES_AT + done)?;
        if read == 0 {
            break;
        }
        take(&block[..read], header.offset + done)?;
        done += read as u64;
    }
    Ok(())
}
