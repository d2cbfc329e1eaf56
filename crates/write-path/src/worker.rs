//! A thread that opens something of its own, says that it is ready, keeps its failure, and is joined.
//!
//! What the thread opens stays on it, as a SQLite connection must. Those who direct it share something with it, such
//! as a queue with its lock, which may hold [`Command`]s.

use std::fmt;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::error::WriteError;
use crate::locks::lock;

/// What a worker's thread shares with those who direct it.
pub trait Directed: Send + Sync + 'static {
    /// Asks the thread to end, leaving what it owns as it stands unless it was asked to end otherwise before. A thread
    /// that is parked is woken afterwards.
    fn ask_to_end(&self);

    /// Tells those who wait for the thread that it leaves, and why. The thread calls it itself, also when it panics.
    fn left(&self, why: WriteError) {
        let _nobody_waits = why;
    }
}

/// A thread that works until it is asked to end or fails. Dropping this asks it to end, and joins it.
pub struct Worker<Shared: Directed, Error = WriteError> {
    shared: Arc<Shared>,
    failure: FirstFailure<Error>,
    /// `None` once it was joined.
    thread: Option<JoinHandle<()>>,
}

/// What a worker's thread says of itself.
#[derive(Debug)]
pub struct Reports<Error> {
    ready: SyncSender<()>,
    failure: FirstFailure<Error>,
}

/// The first failure that nobody was told yet.
type FirstFailure<Error> = Arc<Mutex<Option<Error>>>;

impl<Shared: Directed, Error: From<WriteError> + Send + 'static> Worker<Shared, Error> {
    /// Starts the thread, and returns once `body` has said that it is ready. What `body` returns then is kept until
    /// somebody asks for it. A thread that is never ready was joined when this returns, and holds nothing open.
    ///
    /// # Errors
    /// What `body` failed at before it was ready, [`WriteError::ThreadPanicked`] where it panicked, and
    /// [`WriteError::NoThread`] where the system gives none.
    pub fn start(
        name: impl Into<String>,
        shared: Shared,
        body: impl FnOnce(&Shared, &Reports<Error>) -> Result<(), Error> + Send + 'static,
    ) -> Result<Self, Error> {
        let name = name.into();
        let shared = Arc::new(shared);
        let failure = FirstFailure::default();
        let (ready, is_ready) = mpsc::sync_channel(1);
        let reports = Reports { ready, failure: Arc::clone(&failure) };
        let (own, thread) = (Arc::clone(&shared), name.clone());
        let run = move || {
            // Dropped in reverse: the failure is kept before those who wait for this thread are told anything.
            let reports = reports;
            let _leaving = Leaving { thread, shared: &*own, reports: &reports };
            if let Err(error) = body(&own, &reports) {
                reports.fail(error);
            }
        };
        let thread = thread::Builder::new().name(name.clone()).spawn(run);
        let thread = thread.map_err(|source| WriteError::NoThread { thread: name, source })?;
        let mut started = Self { shared, failure, thread: Some(thread) };
        match is_ready.recv() {
            Ok(()) => Ok(started),
            // The thread has ended, and left the reason.
            Err(mpsc::RecvError) => started.stop().and(Err(WriteError::Stopped.into())),
        }
    }

    /// What the thread shares.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Wakes the thread if it is parked, or keeps it from parking the next time.
    pub fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }

    /// What the thread failed at, once.
    ///
    /// # Errors
    /// The failure.
    pub fn failure(&self) -> Result<(), Error> {
        lock(&self.failure).take().map_or(Ok(()), Err)
    }

    /// Asks the thread to end, joins it, and tells a failure that nobody was told yet.
    ///
    /// # Errors
    /// The failure, [`WriteError::ThreadPanicked`] for a panic.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.join();
        self.failure()
    }
}

impl<Shared: Directed, Error> Worker<Shared, Error> {
    fn join(&mut self) {
        self.shared.ask_to_end();
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic is a failure by now.
            let _panicked = thread.join();
        }
    }
}

impl<Shared: Directed, Error> Drop for Worker<Shared, Error> {
    fn drop(&mut self) {
        // A failure is told by `stop`; a drop has no one to tell.
        self.join();
    }
}

impl<Shared: Directed + fmt::Debug, Error> fmt::Debug for Worker<Shared, Error> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Worker").field("shared", &self.shared).finish_non_exhaustive()
    }
}

impl<Error> Reports<Error> {
    /// Says that what the thread owns is open.
    pub fn ready(&self) {
        // Whoever started the thread waits for this.
        let _heard = self.ready.try_send(());
    }

    /// Keeps what the thread failed at until somebody asks for it, while the thread still has something to end.
    pub fn fail(&self, error: Error) {
        lock(&self.failure).get_or_insert(error);
    }
}

/// Tells of the thread's end, also by a panic.
struct Leaving<'thread, Shared: Directed, Error: From<WriteError>> {
    thread: String,
    shared: &'thread Shared,
    reports: &'thread Reports<Error>,
}

impl<Shared: Directed, Error: From<WriteError>> Drop for Leaving<'_, Shared, Error> {
    fn drop(&mut self) {
        let thread = std::mem::take(&mut self.thread);
        if thread::panicking() {
            self.reports.fail(WriteError::ThreadPanicked { thread: thread.clone() }.into());
            self.shared.left(WriteError::ThreadPanicked { thread });
        } else {
            self.shared.left(WriteError::Stopped);
        }
    }
}

/// What a worker is to do with what it owns, once. A thread that ends drops what it did not do.
pub(crate) type Command<T> = Box<dyn FnOnce(&mut T) + Send>;

/// How a thread ends what it owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// In order.
    Close,
    /// As it stands.
    Drop,
}

