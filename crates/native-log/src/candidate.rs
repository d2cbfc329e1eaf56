//! Segment files in place that are not judged yet.

use crate::error::Error;
use crate::format::{FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::options::{LogOptions, SEGMENT_BYTES_LIMIT, Space};
use crate::segment::{read_header, read_spare_header, segment_name, spare_name};
use crate::storage::{Account, CountedFile, CountedStorage, OpenMode, SyncKind};

/// A segment in place, open, with a header that is right and fits those before it.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) file: CountedFile,
    pub(crate) header: SegmentHeader,
    /// The file's length, or that of the segment if the file is longer: nothing counts behind it.
    pub(crate) length: u64,
}

impl Candidate {
    /// Whether the file grows as it is written.
    pub(crate) fn is_growing(&self) -> bool {
        self.header.space_code == Space::Growing.code()
    }
}

/// Opens the segments of these generations, which ascend, and holds their headers against each
/// other: each names the one before it, so that one that is missing is missed.
pub(crate) fn open_candidates(
    storage: &CountedStorage,
    options: &LogOptions,
    generations: &[u32],
) -> Result<Vec<Candidate>, Error> {
    let mut candidates: Vec<Candidate> = Vec::with_capacity(generations.len());
    for &generation in generations {
        let file = storage.open(segment_name(generation), options.sync_method.open_mode())?;
        file.sync(SyncKind::All, Account::Upkeep)?;
        let header = read_header(&file, generation)?;
        let length = file.length()?.min(header.segment_bytes);
        let candidate = Candidate { file, header, length };
        check(&candidate, &candidates)?;
        candidates.push(candidate);
    }
    Ok(candidates)
}

fn check(candidate: &Candidate, before: &[Candidate]) -> Result<(), Error> {
    let Candidate { file, header, length } = candidate;
    let corruption = |offset, expected: String, found| Error::Corruption {
        file: file.name().to_owned(),
        offset,
        expected,
        found,
    };
    if before.first().is_some_and(|first| first.header.log_id != header.log_id) {
        return Err(corruption(0, "a segment of this log".to_owned(), "one of another log"));
    }
    if let Some(last) = before.last()
        && last.header.generation != header.follows
    {
        let missing = format!("segment {} before it", header.follows);
        return Err(corruption(0, missing, "another one: a segment is missing"));
    }
    let possible = SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES..=SEGMENT_BYTES_LIMIT;
    if !possible.contains(&header.segment_bytes) || !header.segment_bytes.is_multiple_of(8) {
        let expected = "a possible segment length in the header".to_owned();
        return Err(corruption(0, expected, "one that no log has"));
    }
    let length_min =
        if candidate.is_growing() { SEGMENT_HEADER_BYTES } else { header.segment_bytes };
    if *length < length_min {
        let found = "a shorter file";
        return Err(corruption(*length, format!("a file of at least {length_min} bytes"), found));
    }
    Ok(())
}

/// Refuses a log with a dropped segment that is newer than its first one in place: the oldest go
/// first, so a segment between them is missing. What is no segment any more proves nothing.
pub(crate) fn check_spares(
    storage: &CountedStorage,
    spares: &[u32],
    first: &SegmentHeader,
) -> Result<(), Error> {
    for &generation in spares.iter().filter(|generation| **generation > first.generation) {
        let file = storage.open(spare_name(generation), OpenMode::Plain)?;
        let header = read_spare_header(&file, generation)?;
        if header.is_some_and(|header| header.log_id == first.log_id) {
            return Err(Error::Corruption {
                file: file.name().to_owned(),
                offset: 0,
                expected: format!(
                    "a dropped segment older than {}",
                    segment_name(first.generation)
                ),
                found: "a newer one: segments are missing",
            });
        }
    }
    Ok(())
}
