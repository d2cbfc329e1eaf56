//! Torn, or damaged? What lies behind the end of the log says.
//!
//! Nothing has been changed when this is decided, and every segment has been looked at.

use crate::error::Error;
use crate::format::{
    FRAME_HEADER_BYTES, FRAME_HEADER_LEN, FrameHeader, FrameIdentity, SEGMENT_HEADER_BYTES,
};
use crate::search::{Found, Search, Wanted};
use crate::segment::{Segment, Spare};
use crate::storage::PAGE_BYTES;
use crate::walk::Walk;
use crate::window::Window;

/// What is left behind the end of the log in one segment: how many bytes from where it should be
/// empty, if it is not.
pub(crate) type Remains = Option<u64>;

/// Looks at everything behind the end, and tells for the tail and each later segment what is left
/// there. Refuses a log in which something that was durable is missing.
pub(crate) fn judge(
    walk: &Walk,
    segments: &[Segment],
    window: &mut Window,
) -> Result<Vec<Remains>, Error> {
    let mut search = Search::new(wanted(walk, segments));
    let mut sequences = segments.iter().map(|segment| segment.first_sequence);
    let first_sequence = sequences.find(|sequence| *sequence > 0).unwrap_or(0);
    let mut remains = Vec::with_capacity(segments.len() - walk.tail);
    for (index, segment) in segments.iter().enumerate().skip(walk.tail) {
        let is_tail = index == walk.tail;
        let from = if is_tail { walk.end } else { SEGMENT_HEADER_BYTES };
        let found =
            search.run(&segment.file, segment.header.generation, from, segment.found_bytes)?;
        if found.promised {
            let found = "damage below a later frame's promise that it was synced";
            return Err(walk.corruption(segments, found));
        }
        let is_empty = if is_tail && walk.segment_ended {
            // Recovery ended this segment once: whatever lies behind was told then.
            true
        } else if segment.is_growing() {
            segment.found_bytes <= from
        } else if !segment.header.is_recycled() {
            found.nonzero.is_none()
        } else if is_tail {
            is_recycled_tail_empty(&found, from, segment)
        } else {
            !found.own_frame && begins_as_dropped(segment, first_sequence, window)?
        };
        remains.push((!is_empty).then(|| remaining_bytes(&found, from, segment)));
    }
    Ok(remains)
}

/// Refuses a log that was not closed in order while a dropped segment holds a frame which promises what is missing. The
/// dropped are older than all that is in place, so that is a copy of a segment, and the segment lost its end since. A
/// log that was closed in order ends where it says, and its dropped segments are not read.
pub(crate) fn judge_spares(
    walk: &Walk,
    segments: &[Segment],
    spares: &[Spare],
) -> Result<(), Error> {
    if walk.close_marked {
        return Ok(());
    }
    let wanted = wanted(walk, segments);
    let mut search = Search::new(wanted);
    for Spare { generation, file, .. } in spares.iter().filter(|spare| spare.is_of_log) {
        if search.run(file, *generation, SEGMENT_HEADER_BYTES, file.length()?)?.promised {
            let expected = format!("frames from before the packet of sequence {}", wanted.expected);
            let found = "one that promises that it was synced: a segment lost its end";
            return Err(file.corruption(SEGMENT_HEADER_BYTES, expected, found));
        }
    }
    Ok(())
}

/// What proves that something is missing behind the end that was found.
fn wanted(walk: &Walk, segments: &[Segment]) -> Wanted {
    let headers = segments.iter().map(|segment| segment.header);
    Wanted {
        checksum_seed: segments[walk.tail].header.identity().checksum_seed,
        generation_max: headers.clone().map(|header| header.generation).max().unwrap_or(0),
        packet_bytes_max: headers.map(|header| header.packet_bytes_max).max().unwrap_or(0),
        expected: walk.next_sequence(),
    }
}

fn remaining_bytes(found: &Found, from: u64, segment: &Segment) -> u64 {
    let end = if segment.is_growing() {
        segment.found_bytes
    } else {
        found.nonzero.map_or(from, |(_, end)| end.min(segment.found_bytes))
    };
    end - from
}

/// Old frames lie behind the end of a recycled segment, but not in the page of the end: the write
/// that reached it first covered the page with zeros.
fn is_recycled_tail_empty(found: &Found, end: u64, segment: &Segment) -> bool {
    let page_end = (end + 1).next_multiple_of(PAGE_BYTES).min(segment.found_bytes);
    !found.own_frame && found.nonzero.is_none_or(|(first, _)| first >= page_end)
}

/// Whether a recycled segment begins as it did when it was dropped: with a whole frame of an older
/// generation that comes before the log's first packet, or with nothing.
fn begins_as_dropped(
    segment: &Segment,
    first_sequence: u64,
    window: &mut Window,
) -> Result<bool, Error> {
    let mut bytes = [0; FRAME_HEADER_LEN];
    let read = segment.file.read_at(&mut bytes, SEGMENT_HEADER_BYTES)?;
    if read < FRAME_HEADER_LEN || bytes == [0; FRAME_HEADER_LEN] {
        return Ok(read == FRAME_HEADER_LEN);
    }
    let (header, _) = FrameHeader::decode(&bytes);
    let next_sequence = header.sequence.saturating_add(u64::from(header.mark().is_none()));
    if header.generation >= segment.header.generation || next_sequence > first_sequence {
        return Ok(false);
    }
    // Its own segment may have held longer packets than the new one will.
    let packet_bytes_max =
        (segment.found_bytes - SEGMENT_HEADER_BYTES - FRAME_HEADER_BYTES).try_into();
    let identity = FrameIdentity {
        generation: header.generation,
        packet_bytes_max: packet_bytes_max.unwrap_or(u32::MAX),
        ..segment.header.identity()
    };
    window.reset(segment.found_bytes);
    Ok(window.frame_at(&segment.file, SEGMENT_HEADER_BYTES, identity)?.is_some())
}
