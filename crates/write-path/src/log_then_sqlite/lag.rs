//! How far a database is behind its log: what appenders, the tailer and those who wait share.

use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Instant;

use super::database::FedDatabase;
use super::tailed_spec::Tailing;
use crate::error::WriteError;
use crate::locks::{lock, wait, wait_timeout};
use crate::worker::Directed;
use crate::worker::commands::{Command, Commands, Ending};

/// What appenders, the tailer and those who wait share.
pub(super) struct Lag {
    tailing: Tailing,
    state: Mutex<State>,
    /// Something that the tailer may be waiting for.
    changed: Condvar,
    /// The tailer has fed something, or has stopped.
    fed: Condvar,
}

struct State {
    /// Operations handed in since opening, and those of them that are in the database.
    operations_in: u64,
    operations_fed: u64,
    /// Sequences: the last that is acked as far as the tailer was told, and the last that was fed.
    acked_through: u64,
    fed_through: u64,
    /// Since when something waits to be fed.
    waiting_since: Option<Instant>,
    /// Those who wait for the database to catch up.
    hurrying: u32,
    /// Nothing is fed but for those who hurry.
    paused: bool,
    commands: Commands<FedDatabase>,
}

/// What the tailer does next: it feeds if there is anything to feed, then does the commands, then
/// ends.
pub(super) struct Work {
    pub(super) feeds: bool,
    pub(super) commands: Vec<Command<FedDatabase>>,
    pub(super) ending: Option<Ending>,
}

impl Lag {
    pub(super) fn new(tailing: Tailing, paused: bool) -> Self {
        let state = State {
            operations_in: 0,
            operations_fed: 0,
            acked_through: 0,
            fed_through: 0,
            waiting_since: None,
            hurrying: 0,
            paused,
            commands: Commands::new(),
        };
        Self { tailing, state: Mutex::new(state), changed: Condvar::new(), fed: Condvar::new() }
    }

    /// Where log and database stand when they are opened, or after filler.
    pub(super) fn stand_at(&self, sequence: u64) {
        let mut state = self.lock();
        state.acked_through = sequence;
        state.fed_through = sequence;
    }

    /// Counts operations before they get into the log, unless the tailer has stopped.
    pub(super) fn hand_in(&self, operations: u64) -> Result<(), WriteError> {
        let mut state = self.lock();
        state.tell()?;
        state.operations_in += operations;
        Ok(())
    }

    /// Takes back what the log refused.
    pub(super) fn take_back(&self, operations: u64) {
        self.lock().operations_in -= operations;
    }

    /// Tells the tailer that the log has everything up to this sequence.
    pub(super) fn ack(&self, sequence: u64) {
        let mut state = self.lock();
        if sequence <= state.acked_through {
            return;
        }
        state.acked_through = sequence;
        if state.waiting_since.is_none() {
            state.waiting_since = Some(Instant::now());
            self.changed.notify_one();
        } else if state.operations() >= u64::from(self.tailing.operations_enough.get()) {
            self.changed.notify_one();
        }
    }

    /// Operations that are handed in and not in the database.
    pub(super) fn operations(&self) -> u64 {
        self.lock().operations()
    }

    /// Whether an ack may go out: the lag is within its bound.
    pub(super) fn is_bounded(&self) -> bool {
        self.lock().operations() <= self.tailing.lag_operations.get()
    }

    /// Returns once the lag is within its bound. Everything handed in must be acked by the log, or on
    /// its way there.
    pub(super) fn wait_until_bounded(&self) -> Result<(), WriteError> {
        let lag_max = self.tailing.lag_operations.get();
        self.hurry_while(|state| state.operations() > lag_max)
    }

    /// Returns once the database has what the log is known to have now.
    pub(super) fn wait_until_caught_up(&self) -> Result<(), WriteError> {
        let expected = self.lock().acked_through;
        self.hurry_while(|state| state.fed_through < expected)
    }

