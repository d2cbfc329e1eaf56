//! Where blocking clients hand batches to the committer of a serial path, and wait for the ack.

use std::num::NonZeroU32;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::batches::Batch;
use crate::queue::{BatchQueue, Found};
use crate::recorder::LoadRecorder;

/// A batch on its way to the path.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) client: usize,
    pub(crate) batch: Batch,
    /// When it was handed in.
    pub(crate) sent: Instant,
}

/// Packets after which a group is complete without waiting on (noria, `vote --write-batch-size`).
pub(crate) const GROUP_PACKETS_MAX: usize = 512;

/// What the clients and the committer share.
#[derive(Debug)]
pub(crate) struct Desk {
    state: Mutex<State>,
    request_waits: Condvar,
    answered: Vec<Condvar>,
}

#[derive(Debug)]
struct State {
    waiting: Vec<Request>,
    /// For each client, the batch that was acked, and when.
    answers: Vec<Option<(Batch, Instant)>>,
    clients_left: usize,
    closed: bool,
}

impl Desk {
    pub(crate) fn of(clients: NonZeroU32) -> Self {
        let clients = clients.get() as usize;
        Self {
            state: Mutex::new(State {
                waiting: Vec::with_capacity(clients),
                answers: (0..clients).map(|_| None).collect(),
                clients_left: clients,
                closed: false,
            }),
            request_waits: Condvar::new(),
            answered: (0..clients).map(|_| Condvar::new()).collect(),
        }
    }

    /// One client: takes the oldest batch, hands it in, waits for its ack, and takes the next.
    pub(crate) fn run_client(&self, client: usize, queue: &BatchQueue, recorder: &LoadRecorder) {
        let _leaving = Leaving { desk: self, queue };
        while let Some(batch) = queue.pop() {
            let sent = Instant::now();
            let Some((batch, acked)) = self.call(Request { client, batch, sent }) else { break };
            recorder.acked(&batch, sent, acked);
        }
    }

    /// Hands a batch in and sleeps until it is acked; `None` if the desk was closed before.
    fn call(&self, request: Request) -> Option<(Batch, Instant)> {
        let client = request.client;
        let mut state = self.lock();
        state.waiting.push(request);
        self.request_waits.notify_one();
        loop {
            if let Some(answer) = state.answers[client].take() {
                return Some(answer);
            }
            if state.closed {
                return None;
            }
            state = self.answered[client].wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Moves every waiting batch into `group`: once there is one, `merge_wait` later, or at once when
    /// the group is full.
    pub(crate) fn take(
        &self,
        merge_wait: Duration,
        patience: Duration,
        group: &mut Vec<Request>,
    ) -> Found {
        let (mut state, _) = self
            .request_waits
            .wait_timeout_while(self.lock(), patience, |state| {
                state.waiting.is_empty() && state.clients_left > 0
            })
            .unwrap_or_else(PoisonError::into_inner);
        if state.waiting.is_empty() {
            return if state.clients_left == 0 { Found::Over } else { Found::NothingYet };
        }
        if !merge_wait.is_zero() {
            (state, _) = self
                .request_waits
                .wait_timeout_while(state, merge_wait, |state| {
                    state.waiting.len() < GROUP_PACKETS_MAX
                })
                .unwrap_or_else(PoisonError::into_inner);
        }
        group.append(&mut state.waiting);
        Found::Some
    }

    /// Hands a batch back to its client.
    pub(crate) fn answer(&self, request: Request, acked: Instant) {
        self.lock().answers[request.client] = Some((request.batch, acked));
        self.answered[request.client].notify_one();
    }

    /// Lets every client go, also those whose batch was never acked.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.answered.iter().for_each(Condvar::notify_one);
    }

    /// The state is lists and counters, whole at every moment, so a panic elsewhere leaves it fit.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signs a client off, also one that panics: the committer would wait for it for ever.
struct Leaving<'load> {
    desk: &'load Desk,
    queue: &'load BatchQueue,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            // The load is void: nobody need work on at it.
            self.queue.abandon();
        }
        self.desk.lock().clients_left -= 1;
        self.desk.request_waits.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use write_path::Packet;

    use super::*;
    use crate::batches::Work;

    #[test]
    fn a_client_that_panics_ends_the_load() {
        let desk = Desk::of(NonZeroU32::new(2).expect("not zero"));
        let queue = BatchQueue::new();
        thread::scope(|scope| {
            let (desk, queue) = (&desk, &queue);
            let panics = scope.spawn(move || {
                let _leaving = Leaving { desk, queue };
                panic!("as a bug in a client would");
            });
            // Asleep until a batch comes, or none will.
            let other = scope.spawn(move || {
                let _leaving = Leaving { desk, queue };
                queue.pop()
            });
            assert!(panics.join().is_err());
            assert!(other.join().expect("no panic").is_none());
        });
        let mut group = Vec::new();
        assert_eq!(desk.take(Duration::ZERO, Duration::MAX, &mut group), Found::Over);
        let batch = Batch {
            number: 0,
            closes: Duration::ZERO,
            due_ns: Vec::new(),
            work: Work::Write(Packet::new(Vec::new())),
        };
        assert!(queue.push(batch).is_err(), "the generator hears of it");
    }
}
