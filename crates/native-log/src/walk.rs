//! The way through a log's frames, in order, up to the place where none carries the next sequence.

use std::collections::VecDeque;

use crate::error::Error;
use crate::format::{FrameHeader, Mark, SEGMENT_HEADER_BYTES};
use crate::packet::Packet;
use crate::report::RecoveryReport;
use crate::segment::Segment;
use crate::sequence::Sequence;
use crate::window::Window;

/// Places to begin rewriting from lie at least this far apart.
const PLACE_BYTES: u64 = 64 << 10;

/// A frame's place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) index: usize,
    pub(crate) offset: u64,
    pub(crate) sequence: u64,
}

/// What has been walked so far.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The sequence that the next frame must carry; unknown before the first frame of a log whose
    /// first segments were dropped.
    expected: Option<u64>,
    /// The last segment that continued the log, and where the log ends in it.
    pub(crate) tail: usize,
    pub(crate) end: u64,
    /// The last thing in the log says that it was closed in order.
    pub(crate) close_marked: bool,
    /// The last thing in the log is a mark behind which nothing in its segment counts.
    pub(crate) segment_ended: bool,
    /// Packets up to this one were durable when a later frame was made.
    pub(crate) promised_through: u64,
    /// Places from the last one at or before the first unpromised packet on.
    unpromised: VecDeque<Place>,
    last_frame: Option<Place>,
    pub(crate) report: RecoveryReport,
}

impl Walk {
    /// Walks through all segments and shows each packet to `visit`. Notes in each that continues the log where its frames
    /// begin and end.
    pub(crate) fn through(
        segments: &mut [Segment],
        window: &mut Window,
        visit: &mut dyn FnMut(Packet<'_>),
    ) -> Result<Self, Error> {
        let from_start = segments.first().is_some_and(|first| first.header.generation == 1);
        let mut walk = Self {
            expected: from_start.then_some(1),
            end: SEGMENT_HEADER_BYTES,
            ..Self::default()
        };
        for index in 0..segments.len() {
            window.reset(segments[index].found_bytes);
            walk.walk_segment(index, &mut segments[index], window, visit)?;
            if walk.expected.is_none() {
                // A segment becomes the first one only when it holds a packet that is durable.
                return Err(walk.corruption(segments, "no frame where one was durable"));
            }
        }
        Ok(walk)
    }

    fn walk_segment(
        &mut self,
        index: usize,
        segment: &mut Segment,
        window: &mut Window,
        visit: &mut dyn FnMut(Packet<'_>),
    ) -> Result<(), Error> {
        let identity = segment.header.identity();
        let mut offset = SEGMENT_HEADER_BYTES;
        while let Some(header) = window.frame_at(&segment.file, offset, identity)? {
            // A segment becomes the first one only with a packet in it, so no mark begins it.
            let goes_on = match self.expected {
                Some(expected) => header.sequence == expected,
                None => header.mark().is_none(),
            };
            if !goes_on {
                break;
            }
            if segment.frames_end == 0 {
                segment.first_sequence = header.sequence;
            }
            self.note(Place { index, offset, sequence: header.sequence }, &header);
            if header.mark().is_none() {
                visit(window.packet(offset, &header));
                self.count(&header);
            }
            offset += header.frame_bytes();
            segment.frames_end = offset;
            (self.tail, self.end) = (index, offset);
            if self.segment_ended {
                break;
            }
        }
        Ok(())
    }

    fn note(&mut self, place: Place, header: &FrameHeader) {
        let mark = header.mark();
        self.close_marked = mark.is_some_and(Mark::is_close);
        self.segment_ended = mark.is_some_and(Mark::ends_segment);
        self.expected = Some(header.sequence + u64::from(mark.is_none()));
        self.promised_through = self.promised_through.max(header.synced_through);
        self.last_frame = Some(place);
        let far_enough = self.unpromised.back().is_none_or(|last| {
            last.index != place.index || place.offset - last.offset >= PLACE_BYTES
        });
        if far_enough {
            self.unpromised.push_back(place);
        }
        while let Some(second) = self.unpromised.get(1)
            && second.sequence <= self.promised_through + 1
        {
            self.unpromised.pop_front();
        }
    }

    fn count(&mut self, header: &FrameHeader) {
        let report = &mut self.report;
        report.last = Sequence::new(header.sequence);
        if report.first == Sequence::NONE {
            report.first = report.last;
        }
        report.packets += 1;
        report.records += u64::from(header.records);
        report.bytes += u64::from(header.payload_bytes);
    }

    /// The sequence of the packet to come.
    pub(crate) fn next_sequence(&self) -> u64 {
        self.expected.expect("known once the walk has run")
    }

    /// From where on frames may be in the page cache only. A mark that promises every packet may
    /// itself be, and it alone.
    pub(crate) fn first_unproven(&self) -> Option<Place> {
        if !self.has_unpromised_packets() {
            return self.last_frame;
        }
        self.unpromised.front().copied()
    }

    /// Whether there are packets that no frame promises.
    pub(crate) fn has_unpromised_packets(&self) -> bool {
        self.promised_through + 1 < self.next_sequence()
    }

    pub(crate) fn corruption(&self, segments: &[Segment], found: &'static str) -> Error {
        let expected = match self.expected {
            Some(expected) => format!("the packet of sequence {expected}"),
            None => "the log's first packet".to_owned(),
        };
        segments[self.tail].file.corruption(self.end, expected, found)
    }
}
