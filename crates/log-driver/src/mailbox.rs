//! Channels into one receiver: it takes from them in a given order, and a circle of full ones is noticed.
//!
//! `std::sync::mpsc` can neither receive from two channels nor give up sending after a while.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::concurrency::Turns;
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

/// Channels into one part of the pipeline.
#[derive(Debug)]
pub(crate) struct Mailbox<'run, T> {
    receiver: Stage,
    lanes: Vec<Lane>,
    order: Order,
    waits: &'run Waits,
    turns: &'run Turns,
    state: Mutex<State<T>>,
    filled: Condvar,
    emptied: Condvar,
}

#[derive(Debug)]
struct State<T> {
    queues: Vec<VecDeque<T>>,
    last_taken: usize,
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

impl<'run, T> Mailbox<'run, T> {
    pub(crate) fn new(
        receiver: Stage,
        lanes: Vec<Lane>,
        order: Order,
        (waits, turns): (&'run Waits, &'run Turns),
    ) -> Self {
        let queues = lanes.iter().map(|_| VecDeque::new()).collect();
        let state = Mutex::new(State { queues, last_taken: 0, phase: Phase::Open });
        let (filled, emptied) = (Condvar::new(), Condvar::new());
        Self { receiver, lanes, order, waits, turns, state, filled, emptied }
    }

    /// Sends into a channel, and waits for room there: without end, or as long as `patience` says.
    pub(crate) async fn send(
        &self,
        lane: usize,
        item: T,
        sender: Stage,
        patience: Option<Duration>,
    ) -> Result<(), Unsent> {
        let Lane { name: channel, capacity } = self.lanes[lane];
        let capacity = capacity.map_or(usize::MAX, NonZeroUsize::get);
        let wait = Blocked { thread: sender, channel, capacity, receiver: self.receiver };
        let deadline = patience.map(|patience| Instant::now() + patience);
        let mut item = Some(item);
        let attempt = |state: &mut State<T>| {
            if state.phase != Phase::Open {
                return Some(Err(Unsent::Closed));
            }
            if state.queues[lane].len() < capacity {
                state.queues[lane].extend(item.take());
                return Some(Ok(()));
            }
            match deadline {
                Some(deadline) => (Instant::now() >= deadline).then_some(Err(Unsent::TimedOut)),
                // Without end, unless that would be for ever.
                None => self.waits.begin(wait).err().map(|circle| Err(Unsent::Deadlock(circle))),
            }
        };
        let sent = self.turns.until(&self.state, &self.emptied, deadline, attempt).await;
        self.filled.notify_one();
        self.turns.note_change();
        sent
    }

