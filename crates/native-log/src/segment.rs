//! Segment files: their names, and what is known of one that is open.

use crate::error::Error;
use crate::format::{
    FORMAT_VERSION, FRAME_HEADER_BYTES, HeaderFault, SEGMENT_HEADER_BYTES, SEGMENT_HEADER_USED,
    SegmentHeader,
};
use crate::options::{LogOptions, SEGMENT_BYTES_LIMIT, Space};
use crate::storage::{CountedFile, CountedStorage, OpenMode};

/// A segment, durably in place under its name.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) file: CountedFile,
    pub(crate) header: SegmentHeader,
    /// The sequence of its first packet, or of the packet to come; 0 as long as it has no place in the log.
    pub(crate) first_sequence: u64,
    /// What recovery found of it: its file's length, or that of the segment if the file is longer, since nothing counts
    /// behind it. 0 for one that was made later.
    pub(crate) found_bytes: u64,
    /// Where recovery found its frames to end; 0 if none of them continues the log, and for one that was made later.
    pub(crate) frames_end: u64,
}

impl Segment {
    /// Whether the file grows as it is written.
    pub(crate) fn is_growing(&self) -> bool {
        self.header.space_code == Space::Growing.code()
    }

    /// Holds the header and the length against what is possible, and against the segment before it: each names the one
    /// before it, so that one that is missing is missed.
    fn check(&self, before: Option<&Self>) -> Result<(), Error> {
        let Self { file, header, found_bytes, .. } = self;
        if let Some(before) = before {
            if before.header.log_id != header.log_id {
                return Err(file.corruption(0, "a segment of this log", "one of another log"));
            }
            if before.header.generation != header.follows {
                let missing = format!("segment {} before it", header.follows);
                return Err(file.corruption(0, missing, "another one: a segment is missing"));
            }
        }
        let possible = SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES..=SEGMENT_BYTES_LIMIT;
        if !possible.contains(&header.segment_bytes) || !header.segment_bytes.is_multiple_of(8) {
            let expected = "a possible segment length in the header";
            return Err(file.corruption(0, expected, "one that no log has"));
        }
        let length_min =
            if self.is_growing() { SEGMENT_HEADER_BYTES } else { header.segment_bytes };
        if *found_bytes < length_min {
            let expected = format!("a file of at least {length_min} bytes");
            return Err(file.corruption(*found_bytes, expected, "a shorter file"));
        }
        Ok(())
    }
}

/// Opens the segments of these generations, which ascend, and checks them.
pub(crate) fn open_segments(
    storage: &CountedStorage,
    options: &LogOptions,
    generations: &[u32],
) -> Result<Vec<Segment>, Error> {
    let mut segments: Vec<Segment> = Vec::with_capacity(generations.len());
    for &generation in generations {
        let file = storage.open(segment_name(generation), options.sync_method.open_mode())?;
        file.sync_all()?;
        let header = read_header(&file, generation)?;
        let found_bytes = file.length()?.min(header.segment_bytes);
        let segment = Segment { file, header, first_sequence: 0, found_bytes, frames_end: 0 };
        segment.check(segments.last())?;
        segments.push(segment);
    }
    Ok(segments)
}

/// A dropped segment that was kept for recycling.
#[derive(Debug)]
pub(crate) struct Spare {
    pub(crate) generation: u32,
    pub(crate) file: CountedFile,
    /// Whether it is still a segment of the log: one whose recycling a crash cut short may carry the header of the segment
    /// to come.
    pub(crate) is_of_log: bool,
}

/// Opens the spares of these generations. Refuses a log with one that is newer than its first segment in place: the oldest
/// go first, so a segment between them is missing. What is no segment any more proves nothing.
pub(crate) fn open_spares(
    storage: &CountedStorage,
    generations: &[u32],
    first: &SegmentHeader,
) -> Result<Vec<Spare>, Error> {
    let mut spares = Vec::with_capacity(generations.len());
    for &generation in generations {
        let file = storage.open(spare_name(generation), OpenMode::Plain)?;
        let header = header_bytes(&file)?.and_then(|bytes| SegmentHeader::decode(&bytes).ok());
        let is_of_log = header
            .is_some_and(|header| (header.generation, header.log_id) == (generation, first.log_id));
        if is_of_log && generation > first.generation {
            let expected =
                format!("a dropped segment older than {}", segment_name(first.generation));
            return Err(file.corruption(0, expected, "a newer one: segments are missing"));
        }
        spares.push(Spare { generation, file, is_of_log });
    }
    Ok(spares)
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
        for numbers in [&mut listing.segments, &mut listing.copies, &mut listing.spares] {
            numbers.sort_unstable();
        }
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
fn read_header(file: &CountedFile, generation: u32) -> Result<SegmentHeader, Error> {
    let corruption =
        |found| file.corruption(0, format!("the header of segment {generation}"), found);
    let Some(bytes) = header_bytes(file)? else {
        return Err(corruption("a file shorter than a header"));
    };
    let header = SegmentHeader::decode(&bytes).map_err(|fault| match fault {
        HeaderFault::Damaged(found) => corruption(found),
        HeaderFault::Version(found) => {
            Error::FormatVersion { file: file.name.clone(), found, expected: FORMAT_VERSION }
        }
    })?;
    if header.generation != generation {
        return Err(corruption("the header of another segment"));
    }
    Ok(header)
}

fn header_bytes(file: &CountedFile) -> Result<Option<[u8; SEGMENT_HEADER_USED]>, Error> {
    let mut bytes = [0; SEGMENT_HEADER_USED];
    let read = file.read_at(&mut bytes, 0)?;
    Ok((read == SEGMENT_HEADER_USED).then_some(bytes))
}
