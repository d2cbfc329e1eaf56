//! Writing again what may be in the page cache only.
//!
//! After a failed sync Linux takes the pages for clean: they can be read, a later sync succeeds, and
//! the device never got them. So what no promise proves is written once more, from bytes whose
//! checksums are verified at that moment, and synced.

use crate::candidate::Candidate;
use crate::error::Error;
use crate::storage::{Account, SyncKind, WriteMode};
use crate::walk::{Place, Walk};
use crate::window::{READ_BYTES, Window};

/// Writes and syncs all frames from the first unproven one on; returns how many bytes.
pub(crate) fn rewrite_unproven(
    walk: &Walk,
    candidates: &[Candidate],
    window: &mut Window,
) -> Result<u64, Error> {
    let Some(mut place) = walk.first_unproven() else { return Ok(0) };
    let mut written = 0;
    let first = walk.extents.partition_point(|extent| extent.index < place.index);
    for extent in &walk.extents[first..] {
        if extent.index != place.index {
            let offset = crate::format::SEGMENT_HEADER_BYTES;
            place = Place { index: extent.index, offset, sequence: extent.first_sequence };
        }
        let candidate = &candidates[extent.index];
        window.reset(candidate.length);
        written += rewrite_segment(candidate, &mut place, extent.end, window)?;
        candidate.file.sync(SyncKind::All, Account::Upkeep)?;
    }
    Ok(written)
}

/// Writes the frames between `place` and `end` again, many at a time.
fn rewrite_segment(
    candidate: &Candidate,
    place: &mut Place,
    end: u64,
    window: &mut Window,
) -> Result<u64, Error> {
    let Candidate { file, header, .. } = candidate;
    let write =
        |bytes: &[u8], offset| file.write_at(bytes, offset, WriteMode::Buffered, Account::Upkeep);
    let mut run = Vec::new();
    let (start, mut run_start) = (place.offset, place.offset);
    while place.offset < end {
        let frame = window.frame_at(file, place.offset, header.identity())?;
        let Some(frame) = frame.filter(|frame| frame.sequence == place.sequence) else {
            return Err(Error::Corruption {
                file: file.name().to_owned(),
                offset: place.offset,
                expected: format!("the packet of sequence {}", place.sequence),
                found: "other bytes than a moment before",
            });
        };
        run.extend_from_slice(window.frame(place.offset, &frame));
        run.resize(run.len().next_multiple_of(8), 0);
        place.offset += frame.frame_bytes();
        place.sequence += u64::from(frame.mark().is_none());
        if run.len() >= READ_BYTES || place.offset >= end {
            write(&run, run_start)?;
            run_start = place.offset;
            run.clear();
        }
    }
    Ok(end - start)
}
