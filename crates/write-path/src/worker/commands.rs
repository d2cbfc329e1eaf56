//! The command queue of a worker: what its thread is asked to do with what it owns, and how to end.

use std::sync::{Arc, mpsc};

use crate::error::WriteError;

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

/// What a worker was asked for, and how it is: kept under the lock of what it shares with others.
pub(crate) struct Commands<T> {
    waiting: Vec<Command<T>>,
    ending: Option<Ending>,
    failure: Option<Arc<WriteError>>,
    /// Whether anybody knows of the failure.
    told: bool,
    /// Whether the thread has left, so that nothing is done any more.
    gone: bool,
}

impl<T> Commands<T> {
    pub(crate) fn new() -> Self {
        Self { waiting: Vec::new(), ending: None, failure: None, told: false, gone: false }
    }

    /// Whether the thread was asked for anything.
    pub(crate) fn is_asked(&self) -> bool {
        !self.waiting.is_empty() || self.ending.is_some()
    }

    /// Adds a command, which is dropped if the thread has left.
    pub(crate) fn add(&mut self, command: Command<T>) {
        if !self.gone {
            self.waiting.push(command);
        }
    }

    /// Takes the commands out, and tells how the thread is to end after them.
    pub(crate) fn take(&mut self) -> (Vec<Command<T>>, Option<Ending>) {
        (std::mem::take(&mut self.waiting), self.ending)
    }

    /// Asks the thread to end. The first who asks says how.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
    }

    /// Notes what the thread failed at; the first failure counts.
    pub(crate) fn fail(&mut self, failure: WriteError) {
        self.failure.get_or_insert_with(|| Arc::new(failure));
    }

    /// Notes that the thread has left, and why. What nobody will do is returned, to be dropped without the lock.
    pub(crate) fn leave(&mut self, why: WriteError) -> Vec<Command<T>> {
        self.gone = true;
        self.fail(why);
        std::mem::take(&mut self.waiting)
    }

    /// What the thread failed at, if it did.
    pub(crate) fn check(&self) -> Result<(), Arc<WriteError>> {
        match &self.failure {
            None => Ok(()),
            Some(failure) => Err(Arc::clone(failure)),
        }
    }

    /// As [`Commands::check`], for somebody who will know then.
    pub(crate) fn tell(&mut self) -> Result<(), Arc<WriteError>> {
        self.told |= self.failure.is_some();
        self.check()
    }

    /// Whether anybody knows what the thread failed at.
    pub(crate) fn was_told(&self) -> bool {
        self.told
    }
}

/// Hands `work` to `send` as a command, and returns what it said; `None` if the command was dropped.
pub(crate) fn ask<T, Answer: Send + 'static>(
    send: impl FnOnce(Command<T>),
    work: impl FnOnce(&mut T) -> Answer + Send + 'static,
) -> Option<Answer> {
    let (answer, answered) = mpsc::sync_channel(1);
    send(Box::new(move |owned| {
        // Whoever asked waits below; only its thread's end could have taken the other half away.
        let _heard = answer.send(work(owned));
    }));
    answered.recv().ok()
}
