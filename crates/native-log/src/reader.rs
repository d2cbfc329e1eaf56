//! Reading packets that are acknowledged, while others append.

use std::sync::Arc;

use crate::error::Error;
use crate::format::{FrameHeader, SEGMENT_HEADER_BYTES};
use crate::log::Log;
use crate::packet::Packet;
use crate::segment::Segment;
use crate::sequence::Sequence;
use crate::shared::Shared;
use crate::window::Window;

/// Reads packets in order, each once, from where it was told to begin. It sees acknowledged
/// packets only, and may be asked again after it has come to the end.
///
/// Segments that retention drops stay readable for a reader that is in them.
#[derive(Debug)]
pub struct Reader<'log> {
    shared: &'log Shared,
    segment: Arc<Segment>,
    offset: u64,
    /// The sequence of the frame at `offset`.
    next: u64,
    /// The first packet to be shown. Frames have no index: those before it are passed over, once it
    /// is acknowledged.
    wanted: u64,
    window: Window,
}

impl Log {
    /// Reads acknowledged packets from `sequence` on.
    ///
    /// # Errors
    /// [`Error::Dropped`], [`Error::Corruption`], [`Error::Storage`].
    pub fn read_from(&self, sequence: Sequence) -> Result<Reader<'_>, Error> {
        let shared = &self.shared;
        let wanted = sequence.get().max(1);
        let (segment, limit) = find_segment(shared, wanted)?;
        let mut window = Window::default();
        window.reset(limit);
        let next = segment.first_sequence;
        let mut reader =
            Reader { shared, segment, offset: SEGMENT_HEADER_BYTES, next, wanted, window };
        if wanted <= shared.acked() {
            reader.pass_over()?;
        }
        Ok(reader)
    }
}

impl Reader<'_> {
    /// The next packet, or `None` if it is not there yet.
    ///
    /// # Errors
    /// [`Error::Corruption`] if an acknowledged packet cannot be read back, [`Error::Dropped`] if
    /// retention overtook the reader, [`Error::Storage`] if reading fails.
    #[expect(clippy::should_implement_trait, reason = "the packet borrows from the reader")]
    pub fn next(&mut self) -> Result<Option<Packet<'_>>, Error> {
        if self.next < self.wanted && self.wanted <= self.shared.acked() {
            // It may have come to lie in a later segment than could be known before.
            let (segment, limit) = find_segment(self.shared, self.wanted)?;
            if segment.header.generation != self.segment.header.generation {
                self.next = segment.first_sequence;
                self.enter(segment, limit);
            }
            self.pass_over()?;
        }
        let Some((offset, header)) = self.advance()? else { return Ok(None) };
        Ok(Some(self.window.packet(offset, &header)))
    }

    /// Steps over the frames before the wanted one, which is acknowledged.
    fn pass_over(&mut self) -> Result<(), Error> {
        while self.next < self.wanted && self.advance_to(self.wanted)?.is_some() {}
        Ok(())
    }

    /// Steps over the next frame; returns where it is, if it is wanted and acknowledged.
    fn advance(&mut self) -> Result<Option<(u64, FrameHeader)>, Error> {
        if self.next < self.wanted { Ok(None) } else { self.advance_to(self.shared.acked()) }
    }

    /// Steps over the next frame if its sequence is at most `last`.
    fn advance_to(&mut self, last: u64) -> Result<Option<(u64, FrameHeader)>, Error> {
        loop {
            if self.next > last {
                return Ok(None);
            }
            let identity = self.segment.header.identity();
            let frame = self.window.frame_at(&self.segment.file, self.offset, identity)?;
            match frame.map(|header| (header, header.mark())) {
                Some((header, Some(mark))) if !mark.ends_segment() => {
                    self.offset += header.frame_bytes();
                }
                Some((header, None)) if header.sequence == self.next => {
                    let offset = self.offset;
                    self.offset += header.frame_bytes();
                    self.next += 1;
                    return Ok(Some((offset, header)));
                }
                Some(_) | None => self.look_further()?,
            }
        }
    }

    fn enter(&mut self, segment: Arc<Segment>, limit: u64) {
        self.offset = SEGMENT_HEADER_BYTES;
        self.window.reset(limit);
        self.segment = segment;
    }

    /// The frame is not in what was known of this segment: learn what has been added, or go on in
    /// the segment that has it. If neither helps, the packet is damaged.
    fn look_further(&mut self) -> Result<(), Error> {
        let (segment, limit) = find_segment(self.shared, self.next)?;
        if segment.header.generation != self.segment.header.generation {
            self.enter(segment, limit);
        } else if limit > self.window.limit {
            self.window.limit = limit;
        } else {
            let expected = format!("the packet of sequence {}", self.next);
            let found = "no valid frame of it, although it was acknowledged";
            return Err(self.segment.file.corruption(self.offset, expected, found));
        }
        Ok(())
    }
}

/// The segment that holds or will hold `sequence`, and up to where it can be read: the bytes
/// behind that may still change.
fn find_segment(shared: &Shared, sequence: u64) -> Result<(Arc<Segment>, u64), Error> {
    let (segment, committed_end) = {
        let state = shared.lock();
        let after = state.segments.partition_point(|segment| segment.first_sequence <= sequence);
        let Some(index) = after.checked_sub(1) else {
            let first = Sequence::new(state.segments[0].first_sequence);
            return Err(Error::Dropped { sequence: Sequence::new(sequence), first });
        };
        let is_active = after == state.segments.len();
        (Arc::clone(&state.segments[index]), is_active.then_some(state.committed_end))
    };
    let limit = match committed_end {
        Some(end) => end,
        None => segment.file.length()?,
    };
    Ok((segment, limit))
}
