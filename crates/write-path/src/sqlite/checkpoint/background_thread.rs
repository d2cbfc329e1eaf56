//! A thread that checkpoints through a connection of its own.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::checkpointer::Checkpointer;
use super::strategy::{BackgroundPace, DatabaseSync};
use crate::checkpoint::{CheckpointAnswer, CheckpointCaller, CheckpointMode};
use crate::error::{Result, WriteError};
use crate::locks::lock;
use crate::worker::{Directed, Reports, Worker};

/// How long a call of the thread waits for a lock. FULL and the stronger modes wait for readers with
/// the writer's lock in hand, so that a long patience halts all commits (what Litestream removed
/// RESTART for: <https://github.com/benbjohnson/litestream/issues/724>).
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

/// What the thread does, and when.
#[derive(Debug)]
pub(super) struct Orders {
    pub(super) due: Due,
    pub(super) mode: CheckpointMode,
    pub(super) database_sync: DatabaseSync,
}

/// When the thread checkpoints.
#[derive(Debug, Clone, Copy)]
pub(super) enum Due {
    /// As its strategy says.
    Paced(BackgroundPace),
    /// Once more than `rest_frames` are not in the database. In a WAL of `reset_frames` a call that
    /// leaves no more than those hands them over, and the thread waits until they are accepted.
    UntilHandOver { reset_frames: NonZeroU32, rest_frames: NonZeroU32 },
}

/// What the thread shares with the committing one.
#[derive(Debug)]
pub(super) struct Shared {
    orders: Orders,
    checkpointer: Checkpointer,
    /// Held by whoever checkpoints: SQLite turns a second one away.
    turn: Mutex<()>,
    is_stopping: AtomicBool,
    /// Whether the thread leaves the rest to the committing thread.
    has_handed_over: AtomicBool,
}

impl Directed for Shared {
    fn ask_to_end(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }
}

impl Shared {
    /// Starts the thread, which does its work ([`Shared::work`]) from then on, and returns once its connection is open.
    /// It ends, and its connection closes, when this is dropped.
    ///
    /// A panic ends it too, and is its failure: without checkpoints the WAL would grow while commits go on being acked.
    pub(super) fn start(
        orders: Orders,
        checkpointer: Checkpointer,
        open: impl FnOnce() -> Result<sqlite_builds::Connection> + Send + 'static,
        work: impl FnOnce(&Self, &Reports<WriteError>, sqlite_builds::Connection) + Send + 'static,
    ) -> Result<Worker<Self>> {
        let shared = Self {
            orders,
            checkpointer,
            turn: Mutex::default(),
            is_stopping: AtomicBool::new(false),
            has_handed_over: AtomicBool::new(false),
        };
        Worker::start("background checkpoints", shared, |shared, reports| {
            let connection = open()?;
            reports.ready();
            work(shared, reports, connection);
            Ok(())
        })
    }

    /// Whether a commit has made enough for a call, so that the thread is to be woken. One with an interval wakes by
    /// itself.
    pub(super) fn is_awaited(&self) -> bool {
        self.orders.interval().is_none() && self.is_enough()
    }

    /// Whether the thread leaves the rest to the committing thread, until that is accepted.
    pub(super) fn has_handed_over(&self) -> bool {
        self.has_handed_over.load(Ordering::Acquire)
    }

    /// Tells that the rest is copied. For who has the turn.
    pub(super) fn accept(&self) {
        self.has_handed_over.store(false, Ordering::Release);
    }

