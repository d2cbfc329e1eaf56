//! Threads that a load needs, and what happens where the system gives none.

use std::io;
use std::sync::{Condvar, Mutex};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use crate::error::RunnerError;
use crate::locks::{lock, wait, wait_while};

/// Starts a thread, where `Scope::spawn` would panic if there can be none.
///
/// # Errors
/// [`RunnerError::Thread`].
pub fn start_thread<'scope, Outcome: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &'static str,
    act: impl FnOnce() -> Outcome + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, Outcome>, RunnerError> {
    let started = Builder::new().name(name.into()).spawn_scoped(scope, act);
    started.map_err(|source: io::Error| RunnerError::Thread { name, source })
}

/// Where threads wait until all of them are there, or somebody gave up: unlike at a barrier nobody waits for
/// one that was never started.
#[derive(Debug)]
pub struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Debug)]
struct GateState {
    waiting: usize,
    verdict: Option<Verdict>,
}

/// What those who wait are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All are there.
    Start,
    /// Somebody is missing.
    Abandoned,
}

impl Gate {
    /// Nobody is there yet.
    pub fn closed() -> Self {
        let state = GateState { waiting: 0, verdict: None };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Waits for the verdict.
    pub fn wait(&self) -> Verdict {
        let mut state = lock(&self.state);
        state.waiting += 1;
        self.changed.notify_all();
        loop {
            match state.verdict {
                Some(verdict) => return verdict,
                None => state = wait(&self.changed, state),
            }
        }
    }

    /// Waits until so many wait, and starts them.
    pub fn open_for(&self, threads: usize) {
        let is_short = |state: &mut GateState| state.waiting < threads;
        let mut state = wait_while(&self.changed, &self.state, is_short);
        state.verdict.get_or_insert(Verdict::Start);
        self.changed.notify_all();
    }

    /// Tells whoever waits or will wait to give up, unless they were started.
    fn abandon(&self) {
        lock(&self.state).verdict.get_or_insert(Verdict::Abandoned);
        self.changed.notify_all();
    }
}

/// Lets nobody wait at a gate when it is dropped: after an error, after a panic.
pub struct AbandonAtEnd<'gate>(pub &'gate Gate);

impl Drop for AbandonAtEnd<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}
