//! Who waits for whom: threads that cannot send, and the deadlock that a circle of them is.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A thread of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Hands messages in.
    Source,
    /// Owns the store.
    Database,
    /// Delivers messages.
    Sink,
}

impl Stage {
    const COUNT: usize = 3;

    /// The thread's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Database => "database",
            Self::Sink => "sink",
        }
    }
}

/// A thread that waits for room in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocked {
    /// The thread.
    pub thread: Stage,
    /// The channel, which is full.
    pub channel: &'static str,
    /// What it holds.
    pub capacity: usize,
    /// The only thread that could make room.
    pub receiver: Stage,
}

/// Threads that wait for each other, each for the next one, the last for the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlock {
    /// The circle.
    pub circle: Vec<Blocked>,
}

impl fmt::Display for Deadlock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("deadlock: ")?;
        for (at, blocked) in self.circle.iter().enumerate() {
            let Blocked { thread, channel, capacity, receiver } = blocked;
            let separator = if at == 0 { "" } else { "; " };
            write!(
                formatter,
                "{separator}thread `{}` waits for room in channel `{channel}` ({capacity} of {capacity}), which only \
                 thread `{}` empties",
                thread.name(),
                receiver.name(),
            )?;
        }
        Ok(())
    }
}

/// Who waits now. A thread is on it exactly as long as the channel that it waits for has been full: whoever takes
/// something out clears it, so that a circle is a deadlock and nothing else.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    blocked: Mutex<[Option<Blocked>; Stage::COUNT]>,
}

impl Waits {
    /// Notes that a thread waits without end, unless that closes a circle.
    pub(crate) fn begin(&self, waiting: Blocked) -> Result<(), Deadlock> {
        let mut blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        blocked[waiting.thread as usize] = Some(waiting);
        let mut circle = vec![waiting];
        let mut next = waiting.receiver;
        while let Some(found) = blocked[next as usize] {
            if next == waiting.thread {
                return Err(Deadlock { circle });
            }
            if circle.contains(&found) {
                // A circle of others, which they report.
                break;
            }
            circle.push(found);
            next = found.receiver;
        }
        Ok(())
    }

    /// Forgets those who wait for room in a channel of this receiver.
    pub(crate) fn room_in(&self, channel: &'static str, receiver: Stage) {
        let mut blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        for slot in blocked.iter_mut() {
            if slot.is_some_and(|wait| wait.channel == channel && wait.receiver == receiver) {
                *slot = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(thread: Stage, receiver: Stage) -> Blocked {
        Blocked { thread, channel: receiver.name(), capacity: 1, receiver }
    }

    #[test]
    fn a_circle_is_a_deadlock_and_a_chain_is_none() {
        let board = Waits::default();
        assert_eq!(board.begin(waits(Stage::Source, Stage::Database)), Ok(()));
        assert_eq!(board.begin(waits(Stage::Database, Stage::Sink)), Ok(()));
        let deadlock = board.begin(waits(Stage::Sink, Stage::Database)).expect_err("a circle");
        let threads: Vec<Stage> = deadlock.circle.iter().map(|blocked| blocked.thread).collect();
        assert_eq!(threads, [Stage::Sink, Stage::Database]);
        let text = deadlock.to_string();
        assert!(
            text.contains("thread `sink` waits for room in channel `database` (1 of 1)"),
            "{text}"
        );
        assert_eq!(board.begin(waits(Stage::Source, Stage::Database)), Ok(()));
    }

    #[test]
    fn room_ends_a_wait() {
        let board = Waits::default();
        board.begin(waits(Stage::Database, Stage::Sink)).expect("no circle");
        board.room_in(Stage::Sink.name(), Stage::Sink);
        assert_eq!(board.begin(waits(Stage::Sink, Stage::Database)), Ok(()));
    }
}
