//! Group commit: one leader writes and syncs for everybody.

use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Operation};
use crate::format::{FRAME_HEADER_BYTES, FrameHeader, Mark, SEQUENCE_LIMIT};
use crate::group::Group;
use crate::log::Log;
use crate::options::{Flusher, GroupWait, Space, SyncMethod};
use crate::segment::Segment;
use crate::sequence::Sequence;
use crate::shared::{Guard, Leader, Shared, State, wait};
use crate::storage::{Account, FileChange, PAGE_BYTES, SyncKind, WriteMode};

/// A leader gives way until it has done so this often without anybody appending.
const VAIN_YIELDS_MAX: u32 = 2;

impl Log {
    /// Returns once the packet and all before it are durable, as far as the sync method makes
    /// anything durable. With [`Flusher::Waiters`] the caller may become the leader that commits
    /// everything appended so far.
    ///
    /// # Errors
    /// [`Error::NotAppended`]; [`Error::Poisoned`] unless the packet had been acknowledged before
    /// the failure.
    pub fn wait(&self, sequence: Sequence) -> Result<(), Error> {
        self.shared.wait(sequence.get())
    }

    /// Returns once the packet after `sequence` is durable, and how far all are by then: the way
    /// for one thread to keep many packets in flight.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_beyond(&self, sequence: Sequence) -> Result<Sequence, Error> {
        self.wait(sequence.next())?;
        Ok(self.acked_through())
    }

    /// Waits for everything appended so far and returns the last of it. Nobody waits for more
    /// packets meanwhile, whatever the [`GroupWait`].
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub fn flush(&self) -> Result<Sequence, Error> {
        let mut state = self.shared.lock();
        state.check()?;
        let last = Sequence::new(state.next_sequence - 1);
        self.shared.hurry(&mut state);
        drop(state);
        self.wait(last)?;
        Ok(last)
    }

    /// Commits everything and marks the log as closed in order: then any damage to a packet is
    /// told from a torn tail when the log is opened again, also to the very last one.
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub fn close(self) -> Result<(), Error> {
        self.flush()?;
        self.shared.mark_close()
    }
}

impl Shared {
    fn wait(&self, sequence: u64) -> Result<(), Error> {
        if self.acked() >= sequence {
            return Ok(());
        }
        let mut state = self.lock();
        if sequence >= state.next_sequence {
            state.check()?;
            return Err(Error::NotAppended {
                sequence: Sequence::new(sequence),
                appended_through: Sequence::new(state.next_sequence - 1),
            });
        }
        while self.acked() < sequence {
            state.check()?;
            state = match state.leader {
                Leader::Absent => self.advance(state),
                // The packet is in the group being written: sleep until that one is done.
                Leader::Committing { last_sequence } if sequence <= last_sequence => {
                    self.advance(state)
                }
                // It is in the group being gathered.
                Leader::Committing { .. } | Leader::Gathering { .. } => {
                    let number = state.group_number;
                    self.sleep(state, number)
                }
            };
        }
        Ok(())
    }

    /// Has everything appended so far committed without waiting for more.
    pub(crate) fn hurry(&self, state: &mut State) {
        state.hurry_through = state.next_sequence - 1;
        if matches!(state.leader, Leader::Gathering { .. }) {
            self.group_grew.notify_all();
        }
    }

    /// Brings the oldest group that is not acknowledged to its end: leads it if nobody does, else
    /// sleeps. There must be one. A leader that waits for more packets is told to go ahead.
    pub(crate) fn advance<'shared>(&'shared self, mut state: Guard<'shared>) -> Guard<'shared> {
        let number = match state.leader {
            Leader::Committing { .. } => state.group_number - 1,
            Leader::Gathering { .. } => {
                state.leader = Leader::Gathering { hurry: true };
                self.group_grew.notify_all();
                state.group_number
            }
            Leader::Absent => match self.options.flusher {
                Flusher::Waiters => return self.lead(state),
                Flusher::OwnThread => state.group_number,
            },
        };
        self.sleep(state, number)
    }

