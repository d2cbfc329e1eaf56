//! The state that appenders, waiters and the log's threads share.

use std::collections::VecDeque;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Operation, StorageFailure};
use crate::format::checksum_seed;
use crate::group::Group;
use crate::options::LogOptions;
use crate::segment::Segment;
use crate::storage::{CountedStorage, PAGE_BYTES};

/// All of a log but its threads.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) storage: CountedStorage,
    pub(crate) options: LogOptions,
    pub(crate) log_id: u64,
    pub(crate) checksum_seed: u32,
    /// The last acknowledged sequence. It only grows, and only under the lock; it is read
    /// without it.
    acked: AtomicU64,
    state: Mutex<State>,
    /// Waiters of a group sleep on the condition of its number's parity: at most two groups
    /// exist at a time, one being committed and one being gathered.
    pub(crate) group_done: [Condvar; 2],
    /// Wakes the flusher thread, or a leader that waits for more packets.
    pub(crate) group_grew: Condvar,
    /// Wakes the preparing thread.
    pub(crate) segment_taken: Condvar,
    /// Wakes appenders that need the next segment.
    pub(crate) segment_ready: Condvar,
    /// Held by the one caller that drops segments.
    pub(crate) retention: Mutex<()>,
}

/// What the lock guards.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The group being gathered.
    pub(crate) gathering: Group,
    /// The other buffer, unless a leader is writing it.
    pub(crate) idle: Option<Group>,
    pub(crate) leader: Leader,
    /// The number of the gathering group; the one being written has the number before it.
    pub(crate) group_number: u64,
    /// How many sleep on each of `group_done`.
    pub(crate) waiters: [u32; 2],
    /// How many waiters the last group had besides its leader.
    pub(crate) just_acked: u32,
    pub(crate) flusher_idle: bool,
    pub(crate) next_sequence: u64,
    /// All packets up to this one are durable; the promise that goes into new frames.
    pub(crate) synced_through: u64,
    /// Where the next frame goes in the active segment.
    pub(crate) position: u64,
    /// The next packet goes to a new segment, although the active one has room.
    pub(crate) rotate_next: bool,
    /// A mark of recovery's ends the active segment, just before `position`.
    pub(crate) segment_ended: bool,
    /// The end of the last page of the active segment that has been written to, or read.
    pub(crate) touched_end: u64,
    /// The end of the acknowledged frames in the active segment.
    pub(crate) committed_end: u64,
    /// Segments that hold packets, oldest first; the last is the active one.
    pub(crate) segments: VecDeque<Arc<Segment>>,
    pub(crate) prepared: Option<Segment>,
    /// Whether somebody is preparing a segment right now.
    pub(crate) preparing: bool,
    pub(crate) next_generation: u32,
    /// Generations of the spare files, for recycling.
    pub(crate) spares: Vec<u32>,
    /// The mark of a clean close is the last thing in the log.
    pub(crate) close_marked: bool,
    /// Packets up to this one are waited for by somebody who does not want to wait for more.
    pub(crate) hurry_through: u64,
    /// Preparing the next segment failed. It stops the log when that segment is needed.
    pub(crate) prepare_failure: Option<StorageFailure>,
    pub(crate) failure: Option<StorageFailure>,
    /// The log's threads have to end.
    pub(crate) closing: bool,
}

/// What the leader of a group commit is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Leader {
    /// There is none.
    #[default]
    Absent,
    /// Waiting for more packets; the group still grows. `hurry` ends the wait.
    Gathering { hurry: bool },
    /// Writing and syncing packets up to this sequence.
    Committing { last_sequence: u64 },
}

pub(crate) type Guard<'shared> = MutexGuard<'shared, State>;

/// Sleeps on a condition.
pub(crate) fn wait<'shared>(condition: &Condvar, state: Guard<'shared>) -> Guard<'shared> {
    condition.wait(state).unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// A log that goes on from what recovery has found.
    pub(crate) fn new(storage: CountedStorage, options: LogOptions, found: State) -> Self {
        let log_id = found.active().header.log_id;
        let acked = AtomicU64::new(found.next_sequence - 1);
        let state = State {
            idle: Some(Group::default()),
            touched_end: found.position.next_multiple_of(PAGE_BYTES),
            committed_end: found.position,
            ..found
        };
        Self {
            storage,
            options,
            log_id,
            checksum_seed: checksum_seed(log_id),
            acked,
            state: Mutex::new(state),
            group_done: [Condvar::new(), Condvar::new()],
            group_grew: Condvar::new(),
            segment_taken: Condvar::new(),
            segment_ready: Condvar::new(),
            retention: Mutex::new(()),
        }
    }

    /// Locks the state. A panic elsewhere cannot have left it half changed: what may panic (the
    /// storage, an appender's closure) runs before any field is set, or with the lock released.
    pub(crate) fn lock(&self) -> Guard<'_> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn acked(&self) -> u64 {
        self.acked.load(Ordering::Acquire)
    }

    /// Acknowledges packets up to `last_sequence`. The caller holds the lock.
    pub(crate) fn publish(&self, state: &State, last_sequence: u64) {
        if self.options.sync_method.is_durable() {
            assert!(last_sequence <= state.synced_through, "acked beyond what is synced");
        }
        assert!(last_sequence >= self.acked(), "acknowledged backwards");
        self.acked.store(last_sequence, Ordering::Release);
    }

    /// Stops the log for good and tells everybody. The first failure is the one that is kept.
    pub(crate) fn fail(&self, state: &mut State, failure: StorageFailure) {
        state.failure.get_or_insert(failure);
        self.wake_all();
    }

    /// Poisons the log if the result is a storage failure, and passes the result on.
    pub(crate) fn poison_on_error<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Storage(failure)) = result {
            let mut state = self.lock();
            self.fail(&mut state, failure.clone());
            return Err(Error::Poisoned(failure));
        }
        result
    }

    /// Works for the others with the storage. Should it panic, the log is poisoned first; else they would wait for ever.
    pub(crate) fn guarded<T>(&self, operation: Operation, work: impl FnOnce() -> T) -> T {
        panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            let mut state = self.lock();
            let cause = Arc::new(io::Error::other("the storage panicked"));
            let file = state.active().file.name.clone();
            self.fail(&mut state, StorageFailure { operation, file, cause });
            drop(state);
            panic::resume_unwind(panic)
        })
    }

    pub(crate) fn wake_all(&self) {
        self.group_done[0].notify_all();
        self.group_done[1].notify_all();
        self.group_grew.notify_all();
        self.segment_taken.notify_all();
        self.segment_ready.notify_all();
    }
}

impl State {
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.failure {
            None => Ok(()),
            Some(failure) => Err(Error::Poisoned(failure.clone())),
        }
    }

    pub(crate) fn active(&self) -> &Arc<Segment> {
        self.segments.back().expect("a log has an active segment from open to drop")
    }
}
