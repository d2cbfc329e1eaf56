//! Channels into one receiving thread: it takes from them in a given order, and a circle of full ones is noticed.
//!
//! `std::sync::mpsc` can neither receive from two channels nor give up sending after a while.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::waits::{Blocked, Deadlock, Stage, Waits};

/// A channel of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lane {
    pub(crate) name: &'static str,
    /// `None` holds as much as memory does.
    pub(crate) capacity: Option<NonZeroUsize>,
}

/// From which channel comes what is received next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// From each in its turn.
    Fair,
    /// From the last one as long as there is something.
    LastFirst,
}

/// Channels into one thread.
#[derive(Debug)]
pub(crate) struct Mailbox<'waits, T> {
    receiver: Stage,
    lanes: Vec<Lane>,
    order: Order,
    waits: &'waits Waits,
    state: Mutex<State<T>>,
    filled: Condvar,
    emptied: Condvar,
}

#[derive(Debug)]
struct State<T> {
    queues: Vec<VecDeque<T>>,
    last_taken: usize,
    /// Threads that wait for room without end.
    blocked: usize,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// Nothing more comes; what is there is received.
    Finished,
    /// Nothing is sent or received any more.
    Aborted,
}

/// Why something was not sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unsent {
    /// There was no room in time.
    TimedOut,
    /// Nobody receives any more.
    Closed,
    /// There would never be room.
    Deadlock(Deadlock),
}

/// What a receiver gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received<T> {
    Item(T),
    /// Nothing came in time.
    Nothing,
    /// Nothing will come.
    Closed,
}

impl<'waits, T> Mailbox<'waits, T> {
    pub(crate) fn new(
        receiver: Stage,
        lanes: Vec<Lane>,
        order: Order,
        waits: &'waits Waits,
    ) -> Self {
        let queues = lanes.iter().map(|_| VecDeque::new()).collect();
        let state = State { queues, last_taken: 0, blocked: 0, phase: Phase::Open };
        let (filled, emptied) = (Condvar::new(), Condvar::new());
        Self { receiver, lanes, order, waits, state: Mutex::new(state), filled, emptied }
    }

    /// Sends into a channel, and waits for room there: without end, or as long as `patience` says.
    pub(crate) fn send(
        &self,
        lane: usize,
        item: T,
        sender: Stage,
        patience: Option<Duration>,
    ) -> Result<(), Unsent> {
        let deadline = patience.map(|patience| Instant::now() + patience);
        let mut state = self.lock();
        loop {
            if state.phase != Phase::Open {
                return Err(Unsent::Closed);
            }
            let capacity = self.lanes[lane].capacity.map_or(usize::MAX, NonZeroUsize::get);
            if state.queues[lane].len() < capacity {
                state.queues[lane].push_back(item);
                drop(state);
                self.filled.notify_one();
                return Ok(());
            }
            state = match deadline {
                Some(deadline) => {
                    let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                        return Err(Unsent::TimedOut);
                    };
                    let waited = self.emptied.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.wait_for_room(state, lane, sender, capacity)?,
            };
        }
    }