    /// Sleeps until the group of this number is done, or its members are asked to lead.
    fn sleep<'shared>(&'shared self, mut state: Guard<'shared>, number: u64) -> Guard<'shared> {
        let parity = (number % 2) as usize;
        state.waiters[parity] += 1;
        let mut state = wait(&self.group_done[parity], state);
        state.waiters[parity] -= 1;
        state
    }

    /// Commits the gathered group. The lock is released while the storage works.
    pub(crate) fn lead<'shared>(&'shared self, state: Guard<'shared>) -> Guard<'shared> {
        let mut state = self.gather(state);
        if state.gathering.used() == 0 || state.failure.is_some() {
            state.leader = Leader::Absent;
            return state;
        }
        let empty = state.idle.take().expect("the idle group is away only while a leader commits");
        let mut group = std::mem::replace(&mut state.gathering, empty);
        self.cover_page(&mut state, &mut group);
        let position = state.position;
        state.gathering.restart(position);
        state.leader = Leader::Committing { last_sequence: group.last_sequence };
        state.group_number += 1;
        let segment = Arc::clone(state.active());
        drop(state);

        let result = self.guarded(Operation::Write, || self.write_group(&segment, &group));
        drop(segment);
        self.finish(group, result)
    }

    /// Waits for more packets as the options say.
    fn gather<'shared>(&'shared self, state: Guard<'shared>) -> Guard<'shared> {
        match self.options.group_wait {
            GroupWait::None => self.give_way(state),
            GroupWait::Bounded { wait_max, packets_enough } => {
                self.gather_until(state, wait_max, packets_enough)
            }
        }
    }

    /// Lets those who have just been acknowledged run before the next group is closed: they are
    /// awake and likely to append again. Without that, appenders fall into two halves that take
    /// turns, and each group is half of what it could be. It takes no time if nobody else waits,
    /// and ends when all have come or the processor finds nobody to run who does.
    fn give_way<'shared>(&'shared self, mut state: Guard<'shared>) -> Guard<'shared> {
        if state.just_acked == 0 {
            return state;
        }
        let expected = match self.options.flusher {
            Flusher::Waiters => state.just_acked + 1,
            Flusher::OwnThread => state.just_acked,
        };
        state.leader = Leader::Gathering { hurry: false };
        let mut vain_yields = 0;
        while state.gathering.packets < expected
            && vain_yields < VAIN_YIELDS_MAX
            && state.leader == (Leader::Gathering { hurry: false })
            && state.failure.is_none()
        {
            let before = state.gathering.packets;
            drop(state);
            thread::yield_now();
            state = self.lock();
            vain_yields = if state.gathering.packets == before { vain_yields + 1 } else { 0 };
        }
        state
    }

