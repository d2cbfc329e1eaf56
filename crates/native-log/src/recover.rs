//! Opening a log: find its end, refuse damage, leave nothing behind that could come back.
//!
//! Segments are read once, front to back. The log ends at the first place where no frame carries
//! the next sequence. What lies behind it decides what that means: a frame there which promises
//! that the missing packet was synced makes it corruption; else a crash cut it, before anybody was
//! told that it was durable. Only then is anything changed.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::error::Error;
use crate::format::SEGMENT_HEADER_BYTES;
use crate::frame_copy::restore;
use crate::judgement::{judge, judge_spares};
use crate::options::LogOptions;
use crate::packet::Packet;
use crate::prepare::{make_segment, new_header};
use crate::report::{RecoveryReport, Removal, Removed};
use crate::segment::{Listing, open_segments, open_spares, preparing_name};
use crate::settle::{Judged, refuse_to_begin_over};
use crate::shared::State;
use crate::storage::CountedStorage;
use crate::walk::Walk;
use crate::window::Window;

/// Recovers the log in `storage`, or begins one: the state from which it goes on. Shows each packet to `visit` in order.
pub(crate) fn recover(
    storage: &CountedStorage,
    options: &LogOptions,
    visit: &mut dyn FnMut(Packet<'_>),
) -> Result<(State, RecoveryReport), Error> {
    storage.sync_dir()?;
    let listing = Listing::sort(storage.list()?);
    if listing.segments.is_empty() {
        refuse_to_begin_over(&listing)?;
        return begin(storage, options, &listing.unfinished);
    }
    let mut segments = open_segments(storage, options, &listing.segments)?;
    let spares = open_spares(storage, &listing.spares, &segments[0].header)?;
    let restored_bytes = restore(storage, &listing.copies, &segments)?;
    let mut window = Window::default();
    let mut walk = Walk::through(&mut segments, &mut window, visit)?;
    walk.report.restored_bytes = restored_bytes;
    let remains = judge(&walk, &segments, &mut window)?;
    judge_spares(&walk, &segments, &spares)?;
    let judged = Judged { storage, options, listing: &listing, walk, remains };
    judged.settle(segments, spares, &mut window)
}

/// Begins an empty log.
fn begin(
    storage: &CountedStorage,
    options: &LogOptions,
    unfinished: &[u32],
) -> Result<(State, RecoveryReport), Error> {
    let mut report = RecoveryReport::default();
    for &generation in unfinished {
        let file = preparing_name(generation);
        storage.unlink(&file)?;
        report.removed.push(Removed { file, why: Removal::UnfinishedPreparation });
    }
    // A log never meets frames of another log, even where a file system shows old blocks.
    let log_id = RandomState::new().hash_one("native-log");
    let header = new_header(options, log_id, 1, 0);
    let mut first = make_segment(storage, options, header, None)?;
    first.first_sequence = 1;
    let state = State {
        segments: VecDeque::from([Arc::new(first)]),
        position: SEGMENT_HEADER_BYTES,
        next_sequence: 1,
        next_generation: 2,
        ..State::default()
    };
    Ok((state, report))
}
