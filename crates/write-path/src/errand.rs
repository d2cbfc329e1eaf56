//! Asking a thread to do something with what it owns, and to end.

use std::sync::{Arc, mpsc};

use crate::error::WriteError;

/// What is to be done with what a thread owns, once. A thread that ends drops what it did not do.
pub(crate) type Errand<T> = Box<dyn FnOnce(&mut T) + Send>;

/// How a thread ends what it owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// In order.
    Close,
    /// As it stands.
    Drop,
}

/// What a thread was asked for, and how it is: kept under the lock of what it shares with others.
pub(crate) struct Duties<T> {
    errands: Vec<Errand<T>>,
    ending: Option<Ending>,
    failure: Option<Arc<WriteError>>,
    /// Whether anybody knows of the failure.
    told: bool,
    /// Whether the thread has left, so that nothing is done any more.
    gone: bool,
}

impl<T> Duties<T> {
    pub(crate) fn new() -> Self {
        Self { errands: Vec::new(), ending: None, failure: None, told: false, gone: false }
    }

    /// Whether the thread was asked for anything.
    pub(crate) fn is_asked(&self) -> bool {
        !self.errands.is_empty() || self.ending.is_some()
    }

    /// Adds an errand, which is dropped if the thread has left.
    pub(crate) fn add(&mut self, errand: Errand<T>) {
        if !self.gone {
            self.errands.push(errand);
        }
    }

    /// Takes the errands out, and tells how the thread is to end after them.
    pub(crate) fn take(&mut self) -> (Vec<Errand<T>>, Option<Ending>) {
        (std::mem::take(&mut self.errands), self.ending)
    }

    /// Asks the thread to end. The first who asks says how.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
    }

    /// Notes what the thread failed at; the first failure counts.
    pub(crate) fn fail(&mut self, failure: WriteError) {
        self.failure.get_or_insert_with(|| Arc::new(failure));
    }

    /// Notes that the thread of this name, which calls this itself, has left. What nobody will do is returned, to be
    /// dropped without the lock.
    pub(crate) fn leave(&mut self, thread: &'static str) -> Vec<Errand<T>> {
        self.gone = true;
        self.fail(if std::thread::panicking() {
            WriteError::ThreadPanicked { thread }
        } else {
            WriteError::Stopped
        });
        std::mem::take(&mut self.errands)
    }

    /// What the thread failed at, if it did.
    pub(crate) fn check(&self) -> Result<(), Arc<WriteError>> {
        match &self.failure {
            None => Ok(()),
            Some(failure) => Err(Arc::clone(failure)),
        }
    }

    /// As [`Duties::check`], for somebody who will know then.
    pub(crate) fn tell(&mut self) -> Result<(), Arc<WriteError>> {
        self.told |= self.failure.is_some();
        self.check()
    }

    /// Whether anybody knows what the thread failed at.
    pub(crate) fn was_told(&self) -> bool {
        self.told
    }
}

/// Hands `work` to `send` as an errand, and returns what it said; `None` if the errand was dropped.
pub(crate) fn ask<T, Answer: Send + 'static>(
    send: impl FnOnce(Errand<T>),
    work: impl FnOnce(&mut T) -> Answer + Send + 'static,
) -> Option<Answer> {
    let (answer, answered) = mpsc::sync_channel(1);
    send(Box::new(move |owned| {
        // Whoever asked waits below; only its thread's end could have taken the other half away.
        let _heard = answer.send(work(owned));
    }));
    answered.recv().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};
    use std::thread;

    use super::*;

    /// Leaves as the threads of shards and tailers do.
    struct Leaving<'duties>(&'duties Mutex<Duties<u32>>);

    impl Drop for Leaving<'_> {
        fn drop(&mut self) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).leave("worker");
        }
    }

    fn failure_after(work: impl FnOnce() + Send) -> Arc<WriteError> {
        let duties = Mutex::new(Duties::new());
        thread::scope(|scope| {
            let worker = scope.spawn(|| {
                let _leaving = Leaving(&duties);
                work();
            });
            // A panic is looked at below.
            let _ended = worker.join();
        });
        let mut duties = duties.into_inner().unwrap_or_else(PoisonError::into_inner);
        assert!(!duties.was_told());
        let failure = duties.tell().expect_err("it has left");
        assert!(duties.was_told());
        failure
    }

    #[test]
    fn a_thread_that_panics_says_so_and_one_that_leaves_has_stopped() {
        let panicked = failure_after(|| panic!("as planned"));
        assert!(matches!(*panicked, WriteError::ThreadPanicked { thread: "worker" }), "{panicked}");
        let left = failure_after(|| ());
        assert!(matches!(*left, WriteError::Stopped), "{left}");
    }
}
