//! Putting packets into the group that is being gathered.

use crc32c::crc32c_append;

use crate::error::Error;
use crate::format::{
    FRAME_HEADER_BYTES, FrameHeader, SEGMENT_HEADER_BYTES, SEQUENCE_MAX, frame_bytes,
};
use crate::options::{GroupWait, Prepare};
use crate::prepare::prepare_segment;
use crate::sequence::Sequence;
use crate::shared::{Guard, Leader, Shared, State, wait};

impl Shared {
    /// Appends a packet. Its checksum is worked out before the lock is taken, so that appenders
    /// share only the copying.
    pub(crate) fn append(&self, packet: &[u8], records: u32) -> Result<Sequence, Error> {
        self.check_length(packet.len())?;
        let payload_checksum = crc32c_append(self.checksum_seed, packet);
        self.append_frame(packet.len(), records, |payload| {
            payload.copy_from_slice(packet);
            payload_checksum
        })
    }

    /// Appends a packet that `encode` writes in place.
    pub(crate) fn append_with(
        &self,
        length: usize,
        records: u32,
        encode: impl FnOnce(&mut [u8]),
    ) -> Result<Sequence, Error> {
        self.check_length(length)?;
        self.append_frame(length, records, |payload| {
            encode(payload);
            crc32c_append(self.checksum_seed, payload)
        })
    }

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
        let Some(prepared) = state.prepared.take() else {
            return self.await_segment(state);
        };
        let first_sequence = state.next_sequence;
        assert_eq!(prepared.header.follows, state.active().header.generation, "a gap");
        state.segments.push_back(prepared.activate(first_sequence).into());
        state.position = SEGMENT_HEADER_BYTES;
        state.touched_end = SEGMENT_HEADER_BYTES;
        state.committed_end = SEGMENT_HEADER_BYTES;
        state.rotate_next = false;
        state.segment_ended = false;
        self.segment_taken.notify_all();
        Ok(state)
    }

    pub(crate) fn await_segment<'shared>(
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

    /// Waits until the next segment is ready, preparing it here if no thread does.
    pub(crate) fn wait_until_prepared(&self) -> Result<(), Error> {
        let mut state = self.lock();
        while state.prepared.is_none() {
            state.check()?;
            state = self.await_segment(state)?;
        }
        Ok(())
    }
}