/// Hands `work` to `send` as a command, and returns what it said.
///
/// # Errors
/// [`WriteError::Stopped`] if the command was dropped.
pub(crate) fn ask<T, Answer: Send + 'static>(
    send: impl FnOnce(Command<T>),
    work: impl FnOnce(&mut T) -> Result<Answer, WriteError> + Send + 'static,
) -> Result<Answer, WriteError> {
    let (answer, answered) = mpsc::sync_channel(1);
    send(Box::new(move |owned| {
        // Whoever asked waits below; only its thread's end could have taken the other half away.
        let _heard = answer.send(work(owned));
    }));
    answered.recv().unwrap_or(Err(WriteError::Stopped))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Takes commands about a number, parked while there are none.
    #[derive(Default)]
    struct Numbered {
        commands: Mutex<Vec<Command<u32>>>,
        is_ending: AtomicBool,
        /// Why the thread has left.
        left: Mutex<Option<WriteError>>,
    }

    impl Numbered {
        /// Does what it is asked for until it is asked to end.
        fn work(&self, mut number: u32) {
            while !self.is_ending.load(Ordering::Acquire) {
                let commands = std::mem::take(&mut *lock(&self.commands));
                commands.into_iter().for_each(|command| command(&mut number));
                thread::park();
            }
        }
    }

    impl Directed for Numbered {
        fn ask_to_end(&self) {
            self.is_ending.store(true, Ordering::Release);
        }

        fn left(&self, why: WriteError) {
            let mut commands = lock(&self.commands);
            *lock(&self.left) = Some(why);
            commands.clear();
        }
    }

    fn stopped() -> WriteError {
        WriteError::Stopped
    }

    fn working() -> Worker<Numbered> {
        let started =
            Worker::start("worker", Numbered::default(), |numbered: &Numbered, reports| {
                reports.ready();
                numbered.work(41);
                Ok(())
            });
        started.expect("ready")
    }

    fn ask_of<Answer: Send + 'static>(
        worker: &Worker<Numbered>,
        work: impl FnOnce(&mut u32) -> Answer + Send + 'static,
    ) -> Option<Answer> {
        let send = |command| {
            let mut commands = lock(&worker.shared().commands);
            if lock(&worker.shared().left).is_none() {
                commands.push(command);
            }
            worker.wake();
        };
        ask(send, move |number| Ok(work(number))).ok()
    }

    #[test]
    fn a_worker_does_what_it_is_asked_for() {
        let mut worker = working();
        ask_of(&worker, |number| *number += 1).expect("done");
        assert_eq!(ask_of(&worker, |number| *number), Some(42));
        worker.stop().expect("nothing failed");
        assert_eq!(ask_of(&worker, |number| *number), None, "it has left");
    }

    #[test]
    fn a_thread_that_panics_says_so_and_one_that_leaves_has_stopped() {
        let mut panicking = working();
        assert_eq!(ask_of(&panicking, |_number| -> u32 { panic!("as planned") }), None);
        let failure = panicking.stop().expect_err("it panicked");
        let left = lock(&panicking.shared().left).take().expect("it has left");
        for failure in [failure, left] {
            let WriteError::ThreadPanicked { thread } = failure else { panic!("{failure}") };
            assert_eq!(thread, "worker");
        }
        let mut leaving = working();
        leaving.stop().expect("nothing failed");
        let left = lock(&leaving.shared().left).take().expect("it has left");
        assert!(matches!(left, WriteError::Stopped), "{left}");
    }

    #[test]
    fn a_worker_that_cannot_open_is_joined_before_the_error_is_returned() {
        for _ in 0..200 {
            let held = Arc::new(());
            let holds = Arc::clone(&held);
            let refused = Worker::start("worker", Numbered::default(), move |_shared, _reports| {
                let _holds = holds;
                Err(stopped())
            });
            assert!(refused.is_err());
            assert_eq!(Arc::strong_count(&held), 1, "the thread still holds it");
        }
    }

    #[test]
    fn a_panic_while_it_opens_and_an_end_without_being_ready_are_errors() {
        let opening = |_: &Numbered, _: &Reports<WriteError>| panic!("as planned");
        let refused = Worker::start("worker", Numbered::default(), opening).err();
        assert!(matches!(refused, Some(WriteError::ThreadPanicked { .. })), "{refused:?}");
        let silent = |_: &Numbered, _: &Reports<WriteError>| Ok(());
        let refused = Worker::start("worker", Numbered::default(), silent).err();
        assert!(matches!(refused, Some(WriteError::Stopped)), "{refused:?}");
    }

    #[test]
    fn a_failure_is_told_once_and_a_later_one_does_not_hide_it() {
        let mut worker = Worker::start("worker", Numbered::default(), |_: &Numbered, reports| {
            reports.ready();
            reports.fail(WriteError::Unfit("first".into()));
            Err(stopped())
        })
        .expect("ready");
        let failure = worker.stop().expect_err("it failed");
        assert!(matches!(failure, WriteError::Unfit(_)), "{failure}");
        worker.failure().expect("it was told");
    }

    #[test]
    fn a_worker_that_is_dropped_has_ended() {
        struct Ended(Arc<AtomicBool>);
        impl Drop for Ended {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Release);
            }
        }
        let ended = Arc::new(AtomicBool::new(false));
        let owned = Ended(Arc::clone(&ended));
        let worker =
            Worker::start("worker", Numbered::default(), move |numbered: &Numbered, reports| {
                let _owned = owned;
                reports.ready();
                numbered.work(0);
                Ok::<(), WriteError>(())
            });
        drop(worker.expect("ready"));
        assert!(ended.load(Ordering::Acquire));
    }
}
