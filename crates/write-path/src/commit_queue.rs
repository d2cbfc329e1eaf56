//! The commit queue: whoever has something to commit hands it in, and one committer takes what waits as a group and
//! answers.
//!
//! It knows neither packets nor paths: what waits is a request of any kind, and what a client is told is an answer of
//! any kind. Drivers over serial paths, loads and shards all have it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::locks::{lock, wait, wait_timeout_while, wait_while};

/// Requests on their way to a committer, in the order in which they came. The queue has no end.
#[derive(Debug)]
pub struct CommitQueue<Request, Answer = ()> {
    gather: Gather,
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
    /// When the first of those that wait came, where groups wait for more.
    first_came: Option<Instant>,
    /// Whether something waits for which no group may wait on.
    hurries: bool,
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
    /// How long after its first request came a group waits for more.
    pub wait_max: Duration,
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
    pub const AT_ONCE: Self = Self { wait_max: Duration::ZERO, requests_max: usize::MAX };
}

impl<Request, Answer> CommitQueue<Request, Answer> {
    /// A queue before which so many clients sleep until they are answered: see [`CommitQueue::clients`].
    pub fn new(clients: usize, gather: Gather) -> Self {
        let state = State {
            waiting: VecDeque::with_capacity(clients),
            first_came: None,
            hurries: false,
            answers: (0..clients).map(|_| None).collect(),
            clients_left: clients,
            entry: Entry::Open,
        };
        Self {
            gather,
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
        self.enter(request, false)
    }

    /// The same for a request of which the group must not wait for more.
    ///
    /// # Errors
    /// The request, where the queue is closed.
    pub fn push_urgent(&self, request: Request) -> Result<(), Request> {
        self.enter(request, true)
    }

    fn enter(&self, request: Request, hurries: bool) -> Result<(), Request> {
        let mut state = lock(&self.state);
        if state.entry != Entry::Open {
            return Err(request);
        }
        let is_first = state.waiting.is_empty();
        if is_first && !self.gather.wait_max.is_zero() {
            state.first_came = Some(Instant::now());
        }
        state.waiting.push_back(request);
        state.hurries |= hurries;
        // In between a committer that gathers would wake for nothing.
        if is_first || self.gather.wait_max.is_zero() || !self.is_awaited(&state) {
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Takes the oldest request once there is one; `None` when none will come.
    pub fn pop(&self) -> Option<Request> {
        let is_idle = |state: &mut State<Request, Answer>| state.is_idle();
        wait_while(&self.changed, &self.state, is_idle).waiting.pop_front()
    }

    /// Takes a group, the oldest requests first. The first of them is waited for as long as `patience` says.
    pub fn take(&self, patience: Duration, group: &mut Vec<Request>) -> Taken {
        let is_idle = |state: &mut State<Request, Answer>| state.is_idle();
        let mut state = wait_timeout_while(&self.changed, lock(&self.state), patience, is_idle);
        if let Some(first) = state.first_came.take() {
            let left = self.gather.wait_max.saturating_sub(first.elapsed());
            let is_awaited = |state: &mut State<Request, Answer>| self.is_awaited(state);
            state = wait_timeout_while(&self.changed, state, left, is_awaited);
        }
        let count = state.waiting.len().min(self.gather.requests_max);
        group.extend(state.waiting.drain(..count));
        state.hurries &= !state.waiting.is_empty();
        if !state.waiting.is_empty() && !self.gather.wait_max.is_zero() {
            state.first_came = Some(Instant::now());
        }
        match (count, state.entry) {
            (0, Entry::Open) => Taken::NothingYet,
            (0, Entry::Closed | Entry::Abandoned) => Taken::Over,
            _ => Taken::Group,
        }
    }

    /// Whether a group that is not empty waits for more.
    fn is_awaited(&self, state: &State<Request, Answer>) -> bool {
        let is_short = state.waiting.len() < self.gather.requests_max;
        state.entry == Entry::Open && is_short && !state.hurries
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

    const TWO: Gather = Gather { wait_max: Duration::ZERO, requests_max: 2 };

    /// It waits for a third request, however long that takes.
    const PATIENT: Gather = Gather { wait_max: Duration::MAX, requests_max: 3 };

    #[test]
    fn requests_leave_in_order_and_a_closed_queue_is_emptied_first() {
        let queue: CommitQueue<u32> = CommitQueue::new(0, TWO);
        (0..4).for_each(|number| queue.push(number).expect("open"));
        queue.close();
        assert_eq!(queue.push(9), Err(9));
        assert_eq!(queue.pop(), Some(0));
        let mut group = Vec::new();
        assert_eq!(queue.take(Duration::ZERO, &mut group), Taken::Group);
        assert_eq!(group, [1, 2]);
        assert_eq!(queue.take(Duration::ZERO, &mut group), Taken::Group);
        assert_eq!(queue.take(Duration::ZERO, &mut group), Taken::Over);
        assert_eq!((group, queue.pop()), (vec![1, 2, 3], None));
    }

    #[test]
    fn an_open_queue_may_have_nothing_yet_and_what_is_abandoned_is_handed_back() {
        let queue: CommitQueue<u32> = CommitQueue::new(0, TWO);
        let mut group = Vec::new();
        assert_eq!(queue.take(Duration::ZERO, &mut group), Taken::NothingYet);
        (0..4).for_each(|number| queue.push(number).expect("open"));
        assert_eq!(queue.abandon(), [0, 1, 2, 3]);
        queue.close();
        assert_eq!((queue.push(4), queue.pop()), (Err(4), None));
    }

    #[test]
    fn every_client_is_answered_with_its_own_and_the_queue_closes_behind_the_last() {
        let queue: CommitQueue<(usize, u32), u32> = CommitQueue::new(3, Gather::AT_ONCE);
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
            while queue.take(Duration::MAX, &mut group) == Taken::Group {
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
        let queue: CommitQueue<u32> = CommitQueue::new(0, PATIENT);
        queue.push(0).expect("open");
        thread::scope(|scope| {
            scope.spawn(|| [1, 2].map(|number| queue.push(number).expect("open")));
            let mut group = Vec::new();
            assert_eq!(queue.take(Duration::MAX, &mut group), Taken::Group);
            assert_eq!(group, [0, 1, 2]);
        });
    }

    #[test]
    fn a_committer_that_waits_goes_ahead_with_what_is_urgent() {
        let queue: CommitQueue<u32> = CommitQueue::new(0, PATIENT);
        queue.push(0).expect("open");
        thread::scope(|scope| {
            scope.spawn(|| queue.push_urgent(1).expect("open"));
            let mut group = Vec::new();
            assert_eq!(queue.take(Duration::MAX, &mut group), Taken::Group);
            assert_eq!(group, [0, 1]);
        });
        queue.push(2).expect("open");
        queue.close();
        let mut group = Vec::new();
        assert_eq!(queue.take(Duration::MAX, &mut group), Taken::Group);
        assert_eq!(group, [2], "nobody waits on for a queue that is closed");
    }

    #[test]
    fn an_abandoned_queue_lets_a_client_go_that_was_never_answered() {
        let queue: CommitQueue<u32> = CommitQueue::new(1, TWO);
        thread::scope(|scope| {
            let client = queue.clients().pop().expect("one client");
            let asleep = scope.spawn(move || client.call(7));
            let mut group = Vec::new();
            assert_eq!(queue.take(Duration::MAX, &mut group), Taken::Group);
            drop(AbandonAtEnd(&queue));
            assert_eq!(asleep.join().expect("no panic"), None);
        });
    }
}
