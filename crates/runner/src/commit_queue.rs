//! The commit queue: whoever has something to commit hands it in, and one committer takes what waits as a group and
//! answers.
//!
//! It knows neither packets nor paths: what waits is a request of any kind, and what a client is told is an answer of
//! any kind.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use crate::locks::{lock, wait, wait_timeout_while, wait_while};

/// Requests on their way to a committer, in the order in which they came. The queue has no end.
#[derive(Debug)]
pub struct CommitQueue<Request, Answer = ()> {
    state: Mutex<State<Request, Answer>>,
    /// A request came, or none will.
    changed: Condvar,
    /// For each client: it was answered, or will not be.
    answered: Vec<Condvar>,
}

/// Lists, a counter and a word, whole at every moment.
#[derive(Debug)]
struct State<Request, Answer> {
    waiting: VecDeque<Request>,
    /// For each client, the answer that it has not taken yet.
    answers: Vec<Option<Answer>>,
    clients_left: usize,
    entry: Entry,
}

/// Whether requests may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Open,
    /// None may, but those that wait are still taken and answered.
    Closed,
    /// None may, and nobody is answered any more.
    Abandoned,
}

/// How a group is gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gather {
    /// How long the committer waits for more once a request is there.
    pub wait: Duration,
    /// So many requests are enough: there is no waiting on, and no more of them are taken.
    pub requests_max: usize,
}

/// What a look at the queue found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Something was taken.
    Group,
    /// Nothing came in time.
    NothingYet,
    /// Nothing waits, and nothing will come.
    Over,
}

/// A client of a queue: it hands in one request after the other and sleeps until each is answered. Dropping it signs it
/// off, and when all have left, the queue is closed.
#[derive(Debug)]
pub struct QueueClient<'queue, Request, Answer> {
    queue: &'queue CommitQueue<Request, Answer>,
    number: usize,
}

/// Abandons a queue when it is dropped: after an error, after a panic, so that no client sleeps for ever.
#[derive(Debug)]
pub struct AbandonAtEnd<'queue, Request, Answer>(pub &'queue CommitQueue<Request, Answer>);

impl Gather {
    /// Whatever waits, at once: while one commit runs, the next group forms.
    pub const AT_ONCE: Self = Self { wait: Duration::ZERO, requests_max: usize::MAX };
}

impl<Request, Answer> CommitQueue<Request, Answer> {
    /// A queue before which so many clients sleep until they are answered: see [`CommitQueue::clients`].
    pub fn new(clients: usize) -> Self {
        let state = State {
            waiting: VecDeque::with_capacity(clients),
            answers: (0..clients).map(|_| None).collect(),
            clients_left: clients,
            entry: Entry::Open,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            answered: (0..clients).map(|_| Condvar::new()).collect(),
        }
    }

    /// The clients, for the threads that they are to be. To be asked for once.
    pub fn clients(&self) -> Vec<QueueClient<'_, Request, Answer>> {
        (0..self.answered.len()).map(|number| QueueClient { queue: self, number }).collect()
    }

    /// Puts a request behind the others.
    ///
    /// # Errors
    /// The request, where the queue is closed.
    pub fn push(&self, request: Request) -> Result<(), Request> {
        let mut state = lock(&self.state);
        if state.entry != Entry::Open {
            return Err(request);
        }
        state.waiting.push_back(request);
        self.changed.notify_one();
        Ok(())
    }

    /// Takes the oldest request once there is one; `None` when none will come.
    pub fn pop(&self) -> Option<Request> {
        let is_idle = |state: &mut State<Request, Answer>| state.is_idle();
        wait_while(&self.changed, &self.state, is_idle).waiting.pop_front()
    }

    /// Takes a group, the oldest requests first. The first of them is waited for as long as `patience` says.
    pub fn take(&self, gather: Gather, patience: Duration, group: &mut Vec<Request>) -> Taken {
        let is_idle = |state: &mut State<Request, Answer>| state.is_idle();
        let mut state = wait_timeout_while(&self.changed, lock(&self.state), patience, is_idle);
        if !state.waiting.is_empty() && !gather.wait.is_zero() {
            let is_awaited = |state: &mut State<Request, Answer>| {
                state.entry == Entry::Open && state.waiting.len() < gather.requests_max
            };
            state = wait_timeout_while(&self.changed, state, gather.wait, is_awaited);
        }
        let count = state.waiting.len().min(gather.requests_max);
        group.extend(state.waiting.drain(..count));
        match (count, state.entry) {
            (0, Entry::Open) => Taken::NothingYet,
            (0, Entry::Closed | Entry::Abandoned) => Taken::Over,
            _ => Taken::Group,
        }
    }

    /// Answers a client, by its number.
    pub fn answer(&self, client: usize, answer: Answer) {
        lock(&self.state).answers[client] = Some(answer);
        self.answered[client].notify_one();
    }

    /// Lets no further request in. Those that wait are still taken.
    pub fn close(&self) {
        let mut state = lock(&self.state);
        if state.entry == Entry::Open {
            state.entry = Entry::Closed;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Closes the queue, returns what waits, which nobody will take, and lets every client go, also those that were never
    /// answered.
    pub fn abandon(&self) -> Vec<Request> {
        let mut state = lock(&self.state);
        state.entry = Entry::Abandoned;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        self.changed.notify_all();
        self.answered.iter().for_each(Condvar::notify_one);
        waiting.into()
    }
}

impl<Request, Answer> State<Request, Answer> {
    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.entry == Entry::Open
    }
}

