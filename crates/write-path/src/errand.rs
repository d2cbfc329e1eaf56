//! Asking a thread to do something with what it owns.

use std::sync::mpsc;

/// What is to be done with what a thread owns, once. A thread that ends drops what it did not do.
pub(crate) type Errand<T> = Box<dyn FnOnce(&mut T) + Send>;

/// Hands `work` to `send` as an errand, and returns what it said; `None` if the errand was dropped.
pub(crate) fn ask<T, Answer: Send + 'static>(
    send: impl FnOnce(Errand<T>),
    work: impl FnOnce(&mut T) -> Answer + Send + 'static,
) -> Option<Answer> {
    let (answer, answered) = mpsc::sync_channel(1);
    send(Box::new(move |owned| {
        // Whoever asked waits below; only its thread's end could have taken the other half away.
        let _ = answer.send(work(owned));
    }));
    answered.recv().ok()
}