    /// Waits for so many packets, but no longer than that.
    fn gather_until<'shared>(
        &'shared self,
        mut state: Guard<'shared>,
        wait_max: Duration,
        packets_enough: NonZeroU32,
    ) -> Guard<'shared> {
        state.leader = Leader::Gathering { hurry: false };
        let started = Instant::now();
        while state.gathering.packets < packets_enough.get()
            && state.leader == (Leader::Gathering { hurry: false })
            && state.failure.is_none()
            && state.hurry_through <= self.acked()
            && !state.closing
        {
            let Some(rest) = wait_max.checked_sub(started.elapsed()).filter(|rest| !rest.is_zero())
            else {
                break;
            };
            let waited = self.group_grew.wait_timeout(state, rest);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    /// Lets the first write to a page cover the page to its end. The page is then in the cache
    /// whole, and neither this write nor the next makes the kernel read it from the device: seen
    /// on ext4, that read costs 60 us for each packet once a segment's old bytes have left the
    /// cache.
    fn cover_page(&self, state: &mut State, group: &mut Group) {
        let end = group.end();
        let header = &state.active().header;
        if !Space::is_code_written_before(header.space_code) {
            return;
        }
        // Behind the end of a recycled segment's frames there is always a zero: recovery tells
        // remains from the frames of the segment's former life by that.
        let beyond = end + u64::from(header.is_recycled());
        if beyond > state.touched_end {
            let page_end = beyond.next_multiple_of(PAGE_BYTES).min(header.segment_bytes);
            state.touched_end = page_end;
            group.pad((page_end - end) as usize);
        }
    }

    /// One write and at most one sync.
    fn write_group(&self, segment: &Segment, group: &Group) -> Result<(), Error> {
        let mode = match self.options.sync_method {
            SyncMethod::DataSyncWrite => WriteMode::Synced,
            _ => WriteMode::Buffered,
        };
        let write = FileChange::Write { bytes: group.bytes(), offset: group.offset, mode };
        segment.file.change(write, Account::Commit)?;
        let kind = match self.options.sync_method {
            SyncMethod::Fdatasync => SyncKind::Data,
            SyncMethod::Fsync => SyncKind::All,
            SyncMethod::DataSyncOpen | SyncMethod::DataSyncWrite | SyncMethod::Never => {
                return Ok(());
            }
        };
        segment.file.change(FileChange::Sync(kind), Account::Commit)
    }

    fn finish(&self, group: Group, result: Result<(), Error>) -> Guard<'_> {
        let mut state = self.lock();
        state.leader = Leader::Absent;
        match result {
            Ok(()) => {
                if self.options.sync_method.is_durable() {
                    state.synced_through = group.last_sequence;
                }
                state.committed_end = group.end();
                self.publish(&state, group.last_sequence);
            }
            Err(error) => {
                let failure = error.storage_failure().expect("only the storage can fail here");
                self.fail(&mut state, failure.clone());
            }
        }
        state.idle = Some(group);
        Self::keep_cached_buffer(&mut state);
        let done = ((state.group_number - 1) % 2) as usize;
        state.just_acked = state.waiters[done];
        if state.just_acked > 0 {
            self.group_done[done].notify_all();
        }
        let leads_next = self.options.flusher == Flusher::Waiters && state.gathering.used() > 0;
        if leads_next && state.waiters[1 - done] > 0 {
            self.group_done[1 - done].notify_one();
        }
        state
    }

    /// Lets the next group gather in the buffer that was just written, unless it has begun: that one
    /// is still in the processor's caches.
    fn keep_cached_buffer(state: &mut State) {
        let State { gathering, idle: Some(idle), .. } = state else { return };
        if gathering.used() == 0 {
            std::mem::swap(gathering, idle);
            gathering.restart(state.position);
        }
    }

    /// The flusher thread: commits whenever there is something to commit.
    pub(crate) fn run_flusher(&self) {
        let mut state = self.lock();
        while !state.closing && state.failure.is_none() {
            if state.gathering.used() > 0 {
                state = self.lead(state);
            } else {
                state.flusher_idle = true;
                state = wait(&self.group_grew, state);
                state.flusher_idle = false;
            }
        }
    }

    /// Promises everything, so that damage to a cleanly closed log is found wherever it is.
    fn mark_close(&self) -> Result<(), Error> {
        let mut guard = self.lock();
        guard.check()?;
        let state = &mut *guard;
        // The mark of recovery's that ends a segment is replaced: nothing may stand behind it.
        let (mark, offset) = if state.segment_ended {
            (Mark::ClosedEnd, state.position - FRAME_HEADER_BYTES)
        } else {
            (Mark::Close, state.position)
        };
        let end = offset + FRAME_HEADER_BYTES;
        let fits = end <= state.active().header.segment_bytes;
        let promises = self.options.sync_method.is_durable()
            && state.synced_through > 0
            && state.next_sequence < SEQUENCE_LIMIT;
        if state.close_marked || !promises || !fits {
            return Ok(());
        }
        let generation = state.active().header.generation;
        let header =
            FrameHeader::of_mark(mark, generation, state.next_sequence, state.synced_through);
        let mut group = Group::default();
        group.restart(offset);
        group.push(&header, |_| self.checksum_seed);
        if mark == Mark::Close {
            self.cover_page(state, &mut group);
        }
        state.position = end;
        state.close_marked = true;
        let segment = Arc::clone(state.active());
        drop(guard);
        self.poison_on_error(self.write_group(&segment, &group))
    }
}
