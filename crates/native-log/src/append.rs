//! Putting packets into the group that is being gathered.

use crc32c::crc32c_append;

use crate::error::Error;
use crate::format::{
    FRAME_HEADER_BYTES, FrameHeader, SEGMENT_HEADER_BYTES, SEQUENCE_MAX, frame_bytes,
};
use crate::log::Log;
use crate::options::{GroupWait, Prepare};
use crate::prepare::prepare_segment;
use crate::sequence::Sequence;
use crate::shared::{Guard, Leader, Shared, State, wait};

impl Log {
    /// Appends a packet that holds `records` records, and returns its sequence. It is not durable
    /// before [`wait`](Self::wait) says so. Blocks only while the group is full.
    ///
    /// # Errors
    /// [`Error::PacketEmpty`], [`Error::PacketTooLarge`], [`Error::SequencesExhausted`],
    /// [`Error::GenerationsExhausted`], [`Error::Poisoned`].
    pub fn append(&self, packet: &[u8], records: u32) -> Result<Sequence, Error> {
        let shared = &self.shared;
        shared.check_length(packet.len())?;
        // Before the lock is taken, so that appenders share only the copying.
        let payload_checksum = crc32c_append(shared.checksum_seed, packet);
        shared.append_frame(packet.len(), records, |payload| {
            payload.copy_from_slice(packet);
            payload_checksum
        })
    }

    /// As [`append`](Self::append), but `encode` writes the packet of `length` bytes where it will
    /// be written from. It must fill the slice, whose bytes are unspecified before. Other
    /// appenders wait meanwhile, so it should be quick; if many threads append, encoding into a
    /// buffer of one's own and `append` is faster. If it panics nothing is appended. It runs under
    /// the log's lock: it must not call the log, or it waits for itself for ever.
    ///
    /// # Errors
    /// [`Error::PacketEmpty`], [`Error::PacketTooLarge`], [`Error::SequencesExhausted`],
    /// [`Error::GenerationsExhausted`], [`Error::Poisoned`].
    pub fn append_with(
        &self,
        length: usize,
        records: u32,
        encode: impl FnOnce(&mut [u8]),
    ) -> Result<Sequence, Error> {
        let shared = &self.shared;
        shared.check_length(length)?;
        shared.append_frame(length, records, |payload| {
            encode(payload);
            crc32c_append(shared.checksum_seed, payload)
        })
    }

    /// Returns once the next segment is ready to be taken, so that a measurement does not run
    /// beside its preparation.
    ///
    /// # Errors
    /// [`Error::Poisoned`], [`Error::GenerationsExhausted`].
    pub fn wait_until_prepared(&self) -> Result<(), Error> {
        let mut state = self.shared.lock();
        while state.prepared.is_none() {
            state.check()?;
            state = self.shared.await_segment(state)?;
        }
        Ok(())
    }
}

impl Shared {
    fn check_length(&self, bytes: usize) -> Result<(), Error> {
        let bytes_max = self.options.packet_bytes_max;
        if bytes == 0 {
            return Err(Error::PacketEmpty);
        }
        if bytes > bytes_max as usize {
            return Err(Error::PacketTooLarge { bytes, bytes_max });
        }
        Ok(())
    }

    fn append_frame(
        &self,
        length: usize,
        records: u32,
        fill: impl FnOnce(&mut [u8]) -> u32,
    ) -> Result<Sequence, Error> {
        let bytes = frame_bytes(length as u64);
        let mut guard = self.make_room(self.lock(), bytes)?;
        let state = &mut *guard;
        if state.next_sequence > SEQUENCE_MAX {
            return Err(Error::SequencesExhausted);
        }
        let header = FrameHeader {
            payload_bytes: length as u32,
            generation: state.active().header.generation,
            records,
            sequence: state.next_sequence,
            synced_through: state.synced_through,
        };
        if state.gathering.used() == 0 {
            state.gathering.restart(state.position);
        }
        state.gathering.push(&header, fill);
        state.next_sequence += 1;
        state.position += bytes;
        state.close_marked = false;
        self.tell_of_growth(state);
        Ok(Sequence::new(header.sequence))
    }

    /// Wakes whoever waits for the group to grow, if anybody does: a wake-up is a system call.
    fn tell_of_growth(&self, state: &mut State) {
        let enough = match (state.leader, self.options.group_wait) {
            (Leader::Gathering { .. }, GroupWait::Bounded { packets_enough, .. }) => {
                state.gathering.packets >= packets_enough.get()
            }
            _ => false,
        };
        if enough || state.flusher_idle {
            self.group_grew.notify_all();
        }
    }

    /// Waits until a frame of `bytes` fits the group and the active segment.
    fn make_room<'shared>(
        &'shared self,
        mut state: Guard<'shared>,
        bytes: u64,
    ) -> Result<Guard<'shared>, Error> {
        loop {
            state.check()?;
            let room_end = self.options.segment_bytes - FRAME_HEADER_BYTES;
            let fits_segment = !state.rotate_next && state.position + bytes <= room_end;
            let used = state.gathering.used() as u64;
            let fits_group = used == 0 || used + bytes <= u64::from(self.options.group_bytes_max);
            if fits_segment && fits_group {
                return Ok(state);
            }
            // A segment is left only when all of it is durable, so that a later segment never
            // holds acknowledged packets while an earlier one may still lose some.
            state = if used > 0 || state.leader != Leader::Absent {
                // No other packet can join the group where there is no room for it.
                self.hurry(&mut state);
                self.advance(state)
            } else {
                self.rotate(state)?
            };
        }
    }

    /// Makes the next prepared segment the active one, or waits for it.
    fn rotate<'shared>(&'shared self, mut state: Guard<'shared>) -> Result<Guard<'shared>, Error> {
        let Some(mut next) = state.prepared.take() else {
            return self.await_segment(state);
        };
        next.first_sequence = state.next_sequence;
        assert_eq!(next.header.follows, state.active().header.generation, "a gap");
        state.segments.push_back(next.into());
        state.position = SEGMENT_HEADER_BYTES;
        state.touched_end = SEGMENT_HEADER_BYTES;
        state.committed_end = SEGMENT_HEADER_BYTES;
        state.rotate_next = false;
        state.segment_ended = false;
        self.segment_taken.notify_all();
        Ok(state)
    }

    fn await_segment<'shared>(
        &'shared self,
        mut state: Guard<'shared>,
    ) -> Result<Guard<'shared>, Error> {
        if !state.preparing && state.next_generation == u32::MAX {
            return Err(Error::GenerationsExhausted);
        }
        if self.options.prepare == Prepare::WhenNeeded && !state.preparing {
            state = prepare_segment(self, state)?;
        }
        let ahead = self.options.prepare == Prepare::Ahead;
        while state.prepared.is_none()
            && state.prepare_failure.is_none()
            && state.failure.is_none()
            && (ahead || state.preparing)
        {
            state = wait(&self.segment_ready, state);
        }
        if let Some(failure) = state.prepare_failure.clone() {
            self.fail(&mut state, failure);
        }
        Ok(state)
    }
}
