//! What the tests share: turns, scratch and plans.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use power_cut::{Error, Interrupted, Plan, Subject, Verdict, examine};
use tempfile::TempDir;

/// The active build belongs to the whole process, and each campaign takes all cores.
static TURN: Mutex<()> = Mutex::new(());

/// Waits for the turn; a test that failed before does not spoil it.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A directory in memory where there is one: nothing here depends on a real disk.
pub(crate) struct Scratch {
    directory: TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let memory = tempfile::tempdir_in("/dev/shm");
        Self { directory: memory.or_else(|_| tempfile::tempdir()).unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap()
    }
}

/// So many states, always the same.
pub(crate) fn plan(states: u64) -> Plan {
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Plan { states, seed: 1, threads, interrupted: Interrupted::OldOrNew }
}

pub(crate) fn examined(subject: &dyn Subject, states: u64) -> Result<Verdict, Error> {
    examine(subject, &plan(states), &Scratch::new().path(), &|| ControlFlow::Continue(()))
}
