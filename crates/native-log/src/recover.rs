//! Opening a log: find its end, refuse damage, leave nothing behind that could come back.
//!
//! Segments are read once, front to back. The log ends at the first place where no frame carries
//! the next sequence. What lies behind it decides what that means: a frame there which promises
//! that the missing packet was synced makes it corruption; else a crash cut it, before anybody was
//! told that it was durable. Only then is anything changed.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::candidate::{check_spares, open_candidates};
use crate::error::Error;
use crate::format::SEGMENT_HEADER_BYTES;
use crate::frame_copy::restore;
use crate::judgement::{judge, judge_spares};
use crate::options::LogOptions;
use crate::packet::Packet;
use crate::prepare::{create, new_header};
use crate::recovered::Recovered;
use crate::report::{RecoveryReport, Removal, Removed};
use crate::segment::{Listing, preparing_name};
use crate::settle::{Judged, refuse_to_begin_over};
use crate::storage::CountedStorage;
use crate::walk::Walk;
use crate::window::Window;

/// Recovers the log in `storage`, or begins one; shows each packet to `visit` in order.
pub(crate) fn recover(
    storage: &CountedStorage,
    options: &LogOptions,
    visit: &mut dyn FnMut(Packet<'_>),
) -> Result<Recovered, Error> {
    storage.sync_dir()?;
    let listing = Listing::sort(storage.list()?);
    if listing.segments.is_empty() {
        refuse_to_begin_over(&listing)?;
        return begin(storage, options, &listing.unfinished);
    }
    let candidates = open_candidates(storage, options, &listing.segments)?;
    check_spares(storage, &listing.spares, &candidates[0].header)?;
    let restored_bytes = restore(storage, &listing.copies, &candidates)?;
    let mut window = Window::new();
    let mut walk = Walk::through(&candidates, &mut window, visit)?;
    walk.report.restored_bytes = restored_bytes;
    let remains = judge(&walk, &candidates, &mut window)?;
    judge_spares(&walk, &candidates, storage, &listing.spares)?;
    let judged = Judged { storage, options, listing: &listing, walk, remains };
    judged.settle(candidates, &mut window)
}

/// Begins an empty log.
fn begin(
    storage: &CountedStorage,
    options: &LogOptions,
    unfinished: &[u32],
) -> Result<Recovered, Error> {
    let mut report = RecoveryReport::EMPTY;
    for &generation in unfinished {
        let file = preparing_name(generation);
        storage.unlink(&file)?;
        report.removed.push(Removed { file, why: Removal::UnfinishedPreparation });
    }
    // A log never meets frames of another log, even where a file system shows old blocks.
    let log_id = RandomState::new().hash_one("native-log");
    let first = create(storage, options, new_header(options, log_id, 1, 0))?;
    Ok(Recovered {
        log_id,
        segments: VecDeque::from([Arc::new(first.activate(1))]),
        position: SEGMENT_HEADER_BYTES,
        rotate_next: false,
        segment_ended: false,
        next_sequence: 1,
        synced_through: 0,
        next_generation: 2,
        prepared: None,
        spares: Vec::new(),
        close_marked: false,
        report,
    })
}