impl<Request, Answer> QueueClient<'_, Request, Answer> {
    /// The client's number, by which it is answered, from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Hands a request in and sleeps until it is answered; `None` where the queue was closed before it came, or abandoned
    /// after.
    pub fn call(&self, request: Request) -> Option<Answer> {
        self.queue.push(request).ok()?;
        let mut state = lock(&self.queue.state);
        loop {
            if let Some(answer) = state.answers[self.number].take() {
                return Some(answer);
            }
            if state.entry == Entry::Abandoned {
                return None;
            }
            state = wait(&self.queue.answered[self.number], state);
        }
    }
}

impl<Request, Answer> Drop for QueueClient<'_, Request, Answer> {
    fn drop(&mut self) {
        let clients_left = {
            let mut state = lock(&self.queue.state);
            state.clients_left -= 1;
            state.clients_left
        };
        if clients_left == 0 {
            self.queue.close();
        }
    }
}

impl<Request, Answer> Drop for AbandonAtEnd<'_, Request, Answer> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const TWO: Gather = Gather { wait: Duration::ZERO, requests_max: 2 };

    #[test]
    fn requests_leave_in_order_and_a_closed_queue_is_emptied_first() {
        let queue: CommitQueue<u32> = CommitQueue::new(0);
        (0..4).for_each(|number| queue.push(number).expect("open"));
        queue.close();
        assert_eq!(queue.push(9), Err(9));
        assert_eq!(queue.pop(), Some(0));
        let mut group = Vec::new();
        assert_eq!(queue.take(TWO, Duration::ZERO, &mut group), Taken::Group);
        assert_eq!(group, [1, 2]);
        assert_eq!(queue.take(TWO, Duration::ZERO, &mut group), Taken::Group);
        assert_eq!(queue.take(TWO, Duration::ZERO, &mut group), Taken::Over);
        assert_eq!((group, queue.pop()), (vec![1, 2, 3], None));
    }

    #[test]
    fn an_open_queue_may_have_nothing_yet_and_what_is_abandoned_is_handed_back() {
        let queue: CommitQueue<u32> = CommitQueue::new(0);
        let mut group = Vec::new();
        assert_eq!(queue.take(TWO, Duration::ZERO, &mut group), Taken::NothingYet);
        (0..4).for_each(|number| queue.push(number).expect("open"));
        assert_eq!(queue.abandon(), [0, 1, 2, 3]);
        queue.close();
        assert_eq!((queue.push(4), queue.pop()), (Err(4), None));
    }

    #[test]
    fn every_client_is_answered_with_its_own_and_the_queue_closes_behind_the_last() {
        let queue: CommitQueue<(usize, u32), u32> = CommitQueue::new(3);
        thread::scope(|scope| {
            for client in queue.clients() {
                scope.spawn(move || {
                    for number in 0..50 {
                        let answer = client.call((client.number(), number));
                        assert_eq!(answer, Some(number + 1000 * client.number() as u32));
                    }
                });
            }
            let _abandoning = AbandonAtEnd(&queue);
            let mut answered = 0;
            let mut group = Vec::new();
            while queue.take(Gather::AT_ONCE, Duration::MAX, &mut group) == Taken::Group {
                answered += group.len();
                for (client, number) in group.drain(..) {
                    queue.answer(client, number + 1000 * client as u32);
                }
            }
            assert_eq!(answered, 150);
        });
    }

    #[test]
    fn a_committer_that_waits_takes_what_comes_meanwhile() {
        let queue: CommitQueue<u32> = CommitQueue::new(0);
        queue.push(0).expect("open");
        thread::scope(|scope| {
            scope.spawn(|| queue.push(1).expect("open"));
            // It ends when the second is there, however long that takes.
            let gather = Gather { wait: Duration::MAX, requests_max: 2 };
            let mut group = Vec::new();
            assert_eq!(queue.take(gather, Duration::MAX, &mut group), Taken::Group);
            assert_eq!(group, [0, 1]);
        });
    }

    #[test]
    fn an_abandoned_queue_lets_a_client_go_that_was_never_answered() {
        let queue: CommitQueue<u32> = CommitQueue::new(1);
        thread::scope(|scope| {
            let client = queue.clients().pop().expect("one client");
            let asleep = scope.spawn(move || client.call(7));
            let mut group = Vec::new();
            assert_eq!(queue.take(TWO, Duration::MAX, &mut group), Taken::Group);
            drop(AbandonAtEnd(&queue));
            assert_eq!(asleep.join().expect("no panic"), None);
        });
    }
}
