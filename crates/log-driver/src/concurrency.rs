//! Whether source, database and sink are threads, or take turns in one thread as async tasks do, where a blocking call of
//! the database lets nobody else run.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// What source, database and sink are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Concurrency {
    /// A thread each.
    Threads,
    /// Parts of one async task, as the prototype's were tasks of one runtime: they give way to each other where they
    /// wait for a channel or a moment, and the database's calls block them all.
    OneTask,
}

impl Concurrency {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Threads, Self::OneTask];

    /// Its name in ids and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::OneTask => "one-task",
        }
    }
}

/// So many channel operations of one turn are not waited for; then it is another's turn: the budget of tokio's tasks.
const OPERATIONS_PER_TURN: u32 = 128;

/// How long nobody looks whether the run is ended.
const NAP_MAX: Duration = Duration::from_millis(20);

/// A part of the pipeline in one thread with others.
pub(crate) type Task<'run> = Pin<Box<dyn Future<Output = ()> + 'run>>;

/// How the parts of a pipeline wait.
#[derive(Debug)]
pub(crate) struct Turns {
    concurrency: Concurrency,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    operations_left: u32,
    /// Somebody may go on who could not.
    is_changed: bool,
    /// When somebody goes on anyway.
    due: Option<Instant>,
}

impl Turns {
    pub(crate) fn new(concurrency: Concurrency) -> Self {
        Self { concurrency, state: Mutex::default() }
    }

    /// Runs tasks in turns until all have ended. One that has its own thread never gives way.
    pub(crate) fn run(&self, mut tasks: Vec<Task<'_>>) {
        let mut context = Context::from_waker(Waker::noop());
        loop {
            tasks.retain_mut(|task| {
                self.lock().operations_left = OPERATIONS_PER_TURN;
                task.as_mut().poll(&mut context).is_pending()
            });
            if tasks.is_empty() {
                return;
            }
            let State { is_changed, due, .. } = std::mem::take(&mut *self.lock());
            if !is_changed {
                let latest = Instant::now() + NAP_MAX;
                let due = due.map_or(latest, |due| due.min(latest));
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        }
    }

    /// Runs one task to its end.
    #[cfg(test)]
    pub(crate) fn run_alone<Output>(&self, task: impl Future<Output = Output>) -> Output {
        let mut output = None;
        self.run(vec![Box::pin(async { output = Some(task.await) })]);
        output.expect("a task that has ended has its output")
    }

    /// Lets time pass.
    pub(crate) async fn pause(&self, length: Duration) {
        if self.concurrency == Concurrency::Threads {
            std::thread::sleep(length);
            return;
        }
        let end = Instant::now() + length;
        poll_fn(|_| if Instant::now() >= end { Poll::Ready(()) } else { self.give_way(Some(end)) })
            .await;
    }

    /// Tries something with a lock until there is an answer, and in between waits until somebody notifies, at most until a
    /// moment.
    pub(crate) async fn until<Locked, Answer>(
        &self,
        lock: &Mutex<Locked>,
        notified: &Condvar,
        end: Option<Instant>,
        mut attempt: impl FnMut(&mut Locked) -> Option<Answer>,
    ) -> Answer {
        poll_fn(|_| {
            if !self.is_in_turn() {
                return Poll::Pending;
            }
            let mut locked = lock.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                if let Some(answer) = attempt(&mut locked) {
                    return Poll::Ready(answer);
                }
                if self.concurrency == Concurrency::OneTask {
                    return self.give_way(end);
                }
                locked = wait(notified, locked, end);
            }
        })
        .await
    }

    /// Notes that somebody may go on who waits for a channel.
    pub(crate) fn note_change(&self) {
        if self.concurrency == Concurrency::OneTask {
            self.lock().is_changed = true;
        }
    }

    /// Whether the turn goes on.
    fn is_in_turn(&self) -> bool {
        if self.concurrency == Concurrency::Threads {
            return true;
        }
        let mut state = self.lock();
        let left = state.operations_left.checked_sub(1);
        state.is_changed |= left.is_none();
        state.operations_left = left.unwrap_or(0);
        left.is_some()
    }

    fn give_way<Answer>(&self, until: Option<Instant>) -> Poll<Answer> {
        let mut state = self.lock();
        state.due = state.due.into_iter().chain(until).min();
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait<'lock, Locked>(
    notified: &Condvar,
    locked: MutexGuard<'lock, Locked>,
    end: Option<Instant>,
) -> MutexGuard<'lock, Locked> {
    let Some(end) = end else {
        return notified.wait(locked).unwrap_or_else(PoisonError::into_inner);
    };
    let left = end.saturating_duration_since(Instant::now());
    notified.wait_timeout(locked, left).unwrap_or_else(PoisonError::into_inner).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Each notes its name, and waits for a number.
    async fn note(turns: &Turns, said: &RefCell<Vec<&'static str>>, name: &'static str) {
        turns.pause(Duration::from_millis(1)).await;
        said.borrow_mut().push(name);
        turns.pause(Duration::from_millis(5)).await;
        said.borrow_mut().push(name);
    }

    #[test]
    fn tasks_of_one_thread_give_way_while_they_wait() {
        let turns = Turns::new(Concurrency::OneTask);
        let said = RefCell::new(Vec::new());
        let tasks: Vec<Task<'_>> =
            vec![Box::pin(note(&turns, &said, "a")), Box::pin(note(&turns, &said, "b"))];
        turns.run(tasks);
        assert_eq!(said.borrow()[..2], ["a", "b"]);
        assert_eq!(said.borrow().len(), 4);
    }

    #[test]
    fn a_turn_ends_though_there_is_more_to_do() {
        let turns = Turns::new(Concurrency::OneTask);
        let number = Mutex::new(0_u32);
        let changed = Condvar::new();
        let count = |step: u32| {
            let (turns, number, changed) = (&turns, &number, &changed);
            let task: Task<'_> = Box::pin(async move {
                for _ in 0..2 * OPERATIONS_PER_TURN {
                    let add = |number: &mut u32| {
                        *number += step;
                        Some(())
                    };
                    turns.until(number, changed, None, add).await;
                }
            });
            task
        };
        let seen = RefCell::new(0);
        let look: Task<'_> = Box::pin(async {
            *seen.borrow_mut() = *number.lock().expect("not poisoned");
        });
        turns.run(vec![count(1), look, count(1_000)]);
        assert_eq!(*seen.borrow(), OPERATIONS_PER_TURN, "the others' turn came before the end");
        assert_eq!(*number.lock().expect("not poisoned"), 1_001 * 2 * OPERATIONS_PER_TURN);
    }
}
