//! What the parts of a run share: channels, counters, and how it is ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use measure::record::QueueCounts;

use crate::concurrency::Turns;
use crate::envelope::{Delivery, ToDatabase};
use crate::mailbox::{Mailbox, Order};
use crate::store::{Checkpointed, Sizes};
use crate::topology::Channels;
use crate::waits::{Deadlock, Stage, Waits};

/// Shared by the threads of a run.
pub(crate) struct Shared<'run> {
    pub(crate) channels: Channels,
    pub(crate) turns: &'run Turns,
    pub(crate) to_database: Mailbox<'run, ToDatabase>,
    pub(crate) to_sink: Mailbox<'run, Delivery>,
    /// The deadlock that ended the run.
    pub(crate) deadlock: OnceLock<Deadlock>,
    pub(crate) source_ended: AtomicBool,
    tally: Mutex<Tally>,
    stop_source: AtomicBool,
    interrupted: AtomicBool,
}

/// What has been counted since the beginning.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) counts: QueueCounts,
    /// The longest insert and delete since the last slice, in ns.
    pub(crate) insert_ns_max: u64,
    pub(crate) delete_ns_max: u64,
    /// How long all commits took together, in ns.
    pub(crate) commit_ns: u64,
    /// What the checkpoints within them did.
    pub(crate) checkpointed: Checkpointed,
    /// What the store takes, as the database last looked.
    pub(crate) sizes: Sizes,
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
            deadlock: OnceLock::new(),
            source_ended: AtomicBool::new(false),
            tally: Mutex::default(),
            stop_source: AtomicBool::new(false),
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

    /// What has been counted, to be read or added to.
    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
