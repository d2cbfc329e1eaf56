//! The queue between the generator and the clients. It has no end, as the document's had none.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::batches::Batch;

/// Batches that wait for a client.
#[derive(Debug)]
pub(crate) struct BatchQueue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    batches: VecDeque<Batch>,
    entry: Entry,
}

/// Whether batches may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Open,
    Closed,
}

/// What a look at the queue found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Something was taken.
    Some,
    /// Nothing came in time.
    NothingYet,
    /// Nothing waits, and nothing will come.
    Over,
}

impl BatchQueue {
    pub(crate) fn new() -> Self {
        let state = State { batches: VecDeque::new(), entry: Entry::Open };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Puts a batch behind the others; `Err` once the queue is closed.
    pub(crate) fn push(&self, batch: Batch) -> Result<(), Batch> {
        let mut state = self.lock();
        if state.entry == Entry::Closed {
            return Err(batch);
        }
        state.batches.push_back(batch);
        self.changed.notify_one();
        Ok(())
    }

    /// Takes the oldest batch once there is one; `None` when none will come.
    pub(crate) fn pop(&self) -> Option<Batch> {
        let mut state = self
            .changed
            .wait_while(self.lock(), |state| state.batches.is_empty() && state.entry == Entry::Open)
            .unwrap_or_else(PoisonError::into_inner);
        state.batches.pop_front()
    }

    /// Takes the oldest batches, at most so many, and waits so long for the first.
    pub(crate) fn take(
        &self,
        batches_max: usize,
        patience: Duration,
        taken: &mut Vec<Batch>,
    ) -> Found {
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.lock(), patience, |state| {
                state.batches.is_empty() && state.entry == Entry::Open
            })
            .unwrap_or_else(PoisonError::into_inner);
        let count = state.batches.len().min(batches_max);
        taken.extend(state.batches.drain(..count));
        match (count, state.entry) {
            (0, Entry::Open) => Found::NothingYet,
            (0, Entry::Closed) => Found::Over,
            _ => Found::Some,
        }
    }

    /// Lets no further batch in. Those that wait are still taken.
    pub(crate) fn close(&self) {
        self.lock().entry = Entry::Closed;
        self.changed.notify_all();
    }

    /// Closes the queue and throws away what waits. Returns how many operations that were.
    pub(crate) fn abandon(&self) -> u64 {
        let waiting = std::mem::take(&mut self.lock().batches);
        self.close();
        waiting.iter().map(|batch| batch.operations() as u64).sum()
    }

    /// The state is a list and a flag, whole at every moment, so a panic elsewhere leaves it fit.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use write_path::Packet;

    use super::*;
    use crate::batches::Work;

    fn batch(number: u64) -> Batch {
        let work = Work::Write(Packet::new(Vec::new()));
        Batch { number, closes: Duration::ZERO, due_ns: vec![0; 3], work }
    }

    #[test]
    fn batches_leave_in_order_and_a_closed_queue_is_emptied_first() {
        let queue = BatchQueue::new();
        (0..4).for_each(|number| queue.push(batch(number)).expect("open"));
        queue.close();
        assert_eq!(queue.push(batch(9)).expect_err("closed").number, 9);
        assert_eq!(queue.pop().map(|batch| batch.number), Some(0));
        let mut taken = Vec::new();
        assert_eq!(queue.take(2, Duration::ZERO, &mut taken), Found::Some);
        assert_eq!(taken.iter().map(|batch| batch.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(queue.take(2, Duration::ZERO, &mut taken), Found::Some);
        assert_eq!(queue.take(2, Duration::ZERO, &mut taken), Found::Over);
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn an_open_queue_may_have_nothing_yet_and_what_is_abandoned_is_counted() {
        let queue = BatchQueue::new();
        let mut taken = Vec::new();
        assert_eq!(queue.take(2, Duration::ZERO, &mut taken), Found::NothingYet);
        (0..4).for_each(|number| queue.push(batch(number)).expect("open"));
        assert_eq!(queue.abandon(), 12);
        assert_eq!(queue.pop(), None);
    }
}