    /// Waits for a call that is under way, and keeps the thread from the next one.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        lock(&self.turn)
    }

    /// Keeps the thread from its next call, unless one is under way.
    pub(super) fn turn_if_idle(&self) -> Option<MutexGuard<'_, ()>> {
        match self.turn.try_lock() {
            Ok(turn) => Some(turn),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Orders {
    /// Where the thread's calls are so far apart, whatever is committed.
    fn interval(&self) -> Option<Duration> {
        match self.due {
            Due::Paced(BackgroundPace::Milliseconds(milliseconds)) => {
                Some(Duration::from_millis(milliseconds.get().into()))
            }
            Due::Paced(BackgroundPace::Frames(_)) | Due::UntilHandOver { .. } => None,
        }
    }
}

/// What the thread remembers of its previous call.
struct Previous {
    begun: Instant,
    /// Commits that there had been when it began.
    commits: u64,
    was_hindered: bool,
}

impl Shared {
    /// Checkpoints until told to stop, or until a call fails: what failed is never tried again.
    pub(super) fn work(
        &self,
        reports: &Reports<WriteError>,
        connection: sqlite_builds::Connection,
    ) {
        let mut previous = Previous { begun: Instant::now(), commits: 0, was_hindered: false };
        while self.wait_until_due(&previous) {
            let _turn = self.turn();
            match self.checkpoint(&connection) {
                Ok(done) => previous = done,
                // Told before the turn is given back, so that who waits for it finds the failure.
                Err(error) => {
                    reports.fail(error);
                    break;
                }
            }
        }
        if let Err(error) = connection.close() {
            let closing = WriteError::sqlite("closing the background connection");
            reports.fail(closing(error));
        }
    }

    fn checkpoint(&self, connection: &Connection) -> Result<Previous> {
        let commits = self.checkpointer.progress.now().commits;
        let begun = Instant::now();
        let Orders { due, mode, database_sync } = self.orders;
        let caller = CheckpointCaller::Background;
        let call = self.checkpointer.call(connection, mode, caller, database_sync)?;
        let wal = self.checkpointer.progress.now();
        if let Due::UntilHandOver { reset_frames, rest_frames } = due
            && wal.frames >= u64::from(reset_frames.get())
            && wal.uncopied() <= u64::from(rest_frames.get())
        {
            self.has_handed_over.store(true, Ordering::Release);
        }
        Ok(Previous { begun, commits, was_hindered: call.answer != CheckpointAnswer::Done })
    }

    /// Whether there are enough frames for a call; an interval asks for none.
    fn is_enough(&self) -> bool {
        let uncopied = self.checkpointer.progress.now().uncopied();
        match self.orders.due {
            Due::Paced(BackgroundPace::Milliseconds(_)) => true,
            Due::Paced(BackgroundPace::Frames(frames)) => uncopied >= u64::from(frames.get()),
            Due::UntilHandOver { rest_frames, .. } => {
                uncopied > u64::from(rest_frames.get()) && !self.has_handed_over()
            }
        }
    }

    /// Sleeps until a checkpoint is due: true, or until told to stop: false. Nothing is due before
    /// there was a commit, so that a reader who is in the way does not make the thread spin.
    fn wait_until_due(&self, previous: &Previous) -> bool {
        loop {
            if self.is_stopping.load(Ordering::Acquire) {
                return false;
            }
            let has_news = self.checkpointer.progress.now().commits != previous.commits;
            if let Some(interval) = self.orders.interval() {
                let left = interval.saturating_sub(previous.begun.elapsed());
                if left.is_zero() && (has_news || previous.was_hindered) {
                    return true;
                }
                thread::park_timeout(if left.is_zero() { interval } else { left });
            } else if has_news && self.is_enough() {
                return true;
            } else {
                thread::park();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier};

    use super::super::tests::Store;
    use super::*;

    #[test]
    fn a_panic_of_the_thread_is_a_failure_of_the_path() {
        let store = Store::open();
        let orders = Orders {
            due: Due::Paced(BackgroundPace::Frames(NonZeroU32::MIN)),
            mode: CheckpointMode::Passive,
            database_sync: DatabaseSync::WhenComplete,
        };
        let begun = Arc::new(Barrier::new(2));
        let begin = Arc::clone(&begun);
        let background = Shared::start(
            orders,
            store.checkpointer.clone(),
            store.opener(),
            move |_shared, _reports, _connection| {
                begin.wait();
                panic!("as planned");
            },
        );
        let mut background = background.expect("open");
        background.failure().expect("nothing has happened yet");
        begun.wait();
        let told = loop {
            match background.failure() {
                Ok(()) => thread::yield_now(),
                Err(told) => break told,
            }
        };
        assert!(matches!(told, WriteError::ThreadPanicked { .. }), "{told}");
        background.stop().expect("it was told");
    }

    #[test]
    fn a_panic_while_the_connection_is_opened_is_an_error() {
        let store = Store::open();
        let orders = Orders {
            due: Due::Paced(BackgroundPace::Frames(NonZeroU32::MIN)),
            mode: CheckpointMode::Passive,
            database_sync: DatabaseSync::WhenComplete,
        };
        let open = || panic!("as planned");
        let refused = Shared::start(orders, store.checkpointer.clone(), open, Shared::work);
        let refused = refused.expect_err("there is no thread");
        assert!(matches!(refused, WriteError::ThreadPanicked { .. }), "{refused}");
    }
}
