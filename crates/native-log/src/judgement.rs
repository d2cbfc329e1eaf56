//! Torn, or damaged? What lies behind the end of the log says.
//!
//! Nothing has been changed when this is decided, and every segment has been looked at.

use crate::candidate::Candidate;
use crate::error::Error;
use crate::format::{
    FRAME_HEADER_BYTES, FRAME_HEADER_LEN, FrameHeader, FrameIdentity, SEGMENT_HEADER_BYTES,
};
use crate::search::{Found, Search, Wanted};
use crate::segment::{read_spare_header, spare_name};
use crate::storage::{CountedStorage, OpenMode, PAGE_BYTES};
use crate::walk::Walk;
use crate::window::Window;

/// What is left behind the end of the log in one segment: how many bytes from where it should be
/// empty, if it is not.
pub(crate) type Remains = Option<u64>;

/// Looks at everything behind the end, and tells for the tail and each later segment what is left
/// there. Refuses a log in which something that was durable is missing.
pub(crate) fn judge(
    walk: &Walk,
    candidates: &[Candidate],
    window: &mut Window,
) -> Result<Vec<Remains>, Error> {
    let mut search = Search::new(wanted(walk, candidates));
    let first_sequence = walk.extents.first().map_or(0, |extent| extent.first_sequence);
    let mut remains = Vec::with_capacity(candidates.len() - walk.tail);
    for (index, candidate) in candidates.iter().enumerate().skip(walk.tail) {
        let is_tail = index == walk.tail;
        let from = if is_tail { walk.end } else { SEGMENT_HEADER_BYTES };
        let found =
            search.run(&candidate.file, candidate.header.generation, from, candidate.length)?;
        if found.promised {
            let found = "damage below a later frame's promise that it was synced";
            return Err(walk.corruption(candidates, found));
        }
        let is_empty = if is_tail && walk.segment_ended {
            // Recovery ended this segment once: whatever lies behind was told then.
            true
        } else if candidate.is_growing() {
            candidate.length <= from
        } else if !candidate.header.is_recycled() {
            found.nonzero.is_none()
        } else if is_tail {
            is_recycled_tail_empty(&found, from, candidate)
        } else {
            !found.own_frame && begins_as_dropped(candidate, first_sequence, window)?
        };
        remains.push((!is_empty).then(|| remaining_bytes(&found, from, candidate)));
    }
    Ok(remains)
}

/// Refuses a log that was not closed in order while a dropped segment holds a frame which promises what is missing. The
/// dropped are older than all that is in place, so that is a copy of a segment, and the segment lost its end since. A
/// log that was closed in order ends where it says, and its dropped segments are not read.
pub(crate) fn judge_spares(
    walk: &Walk,
    candidates: &[Candidate],
    storage: &CountedStorage,
    spares: &[u32],
) -> Result<(), Error> {
    if walk.close_marked {
        return Ok(());
    }
    let wanted = wanted(walk, candidates);
    let mut search = Search::new(wanted);
    for &generation in spares {
        let file = storage.open(spare_name(generation), OpenMode::Plain)?;
        let log_id = candidates[walk.tail].header.log_id;
        let header = read_spare_header(&file, generation)?;
        if header.is_none_or(|header| header.log_id != log_id) {
            continue;
        }
        let length = file.length()?;
        if search.run(&file, generation, SEGMENT_HEADER_BYTES, length)?.promised {
            return Err(Error::Corruption {
                file: file.name().to_owned(),
                offset: SEGMENT_HEADER_BYTES,
                expected: format!("frames from before the packet of sequence {}", wanted.expected),
                found: "one that promises that it was synced: a segment lost its end",
            });
        }
    }
    Ok(())
}

/// What proves that something is missing behind the end that was found.
fn wanted(walk: &Walk, candidates: &[Candidate]) -> Wanted {
    let headers = candidates.iter().map(|candidate| candidate.header);
    Wanted {
        checksum_seed: candidates[walk.tail].header.identity().checksum_seed,
        generation_max: headers.clone().map(|header| header.generation).max().unwrap_or(0),
        packet_bytes_max: headers.map(|header| header.packet_bytes_max).max().unwrap_or(0),
        expected: walk.next_sequence(),
    }
}

fn remaining_bytes(found: &Found, from: u64, candidate: &Candidate) -> u64 {
    let end = if candidate.is_growing() {
        candidate.length
    } else {
        found.nonzero.map_or(from, |(_, end)| end.min(candidate.length))
    };
    end - from
}

/// Old frames lie behind the end of a recycled segment, but not in the page of the end: the write
/// that reached it first covered the page with zeros.
fn is_recycled_tail_empty(found: &Found, end: u64, candidate: &Candidate) -> bool {
    let page_end = (end + 1).next_multiple_of(PAGE_BYTES).min(candidate.length);
    !found.own_frame && found.nonzero.is_none_or(|(first, _)| first >= page_end)
}

/// Whether a recycled segment begins as it did when it was dropped: with a whole frame of an older
/// generation that comes before the log's first packet, or with nothing.
fn begins_as_dropped(
    candidate: &Candidate,
    first_sequence: u64,
    window: &mut Window,
) -> Result<bool, Error> {
    let mut bytes = [0; FRAME_HEADER_LEN];
    let read = candidate.file.read_at(&mut bytes, SEGMENT_HEADER_BYTES)?;
    if read < FRAME_HEADER_LEN || bytes == [0; FRAME_HEADER_LEN] {
        return Ok(read == FRAME_HEADER_LEN);
    }
    let (header, _) = FrameHeader::decode(&bytes);
    let next_sequence = header.sequence.saturating_add(u64::from(header.mark().is_none()));
    if header.generation >= candidate.header.generation || next_sequence > first_sequence {
        return Ok(false);
    }
    // Its own segment may have held longer packets than the new one will.
    let packet_bytes_max =
        (candidate.length - SEGMENT_HEADER_BYTES - FRAME_HEADER_BYTES).try_into();
    let identity = FrameIdentity {
        generation: header.generation,
        packet_bytes_max: packet_bytes_max.unwrap_or(u32::MAX),
        ..candidate.header.identity()
    };
    window.reset(candidate.length);
    Ok(window.frame_at(&candidate.file, SEGMENT_HEADER_BYTES, identity)?.is_some())
}
