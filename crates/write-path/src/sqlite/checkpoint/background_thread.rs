//! A thread that checkpoints through a connection of its own.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::checkpointer::Checkpointer;
use super::strategy::{BackgroundPace, DatabaseSync};
use crate::checkpoint::{CheckpointAnswer, CheckpointMode};
use crate::error::WriteError;

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
    /// So long after its previous call began, if anything was committed since.
    Interval(Duration),
    /// Once so many frames are not in the database.
    Uncopied(NonZeroU32),
    /// Once more than `rest_frames` are not in the database. In a WAL of `reset_frames` a call that
    /// leaves no more than those hands them over, and the thread waits until they are accepted.
    UntilHandOver { reset_frames: NonZeroU32, rest_frames: NonZeroU32 },
}

impl From<BackgroundPace> for Due {
    fn from(pace: BackgroundPace) -> Self {
        match pace {
            BackgroundPace::Milliseconds(milliseconds) => {
                Self::Interval(Duration::from_millis(milliseconds.get().into()))
            }
            BackgroundPace::Frames(frames) => Self::Uncopied(frames),
        }
    }
}

/// The running thread. It ends, and its connection closes, when this is dropped.
#[derive(Debug)]
pub(super) struct BackgroundThread {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    orders: Orders,
    checkpointer: Checkpointer,
    /// Held by whoever checkpoints: SQLite turns a second one away.
    turn: Mutex<()>,
    is_stopping: AtomicBool,
    /// Whether the thread leaves the rest to the committing thread.
    has_handed_over: AtomicBool,
    failure: Mutex<Option<WriteError>>,
}

/// The thread's name.
const NAME: &str = "background checkpoints";

impl BackgroundThread {
    /// Starts the thread and returns once its connection is open.
    pub(super) fn start(
        orders: Orders,
        checkpointer: Checkpointer,
        open: impl FnOnce() -> Result<sqlite_builds::Connection, WriteError> + Send + 'static,
    ) -> Result<Self, WriteError> {
        Self::start_working(orders, checkpointer, open, Shared::work)
    }

    /// As [`BackgroundThread::start`], with what the thread does then.
    fn start_working(
        orders: Orders,
        checkpointer: Checkpointer,
        open: impl FnOnce() -> Result<sqlite_builds::Connection, WriteError> + Send + 'static,
        work: impl FnOnce(&Shared, sqlite_builds::Connection) + Send + 'static,
    ) -> Result<Self, WriteError> {
        let shared = Arc::new(Shared {
            orders,
            checkpointer,
            turn: Mutex::default(),
            is_stopping: AtomicBool::new(false),
            has_handed_over: AtomicBool::new(false),
            failure: Mutex::default(),
        });
        let (tell_opened, opened) = mpsc::sync_channel(1);
        let own = Arc::clone(&shared);
        let run = move || {
            let _leaving = Leaving(&own);
            match open() {
                Ok(connection) => {
                    let _heard = tell_opened.send(Ok(()));
                    work(&own, connection);
                }
                Err(error) => {
                    let _heard = tell_opened.send(Err(error));
                }
            }
        };
        let thread = thread::Builder::new().name(NAME.to_owned()).spawn(run);
        let thread = thread.map_err(|source| WriteError::Io {
            doing: "starting a thread for checkpoints of",
            path: shared.checkpointer.database().to_path_buf(),
            source,
        })?;
        let started = Self { shared, thread: Some(thread) };
        // Without an answer the thread has panicked, which the stop tells.
        match opened.recv() {
            Ok(answer) => answer.map(|()| started),
            Err(mpsc::RecvError) => started.stop().and(Err(WriteError::Stopped)),
        }
    }

    /// Tells the thread of a commit.
    pub(super) fn committed(&self) {
        match self.shared.orders.due {
            Due::Interval(_) => {}
            Due::Uncopied(_) | Due::UntilHandOver { .. } => {
                if self.shared.is_enough() {
                    self.wake();
                }
            }
        }
    }

    /// Whether the thread leaves the rest to the committing thread, until that is accepted.
    pub(super) fn has_handed_over(&self) -> bool {
        self.shared.has_handed_over.load(Ordering::Acquire)
    }

    /// Tells that the rest is copied. For who has the turn.
    pub(super) fn accept(&self) {
        self.shared.has_handed_over.store(false, Ordering::Release);
    }