    /// Waits without end, unless that would be for ever.
    fn wait_for_room<'guard>(
        &self,
        mut state: MutexGuard<'guard, State<T>>,
        lane: usize,
        sender: Stage,
        capacity: usize,
    ) -> Result<MutexGuard<'guard, State<T>>, Unsent> {
        let (channel, receiver) = (self.lanes[lane].name, self.receiver);
        let wait = Blocked { thread: sender, channel, capacity, receiver };
        self.waits.begin(wait).map_err(Unsent::Deadlock)?;
        state.blocked += 1;
        let mut state = self.emptied.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.blocked -= 1;
        Ok(state)
    }

    /// Receives from the channels in their order.
    pub(crate) fn receive(&self, deadline: Instant) -> Received<T> {
        let mut state = self.lock();
        loop {
            if state.phase == Phase::Aborted {
                return Received::Closed;
            }
            if let Some(lane) = self.next_lane(&state)
                && let Some(item) = state.queues[lane].pop_front()
            {
                state.last_taken = lane;
                if state.blocked > 0 {
                    self.waits.room_in(self.lanes[lane].name, self.receiver);
                }
                drop(state);
                self.emptied.notify_all();
                return Received::Item(item);
            }
            if state.phase == Phase::Finished {
                return Received::Closed;
            }
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                return Received::Nothing;
            };
            let waited = self.filled.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn next_lane(&self, state: &State<T>) -> Option<usize> {
        let count = self.lanes.len();
        let begin = match self.order {
            Order::Fair => state.last_taken + 1,
            Order::LastFirst => count - 1,
        };
        (0..count).map(|step| (begin + step) % count).find(|lane| !state.queues[*lane].is_empty())
    }

    /// How much waits in each channel.
    pub(crate) fn depths(&self) -> Vec<u64> {
        self.lock().queues.iter().map(|queue| queue.len() as u64).collect()
    }

    /// Says that nothing more comes.
    pub(crate) fn finish(&self) {
        self.change_phase(Phase::Finished);
    }

    /// Ends all sending and receiving at once.
    pub(crate) fn abort(&self) {
        self.change_phase(Phase::Aborted);
    }

    fn change_phase(&self, phase: Phase) {
        let mut state = self.lock();
        if state.phase != Phase::Aborted {
            state.phase = phase;
        }
        drop(state);
        self.filled.notify_all();
        self.emptied.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Option<NonZeroUsize> = NonZeroUsize::new(2);

    fn lanes() -> Vec<Lane> {
        ["first", "second"].map(|name| Lane { name, capacity: TWO }).to_vec()
    }

    fn fill(mailbox: &Mailbox<'_, u32>) -> Vec<u32> {
        for (lane, item) in [(0, 1), (0, 2), (1, 11), (1, 12)] {
            mailbox.send(lane, item, Stage::Source, None).expect("room");
        }
        mailbox.finish();
        let mut items = Vec::new();
        while let Received::Item(item) = mailbox.receive(Instant::now()) {
            items.push(item);
        }
        items
    }

    #[test]
    fn channels_are_emptied_in_their_order() {
        let waits = Waits::default();
        let fair = Mailbox::new(Stage::Database, lanes(), Order::Fair, &waits);
        assert_eq!(fill(&fair), [11, 1, 12, 2]);
        let last_first = Mailbox::new(Stage::Database, lanes(), Order::LastFirst, &waits);
        assert_eq!(fill(&last_first), [11, 12, 1, 2]);
        assert_eq!(last_first.send(0, 3, Stage::Source, None), Err(Unsent::Closed));
    }

    #[test]
    fn a_full_channel_is_given_up_after_a_while() {
        let waits = Waits::default();
        let mailbox = Mailbox::new(Stage::Sink, lanes(), Order::Fair, &waits);
        let patience = Some(Duration::from_millis(1));
        let sent = [1, 2, 3].map(|item| mailbox.send(0, item, Stage::Database, patience));
        assert_eq!(sent, [Ok(()), Ok(()), Err(Unsent::TimedOut)]);
        assert_eq!(mailbox.depths(), [2, 0]);
    }

    #[test]
    fn two_threads_that_send_to_each_other_are_told_and_do_not_hang() {
        let waits = Waits::default();
        let one = [Lane { name: "channel", capacity: NonZeroUsize::new(1) }].to_vec();
        let to_sink = Mailbox::new(Stage::Sink, one.clone(), Order::Fair, &waits);
        let to_database = Mailbox::new(Stage::Database, one, Order::Fair, &waits);
        let send_both = |mailbox: &Mailbox<'_, u32>, sender| {
            let sent = (0..2).try_for_each(|item| mailbox.send(0, item, sender, None));
            if matches!(sent, Err(Unsent::Deadlock(_))) {
                to_sink.abort();
                to_database.abort();
            }
            sent.expect_err("the second cannot be sent")
        };
        let answers = std::thread::scope(|scope| {
            let database = scope.spawn(|| send_both(&to_sink, Stage::Database));
            let sink = scope.spawn(|| send_both(&to_database, Stage::Sink));
            [database.join().expect("no panic"), sink.join().expect("no panic")]
        });
        let told = answers.iter().filter(|answer| matches!(answer, Unsent::Deadlock(_))).count();
        assert_eq!(told, 1, "{answers:?}");
        assert!(answers.contains(&Unsent::Closed), "{answers:?}");
    }
}
