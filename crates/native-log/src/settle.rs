//! Making a judged log ready to go on: nothing here happens before every segment was judged.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::error::Error;
use crate::format::{
    FRAME_HEADER_BYTES, FRAME_HEADER_LEN, FrameHeader, Mark, SEGMENT_HEADER_BYTES,
};
use crate::judgement::Remains;
use crate::options::{LogOptions, Space};
use crate::report::{Cut, RecoveryReport, Removal, Removed};
use crate::rewrite::{Rewritten, rewrite_unproven};
use crate::segment::{
    Listing, Segment, Spare, copy_name, preparing_name, segment_name, spare_name,
};
use crate::shared::State;
use crate::storage::{Account, CountedStorage, FileChange};
use crate::walk::Walk;
use crate::window::Window;

/// A log that was judged, and what it is to be like.
pub(crate) struct Judged<'a> {
    pub(crate) storage: &'a CountedStorage,
    pub(crate) options: &'a LogOptions,
    pub(crate) listing: &'a Listing,
    pub(crate) walk: Walk,
    /// For the tail and each later segment.
    pub(crate) remains: Vec<Remains>,
}

impl Judged<'_> {
    /// Proves what is kept, ends the log where it ends, and removes what is not used. The log goes on from the state that is
    /// returned.
    pub(crate) fn settle(
        mut self,
        mut segments: Vec<Segment>,
        spares: Vec<Spare>,
        window: &mut Window,
    ) -> Result<(State, RecoveryReport), Error> {
        let next_sequence = self.walk.next_sequence();
        let synced_through = match self.options.sync_method.is_durable() {
            true => next_sequence - 1,
            false => self.walk.promised_through,
        };
        self.prove(&segments, window)?;
        let later = segments.split_off(self.walk.tail + 1);
        self.end_tail(&segments[self.walk.tail], synced_through)?;
        self.walk.report.clean_close = self.walk.close_marked;
        let prepared = self.sort_later(later)?;
        for &generation in &self.listing.unfinished {
            self.remove(&preparing_name(generation), Removal::UnfinishedPreparation)?;
        }
        let spares = self.keep_spares(spares)?;
        let in_place = self.listing.segments.iter().chain(&spares);
        let highest = in_place.max().copied().unwrap_or(0);
        let rotate_next =
            self.walk.segment_ended || !serves(self.options, &segments[self.walk.tail]);
        let state = State {
            segments: with_sequences(segments, next_sequence),
            position: self.walk.end,
            rotate_next,
            segment_ended: self.walk.segment_ended,
            next_sequence,
            synced_through,
            // The highest one means that none is left; that matters once one is needed.
            next_generation: highest.saturating_add(1),
            prepared,
            spares,
            close_marked: self.walk.close_marked,
            ..State::default()
        };
        Ok((state, self.walk.report))
    }

    /// Makes certain that the device has what the cache shows, names included.
    fn prove(&mut self, segments: &[Segment], window: &mut Window) -> Result<(), Error> {
        let copies = &self.listing.copies;
        let mut rewritten = Rewritten::default();
        // A copy goes only when what it is of is durable.
        if self.options.sync_method.is_durable() || !copies.is_empty() {
            let free = (1..=u32::MAX).find(|number| !copies.contains(number)).unwrap_or(0);
            let name = copy_name(free);
            rewritten = rewrite_unproven(self.storage, &self.walk, segments, &name, window)?;
            self.walk.report.rewritten_bytes = rewritten.bytes;
        }
        for &number in copies {
            self.remove(&copy_name(number), Removal::UnfinishedRewrite)?;
        }
        // Names may be in the cache only as well. A change to the directory has all of it written.
        if !rewritten.has_copied {
            touch_directory(self.storage, self.listing)?;
        }
        Ok(())
    }

    /// Ends the tail's segment for good if something lies behind the end of the log, so that it can
    /// never follow a new packet. The remains themselves stay as they are.
    fn end_tail(&mut self, tail: &Segment, synced_through: u64) -> Result<(), Error> {
        let Some(bytes) = self.remains[0] else { return Ok(()) };
        let end = self.walk.end;
        self.walk.report.cut = Some(Cut { file: tail.file.name.clone(), offset: end, bytes });
        self.walk.close_marked = false;
        let Segment { file, header, .. } = tail;
        if end + FRAME_HEADER_BYTES <= header.segment_bytes {
            let next_sequence = self.walk.next_sequence();
            let mark =
                FrameHeader::of_mark(Mark::End, header.generation, next_sequence, synced_through);
            file.put(&mark.encode(header.identity().checksum_seed), end)?;
            self.walk.end += FRAME_HEADER_BYTES;
            self.walk.segment_ended = true;
        } else if tail.is_growing() {
            // Too few bytes for a mark are too few for a frame.
            file.change(FileChange::SetLen(end), Account::Upkeep)?;
        } else {
            let rest = (header.segment_bytes - end) as usize;
            file.put(&[0; FRAME_HEADER_LEN][..rest], end)?;
        }
        file.sync_all()
    }

    /// Takes the first later segment as the prepared one if nothing was ever written to it and it is
    /// as asked for. The others go, the newest first: each names the one before it, and a crash must
    /// not leave a gap.
    fn sort_later(&mut self, later: Vec<Segment>) -> Result<Option<Segment>, Error> {
        let mut prepared = None;
        for (at, segment) in later.into_iter().enumerate().rev() {
            let remains = self.remains[at + 1];
            if at == 0 && remains.is_none() && serves(self.options, &segment) {
                prepared = Some(segment);
                continue;
            }
            let name = &segment.file.name;
            let why = match remains {
                Some(bytes) => Removal::Remains { bytes },
                None => Removal::NotAsAsked,
            };
            self.remove(name, why)?;
            if let Some(bytes) = remains
                && self.remains[0].is_none()
            {
                let offset = SEGMENT_HEADER_BYTES;
                self.walk.report.cut = Some(Cut { file: name.clone(), offset, bytes });
                self.walk.report.clean_close = false;
            }
        }
        Ok(prepared)
    }

    fn remove(&mut self, name: &str, why: Removal) -> Result<(), Error> {
        self.storage.unlink(name)?;
        self.walk.report.removed.push(Removed { file: name.to_owned(), why });
        Ok(())
    }

    /// Keeps the dropped segments that can be recycled and removes the others. One whose name or
    /// header is in use for a segment in place is not its own any more.
    fn keep_spares(&mut self, spares: Vec<Spare>) -> Result<Vec<u32>, Error> {
        let spare_segments_max = match self.options.space {
            Space::Recycled { spare_segments_max } => spare_segments_max.get() as usize,
            _ => 0,
        };
        let mut kept = Vec::new();
        for Spare { generation, file, is_of_log } in spares {
            if kept.len() < spare_segments_max
                && is_of_log
                && !self.listing.segments.contains(&generation)
                && file.length()? == self.options.segment_bytes
            {
                kept.push(generation);
            } else {
                self.remove(&file.name, Removal::UnusableSpare)?;
            }
        }
        Ok(kept)
    }
}