    /// Waits for a call that is under way, and keeps the thread from the next one.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        lock(&self.shared.turn)
    }

    /// Keeps the thread from its next call, unless one is under way.
    pub(super) fn turn_if_idle(&self) -> Option<MutexGuard<'_, ()>> {
        match self.shared.turn.try_lock() {
            Ok(turn) => Some(turn),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// What ended the thread, once.
    pub(super) fn failure(&self) -> Result<(), WriteError> {
        lock(&self.shared.failure).take().map_or(Ok(()), Err)
    }

    /// Ends the thread, and tells a failure that nobody was told yet.
    pub(super) fn stop(mut self) -> Result<(), WriteError> {
        // A panic is a failure by now.
        let _panicked = self.join();
        self.failure()
    }

    fn join(&mut self) -> thread::Result<()> {
        self.shared.is_stopping.store(true, Ordering::Release);
        self.wake();
        self.thread.take().map_or(Ok(()), JoinHandle::join)
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for BackgroundThread {
    fn drop(&mut self) {
        // A failure of the thread is told by `stop`; a drop has no one to tell.
        let _ended = self.join();
    }
}

/// Stops the path if the thread leaves by a panic: without checkpoints its WAL would grow while commits go on
/// being acked.
struct Leaving<'shared>(&'shared Shared);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.failure).get_or_insert(WriteError::ThreadPanicked { thread: NAME });
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
    fn work(&self, connection: sqlite_builds::Connection) {
        let mut previous = Previous { begun: Instant::now(), commits: 0, was_hindered: false };
        while self.wait_until_due(&previous) {
            let _turn = lock(&self.turn);
            match self.checkpoint(&connection) {
                Ok(done) => previous = done,
                // Told before the turn is given back, so that who waits for it finds the failure.
                Err(error) => {
                    *lock(&self.failure) = Some(error);
                    break;
                }
            }
        }
        if let Err(error) = connection.close() {
            let closing = WriteError::sqlite("closing the background connection");
            lock(&self.failure).get_or_insert(closing(error));
        }
    }

    fn checkpoint(&self, connection: &Connection) -> Result<Previous, WriteError> {
        let commits = self.checkpointer.progress.commits();
        let begun = Instant::now();
        let Orders { due, mode, database_sync } = self.orders;
        let call = self.checkpointer.call_in_background(connection, mode, database_sync)?;
        if let Due::UntilHandOver { reset_frames, rest_frames } = due
            && self.checkpointer.progress.frames() >= u64::from(reset_frames.get())
            && self.checkpointer.progress.frames_uncopied() <= u64::from(rest_frames.get())
        {
            self.has_handed_over.store(true, Ordering::Release);
        }
        Ok(Previous { begun, commits, was_hindered: call.answer != CheckpointAnswer::Done })
    }

    /// Whether there are enough frames for a call; an interval asks for none.
    fn is_enough(&self) -> bool {
        let progress = &self.checkpointer.progress;
        match self.orders.due {
            Due::Interval(_) => true,
            Due::Uncopied(frames) => progress.frames_uncopied() >= u64::from(frames.get()),
            Due::UntilHandOver { rest_frames, .. } => {
                progress.frames_uncopied() > u64::from(rest_frames.get())
                    && !self.has_handed_over.load(Ordering::Acquire)
            }
        }
    }

    /// Sleeps until a checkpoint is due: true, or until told to stop: false. Nothing is due before
    /// there was a commit, so that a reader who is in the way does not make the thread spin.
    fn wait_until_due(&self, previous: &Previous) -> bool {
        let progress = &self.checkpointer.progress;
        loop {
            if self.is_stopping.load(Ordering::Acquire) {
                return false;
            }
            let has_news = progress.commits() != previous.commits;
            match self.orders.due {
                Due::Uncopied(_) | Due::UntilHandOver { .. } => {
                    if has_news && self.is_enough() {
                        return true;
                    }
                    thread::park();
                }
                Due::Interval(interval) => {
                    let left = interval.saturating_sub(previous.begun.elapsed());
                    if left.is_zero() && (has_news || previous.was_hindered) {
                        return true;
                    }
                    thread::park_timeout(if left.is_zero() { interval } else { left });
                }
            }
        }
    }
}

/// What lies in these locks is whole at every moment, so a panic elsewhere leaves it fit.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::super::tests::Store;
    use super::*;

    #[test]
    fn a_panic_of_the_thread_is_a_failure_of_the_path() {
        let store = Store::open();
        let orders = Orders {
            due: Due::Uncopied(NonZeroU32::MIN),
            mode: CheckpointMode::Passive,
            database_sync: DatabaseSync::WhenComplete,
        };
        let begun = Arc::new(Barrier::new(2));
        let begin = Arc::clone(&begun);
        let background = BackgroundThread::start_working(
            orders,
            store.checkpointer.clone(),
            store.opener(),
            move |_shared, _connection| {
                begin.wait();
                panic!("as planned");
            },
        );
        let mut background = background.expect("open");
        background.failure().expect("nothing has happened yet");
        begun.wait();
        let thread = background.thread.take().expect("it runs");
        thread.join().expect_err("it panicked");
        let told = background.failure().expect_err("it panicked");
        assert!(matches!(told, WriteError::ThreadPanicked { .. }), "{told}");
        background.stop().expect("it was told");
    }

    #[test]
    fn a_panic_while_the_connection_is_opened_is_an_error() {
        let store = Store::open();
        let orders = Orders {
            due: Due::Uncopied(NonZeroU32::MIN),
            mode: CheckpointMode::Passive,
            database_sync: DatabaseSync::WhenComplete,
        };
        let open = || panic!("as planned");
        let refused = BackgroundThread::start(orders, store.checkpointer.clone(), open);
        let refused = refused.expect_err("there is no thread");
        assert!(matches!(refused, WriteError::ThreadPanicked { .. }), "{refused}");
    }
}