    fn hurry_while(&self, behind: impl Fn(&State) -> bool) -> Result<(), WriteError> {
        let mut state = self.lock();
        state.hurrying += 1;
        self.changed.notify_one();
        let mut outcome = state.tell();
        while outcome.is_ok() && behind(&state) {
            state = wait(&self.fed, state);
            outcome = state.tell();
        }
        state.hurrying -= 1;
        outcome
    }

    /// Hands in a command, which is dropped if the tailer has left.
    pub(super) fn send(&self, command: Command<FedDatabase>) {
        self.lock().commands.add(command);
        self.changed.notify_one();
    }

    /// Tells the tailer to end.
    pub(super) fn end(&self, ending: Ending) {
        self.lock().commands.end(ending);
        self.changed.notify_one();
    }

    /// The failure at which the tailer has stopped, if it has: told to who asks.
    pub(super) fn tell(&self) -> Result<(), WriteError> {
        self.lock().tell()
    }

    /// Whether the tailer has stopped at a failure.
    pub(super) fn has_failed(&self) -> bool {
        self.lock().commands.check().is_err()
    }

    /// Whether the failure at which the tailer has stopped was told to anybody.
    pub(super) fn was_told(&self) -> bool {
        self.lock().commands.was_told()
    }

    /// Takes out what the tailer does next, once there is something.
    pub(super) fn take(&self) -> Work {
        let mut state = self.lock();
        loop {
            let feeds = self.is_time_to_feed(&state);
            if feeds || state.commands.is_asked() {
                let (commands, ending) = state.commands.take();
                return Work { feeds, commands, ending };
            }
            state = self.idle(state);
        }
    }

    /// Sleeps until something changes, or what waits has waited long enough.
    fn idle<'lag>(&'lag self, state: MutexGuard<'lag, State>) -> MutexGuard<'lag, State> {
        match state.waiting_since {
            Some(since) if state.can_feed() => {
                let rest = self.tailing.wait_max.saturating_sub(since.elapsed());
                wait_timeout(&self.changed, state, rest)
            }
            _ => wait(&self.changed, state),
        }
    }

    fn is_time_to_feed(&self, state: &State) -> bool {
        let is_enough = state.operations() >= u64::from(self.tailing.operations_enough.get());
        let waited = state.waiting_since.map(|since| since.elapsed());
        let is_late = waited.is_some_and(|waited| waited >= self.tailing.wait_max);
        state.can_feed() && (is_enough || is_late || state.hurrying > 0)
    }

    /// Notes what was fed, and up to where.
    pub(super) fn note_fed(&self, sequence: u64, operations: u64) {
        let mut state = self.lock();
        state.fed_through = sequence;
        state.operations_fed += operations;
        state.acked_through = state.acked_through.max(sequence);
        let is_behind = state.acked_through > sequence;
        state.waiting_since = is_behind.then(Instant::now);
        self.fed.notify_all();
    }

    /// Stops everything: nothing is fed or acked any more, and all are told why.
    pub(super) fn fail(&self, failure: WriteError) {
        self.lock().commands.fail(failure);
        self.fed.notify_all();
    }

    /// Every field is whole at every moment, so a panic elsewhere leaves the state fit.
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Directed for Lag {
    fn ask_to_end(&self) {
        self.end(Ending::Drop);
    }

    /// What nobody will do is dropped.
    fn left(&self, why: WriteError) {
        let dropped = self.lock().commands.leave(why);
        drop(dropped);
        self.fed.notify_all();
    }
}

impl State {
    fn operations(&self) -> u64 {
        // A packet that another thread has put into the log may be fed before it is counted.
        self.operations_in.saturating_sub(self.operations_fed)
    }

    fn can_feed(&self) -> bool {
        self.acked_through > self.fed_through
            && self.commands.check().is_ok()
            && (!self.paused || self.hurrying > 0)
    }

    fn tell(&mut self) -> Result<(), WriteError> {
        self.commands.tell().map_err(|source| WriteError::Tailer { source })
    }
}