    /// Receives from the channels in their order.
    pub(crate) async fn receive(&self, deadline: Instant) -> Received<T> {
        let attempt = |state: &mut State<T>| {
            if state.phase == Phase::Aborted {
                return Some(Received::Closed);
            }
            if let Some(lane) = self.next_lane(state)
                && let Some(item) = state.queues[lane].pop_front()
            {
                state.last_taken = lane;
                self.waits.room_in(self.lanes[lane].name, self.receiver);
                return Some(Received::Item(item));
            }
            if state.phase == Phase::Finished {
                return Some(Received::Closed);
            }
            (Instant::now() >= deadline).then_some(Received::Nothing)
        };
        let received = self.turns.until(&self.state, &self.filled, Some(deadline), attempt).await;
        if matches!(received, Received::Item(_)) {
            self.emptied.notify_all();
            self.turns.note_change();
        }
        received
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
        self.turns.note_change();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concurrency::Concurrency;

    const TWO: Option<NonZeroUsize> = NonZeroUsize::new(2);

    fn lanes() -> Vec<Lane> {
        ["first", "second"].map(|name| Lane { name, capacity: TWO }).to_vec()
    }

    fn send(mailbox: &Mailbox<'_, u32>, lane: usize, item: u32) -> Result<(), Unsent> {
        mailbox.turns.run_alone(mailbox.send(lane, item, Stage::Database, None))
    }

    fn fill(mailbox: &Mailbox<'_, u32>) -> Vec<u32> {
        for (lane, item) in [(0, 1), (0, 2), (1, 11), (1, 12)] {
            send(mailbox, lane, item).expect("room");
        }
        mailbox.finish();
        let mut items = Vec::new();
        while let Received::Item(item) =
            mailbox.turns.run_alone(mailbox.receive(Instant::now() + Duration::from_secs(60)))
        {
            items.push(item);
        }
        items
    }

    #[test]
    fn channels_are_emptied_in_their_order() {
        let (waits, turns) = (Waits::default(), Turns::new(Concurrency::Threads));
        let shared = (&waits, &turns);
        let fair = Mailbox::new(Stage::Database, lanes(), Order::Fair, shared);
        assert_eq!(fill(&fair), [11, 1, 12, 2]);
        let last_first = Mailbox::new(Stage::Database, lanes(), Order::LastFirst, shared);
        assert_eq!(fill(&last_first), [11, 12, 1, 2]);
        assert_eq!(send(&last_first, 0, 3), Err(Unsent::Closed));
    }

    #[test]
    fn a_full_channel_is_given_up_after_a_while() {
        for concurrency in Concurrency::ALL {
            let (waits, turns) = (Waits::default(), Turns::new(concurrency));
            let mailbox = Mailbox::new(Stage::Sink, lanes(), Order::Fair, (&waits, &turns));
            let patience = Some(Duration::from_millis(1));
            let sent = [1, 2, 3]
                .map(|item| turns.run_alone(mailbox.send(0, item, Stage::Database, patience)));
            assert_eq!(sent, [Ok(()), Ok(()), Err(Unsent::TimedOut)]);
            assert_eq!(mailbox.depths(), [2, 0]);
        }
    }

    #[test]
    fn two_that_send_to_each_other_are_told_and_do_not_hang() {
        for concurrency in Concurrency::ALL {
            let (waits, turns) = (Waits::default(), Turns::new(concurrency));
            let one = [Lane { name: "channel", capacity: NonZeroUsize::new(1) }].to_vec();
            let to_sink = Mailbox::new(Stage::Sink, one.clone(), Order::Fair, (&waits, &turns));
            let to_database = Mailbox::new(Stage::Database, one, Order::Fair, (&waits, &turns));
            let send_both = async |mailbox: &Mailbox<'_, u32>, sender| {
                mailbox.send(0, 0, sender, None).await.expect("room");
                let sent = mailbox.send(0, 1, sender, None).await;
                if matches!(sent, Err(Unsent::Deadlock(_))) {
                    to_sink.abort();
                    to_database.abort();
                }
                sent.expect_err("the second cannot be sent")
            };
            let database = || send_both(&to_sink, Stage::Database);
            let sink = || send_both(&to_database, Stage::Sink);
            let answers = match concurrency {
                Concurrency::Threads => std::thread::scope(|scope| {
                    let database = scope.spawn(|| turns.run_alone(database()));
                    let sink = scope.spawn(|| turns.run_alone(sink()));
                    [database, sink].map(|thread| thread.join().expect("no panic"))
                }),
                Concurrency::OneTask => {
                    let (mut one, mut other) = (None, None);
                    turns.run(vec![
                        Box::pin(async { one = Some(database().await) }),
                        Box::pin(async { other = Some(sink().await) }),
                    ]);
                    [one, other].map(|answer| answer.expect("it has ended"))
                }
            };
            let is_told = |answer: &&Unsent| matches!(answer, Unsent::Deadlock(_));
            assert_eq!(answers.iter().filter(is_told).count(), 1, "{answers:?}");
            assert!(answers.contains(&Unsent::Closed), "{answers:?}");
        }
    }
}
