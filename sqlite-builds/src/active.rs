//! The lease on the active build.

use std::num::NonZeroU64;
use std::path::Path;
use std::time::Duration;

use crate::api_table::BuildHandle;
use crate::build::SqliteBuild;
use crate::connection::Connection;
use crate::counts::Counts;
use crate::error::Error;
use crate::fault::{FaultGuard, FaultKind, InjectedError};
use crate::opening::OpenOptions;
use crate::registry;

/// A lease on the active build: while any clone of it lives, no other build can be activated. It
/// may be sent to other threads, so that each opens its own connections.
#[derive(Debug)]
pub struct ActiveBuild {
    build: &'static SqliteBuild,
    handle: BuildHandle,
}

impl ActiveBuild {
    /// For a lease that the registry has counted already.
    pub(crate) fn new(build: &'static SqliteBuild, handle: BuildHandle) -> Self {
        Self { build, handle }
    }

    /// The build that is active.
    pub fn build(&self) -> &'static SqliteBuild {
        self.build
    }

    /// SQLite's version, as in `3.54.1`.
    pub fn version(&self) -> &'static str {
        self.handle.version
    }

    /// SQLite's version as a number, as in 3054001.
    pub fn version_number(&self) -> i32 {
        self.handle.version_number
    }

    /// Opens the database at `path`, which is always taken as a file name: no URI, no `:memory:`.
    ///
    /// Every build opens in the same way: extended result codes on,
    /// [`BUSY_TIMEOUT`](crate::BUSY_TIMEOUT) set, and the mutex as asked for.
    ///
    /// # Errors
    ///
    /// [`Error::OtherThread`] when the build has no mutexes and another thread has connections
    /// open; [`Error::NoMutexInBuild`] when it has none to give; [`Error::BadPath`] and
    /// [`Error::Open`].
    pub fn open(&self, path: &Path, options: &OpenOptions) -> Result<Connection, Error> {
        Connection::open(self.clone(), path, options)
    }

    /// What the build has written and synced since the program started, over all of its connections
    /// and threads.
    pub fn counts(&self) -> Counts {
        Counts::read(self.handle.counters)
    }

    /// For tests: makes the `nth` sync from now (directory syncs included) fail with `error`, once,
    /// until the guard drops.
    ///
    /// SQLite ignores a failed sync of a directory.
    ///
    /// # Errors
    ///
    /// [`Error::FaultAlreadyArmed`] while a guard of this kind lives.
    pub fn fail_sync(&self, nth: NonZeroU64, error: InjectedError) -> Result<FaultGuard, Error> {
        FaultGuard::arm(self.clone(), self.handle.counters, FaultKind::Sync, nth, error)
    }

    /// For tests: makes the `nth` write from now fail with `error`, once, until the guard drops.
    ///
    /// # Errors
    ///
    /// [`Error::FaultAlreadyArmed`] while a guard of this kind lives.
    pub fn fail_write(&self, nth: NonZeroU64, error: InjectedError) -> Result<FaultGuard, Error> {
        FaultGuard::arm(self.clone(), self.handle.counters, FaultKind::Write, nth, error)
    }
}

impl SqliteBuild {
    /// Like [`SqliteBuild::activate`], but waits up to `patience` for another build's leases to be
    /// returned; for tests that run side by side.
    ///
    /// # Errors
    ///
    /// As [`SqliteBuild::activate`]. A thread that waits while it holds a lease on another build
    /// itself waits in vain.
    pub fn activate_within(&'static self, patience: Duration) -> Result<ActiveBuild, Error> {
        registry::lease_within(self, patience).map(|handle| ActiveBuild::new(self, handle))
    }
}

impl Clone for ActiveBuild {
    fn clone(&self) -> Self {
        registry::lease_again();
        Self { build: self.build, handle: self.handle }
    }
}

impl Drop for ActiveBuild {
    fn drop(&mut self) {
        registry::return_lease();
    }
}
