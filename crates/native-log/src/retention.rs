//! Letting go of old packets, whole segments at a time.

use std::sync::{Arc, PoisonError};

use crate::error::Error;
use crate::log::Log;
use crate::options::Space;
use crate::segment::{Segment, segment_name, spare_name};
use crate::sequence::Sequence;
use crate::shared::{Shared, State};

impl Log {
    /// Drops the segments that hold only packets before `sequence`; returns how many. Packets that
    /// are not acknowledged, and the segment that is being written, always stay.
    ///
    /// # Errors
    /// [`Error::Poisoned`], also if a rename or unlink fails.
    pub fn drop_before(&self, sequence: Sequence) -> Result<u32, Error> {
        let shared = &self.shared;
        let _only_one = shared.retention.lock().unwrap_or_else(PoisonError::into_inner);
        let mut count = 0;
        // Each is gone for good before the next one goes, so that a crash leaves no hole.
        while let Some((dropped, recycle)) = shared.take_oldest(sequence.get())? {
            let generation = dropped.header.generation;
            let name = segment_name(generation);
            let result = if recycle {
                shared.storage.rename(&name, &spare_name(generation))
            } else {
                shared.storage.unlink(&name)
            };
            shared.poison_on_error(result)?;
            drop(dropped);
            if recycle {
                shared.lock().spares.push(generation);
            }
            count += 1;
        }
        Ok(count)
    }

    /// How far [`drop_before`](Self::drop_before) can drop now: the first packet that would stay.
    #[must_use]
    pub fn droppable_before(&self) -> Sequence {
        let state = self.shared.lock();
        let acked = self.shared.acked();
        let mut firsts = state.segments.iter().rev().map(|segment| segment.first_sequence);
        let kept = firsts.find(|first_sequence| *first_sequence <= acked);
        Sequence::new(kept.unwrap_or(state.segments[0].first_sequence))
    }
}

impl Shared {
    /// Takes the oldest segment out if it may go, and says whether it can be recycled.
    fn take_oldest(&self, sequence: u64) -> Result<Option<(Arc<Segment>, bool)>, Error> {
        let mut guard = self.lock();
        guard.check()?;
        let state: &mut State = &mut guard;
        // The next segment becomes the first. It must hold a durable packet, or a crash could
        // leave a log that does not know its place in the sequence.
        let Some(next) = state.segments.get(1) else { return Ok(None) };
        if next.first_sequence > sequence.min(self.acked()) {
            return Ok(None);
        }
        let Some(oldest) = state.segments.pop_front() else { return Ok(None) };
        let has_room = match self.options.space {
            Space::Recycled { spare_segments_max } => {
                state.spares.len() < spare_segments_max.get() as usize
            }
            _ => false,
        };
        // A reader may still be in it: then its file lives on, nameless, until the reader is done.
        let unread = Arc::strong_count(&oldest) == 1;
        let as_asked = oldest.header.segment_bytes == self.options.segment_bytes
            && self.options.space.is_of_code(oldest.header.space_code);
        Ok(Some((oldest, has_room && unread && as_asked)))
    }
}
