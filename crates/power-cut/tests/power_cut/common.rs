//! What the tests share: turns, scratch and plans.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use disk_model::Event;
use power_cut::recording::{Happening, Moment, Recording, Told};
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

/// The same life as if these events had never happened: a device or an engine that leaves them out.
pub(crate) fn without(mut life: Recording, is_left_out: impl Fn(&Event) -> bool) -> Recording {
    life.moments
        .retain(|moment| !matches!(&moment.what, Happening::Storage(event) if is_left_out(event)));
    life
}

/// The same life as if each packet had been acknowledged as soon as it was handed in.
pub(crate) fn acked_early(mut life: Recording) -> Recording {
    life.moments.retain(|moment| !matches!(moment.what, Happening::Told(Told::Acked(_))));
    let early = |moment: Moment| {
        let ack = match moment.what {
            Happening::Told(Told::Begun(packet)) => {
                let what = Happening::Told(Told::Acked(packet));
                Some(Moment { phase: moment.phase, what })
            }
            _ => None,
        };
        std::iter::once(moment).chain(ack)
    };
    life.moments = life.moments.into_iter().flat_map(early).collect();
    life
}
