//! Which build is active in this process, and what holds it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::build::{SqliteBuild, ThreadMode};
use crate::error::Error;
use crate::file_identity::FileIdentity;

/// Everything that decides whether a build may be activated or a connection opened.
struct State {
    active: Option<&'static SqliteBuild>,
    leases: usize,
    connections: usize,
    /// The thread that holds the connections of a build without mutexes.
    home: Option<ThreadId>,
    /// The database files of connections that are suspended, with their builds.
    aside: Vec<(&'static SqliteBuild, FileIdentity)>,
}

static STATE: Mutex<State> =
    Mutex::new(State { active: None, leases: 0, connections: 0, home: None, aside: Vec::new() });
static LEASE_RETURNED: Condvar = Condvar::new();
/// The number of files in `State::aside`.
static FILES_ASIDE: AtomicUsize = AtomicUsize::new(0);

/// No step between lock and unlock can leave the state half changed, so a panic elsewhere does not
/// spoil it.
fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Points rusqlite at a build, while no connection is open and no one else is in here.
type Install = fn(&'static SqliteBuild) -> Result<(), Error>;

/// Takes a lease on `build`, pointing rusqlite at it if another was active before. Leases on another build are waited for
/// up to `patience`.
pub(crate) fn lease(
    build: &'static SqliteBuild,
    install: Install,
    patience: Duration,
) -> Result<(), Error> {
    let deadline = Instant::now() + patience;
    let mut state = state();
    loop {
        let refusal = match state.lease(build, install) {
            Err(refusal @ Error::OtherBuildActive { .. }) => refusal,
            settled => return settled,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(refusal);
        }
        state = LEASE_RETURNED.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// Does something with a build's C file while no one else is in here.
pub(crate) fn alone<T>(work: impl FnOnce() -> T) -> T {
    let _one_at_a_time = state();
    work()
}

/// Takes a further lease on the build that is active already, as its holder's lease proves.
pub(crate) fn lease_again() {
    state().leases += 1;
}

/// Gives a lease back.
pub(crate) fn return_lease() {
    state().leases -= 1;
    LEASE_RETURNED.notify_all();
}

/// Registers a connection of the active `build`, which the caller holds a lease on.
pub(crate) fn register_connection(build: &'static SqliteBuild) -> Result<(), Error> {
    let mut state = state();
    if build.thread_mode == ThreadMode::SingleThread {
        let here = thread::current().id();
        if state.connections > 0 && state.home != Some(here) {
            let (build, connections) = (build.name, state.connections);
            return Err(Error::Refused(format!(
                "SQLite build `{build}` has no mutexes (SQLITE_THREADSAFE=0) and is in use on another \
                 thread (open connections: {connections}); shards and background threads take a build with \
                 mutexes; else close these connections first, or open on their thread"
            )));
        }
        state.home = Some(here);
    }
    state.connections += 1;
    Ok(())
}

/// The connection is closed.
pub(crate) fn unregister_connection() {
    state().connections -= 1;
}

/// Notes that a connection of `build` is suspended, with these files open.
pub(crate) fn note_aside(build: &'static SqliteBuild, files: &[FileIdentity]) {
    let mut state = state();
    state.aside.extend(files.iter().map(|file| (build, *file)));
    FILES_ASIDE.store(state.aside.len(), Ordering::Relaxed);
}

/// One connection of `build` with these files open is no longer aside.
pub(crate) fn forget_aside(build: &'static SqliteBuild, files: &[FileIdentity]) {
    let mut state = state();
    for file in files {
        if let Some(place) = state.aside.iter().position(|held| *held == (build, *file)) {
            state.aside.swap_remove(place);
        }
    }
    FILES_ASIDE.store(state.aside.len(), Ordering::Relaxed);
}

/// Another copy of SQLite than `build` of which a connection is suspended with this file open.
pub(crate) fn holder_aside(
    build: &'static SqliteBuild,
    file: FileIdentity,
) -> Option<&'static SqliteBuild> {
    let state = state();
    let is_other =
        |(holder, held): &&(&'static SqliteBuild, FileIdentity)| *holder != build && *held == file;
    state.aside.iter().find(is_other).map(|(holder, _)| *holder)
}

/// The build that is active.
pub(crate) fn active() -> Option<&'static SqliteBuild> {
    state().active
}

/// Whether any connection is suspended; cheap enough to ask for each file that is opened.
pub(crate) fn is_any_aside() -> bool {
    FILES_ASIDE.load(Ordering::Relaxed) > 0
}

/// Whether a connection of another build than the active one is suspended with this file open.
pub(crate) fn is_aside_for_the_active(file: FileIdentity) -> bool {
    active().is_some_and(|active| holder_aside(active, file).is_some())
}

impl State {
    fn lease(&mut self, build: &'static SqliteBuild, install: Install) -> Result<(), Error> {
        if self.active != Some(build) {
            if let Some(active) = self.active
                && self.leases > 0
            {
                return Err(Error::OtherBuildActive {
                    expected: build.title,
                    active: active.title,
                    leases: self.leases,
                    connections: self.connections,
                });
            }
            // A failure half way leaves no build active, so that nothing is opened through a mixed
            // table.
            self.active = None;
            install(build)?;
            self.active = Some(build);
        }
        self.leases += 1;
        Ok(())
    }
}