/// Changes the directory and syncs it. After a failed sync a directory's block may be taken for
/// clean like a file's page; any change has it written again, with all names in it.
fn touch_directory(storage: &CountedStorage, listing: &Listing) -> Result<(), Error> {
    // No segment has generation 0. A crash right here leaves a file that is removed below.
    if !listing.unfinished.contains(&0) {
        storage.create(preparing_name(0))?;
        storage.unlink(&preparing_name(0))?;
    }
    Ok(())
}

/// Whether the log can go on in this segment under these options.
fn serves(options: &LogOptions, segment: &Segment) -> bool {
    let header = &segment.header;
    header.segment_bytes == options.segment_bytes
        && options.space.is_of_code(header.space_code)
        && header.packet_bytes_max >= options.packet_bytes_max
}

/// The segments up to the tail. One without packets begins where its successor does.
fn with_sequences(segments: Vec<Segment>, next_sequence: u64) -> VecDeque<Arc<Segment>> {
    let mut sequenced = VecDeque::with_capacity(segments.len());
    let mut first_sequence = next_sequence;
    for mut segment in segments.into_iter().rev() {
        if segment.first_sequence == 0 {
            segment.first_sequence = first_sequence;
        }
        first_sequence = segment.first_sequence;
        sequenced.push_front(Arc::new(segment));
    }
    sequenced
}

/// Refuses to begin a log where another one has been: what only an older log leaves is there, and
/// its segments are gone.
pub(crate) fn refuse_to_begin_over(listing: &Listing) -> Result<(), Error> {
    let spares = listing.spares.iter().map(|&generation| spare_name(generation));
    let later = listing.unfinished.iter().filter(|generation| **generation > 1);
    let copies = listing.copies.iter().map(|&number| copy_name(number));
    let later = later.map(|&generation| preparing_name(generation));
    let mut left = spares.chain(later).chain(copies);
    match left.next() {
        None => Ok(()),
        Some(file) => Err(Error::Corruption {
            file,
            offset: 0,
            expected: format!("segments of its log beside it, such as {}", segment_name(1)),
            found: "none: all are missing",
        }),
    }
}
