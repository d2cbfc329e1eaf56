//! Writing again what may be in the page cache only.
//!
//! After a failed sync Linux takes the pages for clean: they can be read, a later sync succeeds, and
//! the device never got them. So what no promise proves is written once more, from bytes whose
//! checksums are verified at that moment, and synced. Where packets are among it, a durable copy of
//! it is made first: a cut may leave garbage where it interrupts a write.

use crate::error::Error;
use crate::format::SEGMENT_HEADER_BYTES;
use crate::frame_copy::FrameCopy;
use crate::segment::Segment;
use crate::storage::CountedStorage;
use crate::walk::{Place, Walk};
use crate::window::{READ_BYTES, Window};

/// What was written again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rewritten {
    pub(crate) bytes: u64,
    /// Copies were made and removed again: the directory was changed and synced.
    pub(crate) has_copied: bool,
}

/// Writes and syncs all frames from the first unproven one on. While it does, a copy of this name,
/// which must be free, is there.
pub(crate) fn rewrite_unproven(
    storage: &CountedStorage,
    walk: &Walk,
    segments: &[Segment],
    copy_name: &str,
    window: &mut Window,
) -> Result<Rewritten, Error> {
    let mut rewritten = Rewritten::default();
    let Some(mut place) = walk.first_unproven() else { return Ok(rewritten) };
    // A mark alone is no packet: without it, too, the log ends there.
    rewritten.has_copied = walk.has_unpromised_packets();
    let rest = segments.iter().enumerate().skip(place.index);
    for (index, segment) in rest.filter(|(_, segment)| segment.frames_end > 0) {
        if index != place.index {
            let offset = SEGMENT_HEADER_BYTES;
            place = Place { index, offset, sequence: segment.first_sequence };
        }
        window.reset(segment.found_bytes);
        if rewritten.has_copied {
            let mut copy = FrameCopy::begin(storage, copy_name, segment, place.offset)?;
            each_run(segment, place, window, |bytes, _| copy.push(bytes))?;
            copy.finish(storage)?;
        }
        each_run(segment, place, window, |bytes, offset| segment.file.put(bytes, offset))?;
        segment.file.sync_all()?;
        if rewritten.has_copied {
            storage.unlink(copy_name)?;
        }
        rewritten.bytes += segment.frames_end - place.offset;
    }
    Ok(rewritten)
}

/// Hands out the frames from `place` on, many at a time, with their offset.
fn each_run(
    segment: &Segment,
    mut place: Place,
    window: &mut Window,
    mut take: impl FnMut(&[u8], u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let Segment { file, header, frames_end, .. } = segment;
    let mut run = Vec::new();
    let mut run_start = place.offset;
    while place.offset < *frames_end {
        let frame = window.frame_at(file, place.offset, header.identity())?;
        let Some(frame) = frame.filter(|frame| frame.sequence == place.sequence) else {
            let expected = format!("the packet of sequence {}", place.sequence);
            let found = "other bytes than a moment before";
            return Err(file.corruption(place.offset, expected, found));
        };
        run.extend_from_slice(window.frame(place.offset, &frame));
        run.resize(run.len().next_multiple_of(8), 0);
        place.offset += frame.frame_bytes();
        place.sequence += u64::from(frame.mark().is_none());
        if run.len() >= READ_BYTES || place.offset >= *frames_end {
            take(&run, run_start)?;
            run_start = place.offset;
            run.clear();
        }
    }
    Ok(())
}
