//! What the parts of a run share: channels, counters, and how it is ended.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::concurrency::Turns;
use crate::envelope::{Delivery, ToDatabase};
use crate::mailbox::{Mailbox, Order};
use crate::store::Sizes;
use crate::topology::Channels;
use crate::waits::{Deadlock, Stage, Waits};

/// Shared by the threads of a run.
pub(crate) struct Shared<'run> {
    pub(crate) channels: Channels,
    pub(crate) turns: &'run Turns,
    pub(crate) to_database: Mailbox<'run, ToDatabase>,
    pub(crate) to_sink: Mailbox<'run, Delivery>,
    pub(crate) counters: Counters,
    /// What the store takes, as the database last looked.
    pub(crate) sizes: Mutex<Sizes>,
    deadlock: OnceLock<Deadlock>,
    stop_source: AtomicBool,
    source_ended: AtomicBool,
    interrupted: AtomicBool,
}

/// Counts since the beginning.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Messages that the source handed in.
    pub(crate) handed_in: AtomicU64,
    /// Messages that nobody took in time: the source was not told that they are safe.
    pub(crate) turned_away: AtomicU64,
    /// Messages that the store acked.
    pub(crate) inserted: AtomicU64,
    /// Deletions that the store acked.
    pub(crate) deleted: AtomicU64,
    /// Messages that were sent again, at the start or by the retry.
    pub(crate) redelivered: AtomicU64,
    /// Messages that the sink acked, those included that it had acked before.
    pub(crate) delivered: AtomicU64,
    /// Messages that the sink refused.
    pub(crate) refused: AtomicU64,
    /// Deliveries and answers that found no room in time.
    pub(crate) given_up: AtomicU64,
    /// The longest insert and delete since the last slice, in ns.
    pub(crate) insert_ns_max: AtomicU64,
    pub(crate) delete_ns_max: AtomicU64,
    /// How long all commits took together, in ns.
    pub(crate) commit_ns: AtomicU64,
    /// Of that the checkpoints, in ns, and the frames that they copied.
    pub(crate) checkpoint_ns: AtomicU64,
    pub(crate) checkpointed_frames: AtomicU64,
}

impl<'run> Shared<'run> {
    pub(crate) fn new(channels: Channels, waits: &'run Waits, turns: &'run Turns) -> Self {
        let both = (waits, turns);
        let to_database =
            Mailbox::new(Stage::Database, channels.to_database.clone(), channels.order, both);
        let to_sink = Mailbox::new(Stage::Sink, vec![channels.to_sink], Order::Fair, both);
        Self {
            channels,
            turns,
            to_database,
            to_sink,
            counters: Counters::default(),
            sizes: Mutex::default(),
            deadlock: OnceLock::new(),
            stop_source: AtomicBool::new(false),
            source_ended: AtomicBool::new(false),
            interrupted: AtomicBool::new(false),
        }
    }

    /// Ends the run because of a deadlock.
    pub(crate) fn end_in(&self, deadlock: Deadlock) {
        // Only the thread that closes a circle sees it.
        let _first = self.deadlock.set(deadlock);
        self.abort();
    }

    /// Ends all sending and receiving at once.
    pub(crate) fn abort(&self) {
        self.stop_source.store(true, Ordering::Release);
        self.to_database.abort();
        self.to_sink.abort();
    }

    /// The deadlock that ended the run.
    pub(crate) fn deadlock(&self) -> Option<&Deadlock> {
        self.deadlock.get()
    }

    /// Asks the source to stop, and the others to end once what is in flight is answered.
    pub(crate) fn interrupt(&self) {
        self.interrupted.store(true, Ordering::Release);
        self.stop_source.store(true, Ordering::Release);
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Acquire)
    }

    pub(crate) fn source_is_stopped(&self) -> bool {
        self.stop_source.load(Ordering::Acquire)
    }

    pub(crate) fn note_source_ended(&self) {
        self.source_ended.store(true, Ordering::Release);
    }

    pub(crate) fn source_ended(&self) -> bool {
        self.source_ended.load(Ordering::Acquire)
    }

    pub(crate) fn note_sizes(&self, sizes: Sizes) {
        *self.sizes.lock().unwrap_or_else(PoisonError::into_inner) = sizes;
    }

    pub(crate) fn noted_sizes(&self) -> Sizes {
        *self.sizes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
