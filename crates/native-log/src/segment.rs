//! Segment files: their names, and what is known of one that is open.

use crate::error::Error;
use crate::format::{
    FORMAT_VERSION, FrameIdentity, HeaderFault, SEGMENT_HEADER_USED, SegmentHeader,
};
use crate::storage::CountedFile;

/// A segment that holds packets, or will hold the next one.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) file: CountedFile,
    pub(crate) header: SegmentHeader,
    /// The sequence of its first packet.
    pub(crate) first_sequence: u64,
}

impl Segment {
    pub(crate) fn identity(&self) -> FrameIdentity {
        self.header.identity()
    }
}

/// A segment that is ready to take packets, durably in place under its name.
#[derive(Debug)]
pub(crate) struct PreparedSegment {
    pub(crate) file: CountedFile,
    pub(crate) header: SegmentHeader,
}

impl PreparedSegment {
    pub(crate) fn activate(self, first_sequence: u64) -> Segment {
        Segment { file: self.file, header: self.header, first_sequence }
    }
}

/// The files of a log's directory, sorted by what they are.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Generations of segments in place, ascending.
    pub(crate) segments: Vec<u32>,
    /// Generations of dropped segments kept for recycling, ascending.
    pub(crate) spares: Vec<u32>,
    /// Generations of segments whose preparation a crash cut short.
    pub(crate) unfinished: Vec<u32>,
    /// Numbers of the copies that an earlier recovery left, ascending.
    pub(crate) copies: Vec<u32>,
}

impl Listing {
    pub(crate) fn sort(names: Vec<String>) -> Self {
        let mut listing = Self::default();
        for name in names {
            if let Some(generation) = parse(&name, "segment-", ".log") {
                listing.segments.push(generation);
            } else if let Some(generation) = parse(&name, "spare-", ".log") {
                listing.spares.push(generation);
            } else if let Some(generation) = parse(&name, "preparing-", ".tmp") {
                listing.unfinished.push(generation);
            } else if let Some(number) = parse(&name, "copy-", ".tmp") {
                listing.copies.push(number);
            }
        }
        listing.segments.sort_unstable();
        listing.copies.sort_unstable();
        listing.spares.sort_unstable();
        listing
    }
}

pub(crate) fn segment_name(generation: u32) -> String {
    format!("segment-{generation:08x}.log")
}

pub(crate) fn spare_name(generation: u32) -> String {
    format!("spare-{generation:08x}.log")
}

pub(crate) fn preparing_name(generation: u32) -> String {
    format!("preparing-{generation:08x}.tmp")
}

pub(crate) fn copy_name(number: u32) -> String {
    format!("copy-{number:08x}.tmp")
}

fn parse(name: &str, prefix: &str, suffix: &str) -> Option<u32> {
    let digits = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
    let generation = u32::from_str_radix(digits, 16).ok()?;
    (digits == format!("{generation:08x}")).then_some(generation)
}

/// Reads a segment's header. It was synced before the segment got its name, so whatever is wrong
/// with it is corruption.
pub(crate) fn read_header(file: &CountedFile, generation: u32) -> Result<SegmentHeader, Error> {
    let corruption = |found| Error::Corruption {
        file: file.name().to_owned(),
        offset: 0,
        expected: format!("the header of segment {generation}"),
        found,
    };
    let Some(bytes) = header_bytes(file)? else {
        return Err(corruption("a file shorter than a header"));
    };
    let header = SegmentHeader::decode(&bytes).map_err(|fault| match fault {
        HeaderFault::Damaged(found) => corruption(found),
        HeaderFault::Version(found) => {
            Error::FormatVersion { file: file.name().to_owned(), found, expected: FORMAT_VERSION }
        }
    })?;
    if header.generation != generation {
        return Err(corruption("the header of another segment"));
    }
    Ok(header)
}

/// The header of a dropped segment, if it is still its own: one whose recycling a crash cut short
/// may carry that of the segment to come.
pub(crate) fn read_spare_header(
    file: &CountedFile,
    generation: u32,
) -> Result<Option<SegmentHeader>, Error> {
    let header = header_bytes(file)?.and_then(|bytes| SegmentHeader::decode(&bytes).ok());
    Ok(header.filter(|header| header.generation == generation))
}

fn header_bytes(file: &CountedFile) -> Result<Option<[u8; SEGMENT_HEADER_USED]>, Error> {
    let mut bytes = [0; SEGMENT_HEADER_USED];
    let read = file.read_at(&mut bytes, 0)?;
    Ok((read == SEGMENT_HEADER_USED).then_some(bytes))
}
