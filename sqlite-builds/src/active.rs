//! The lease on the active build.

use std::time::Duration;

use crate::api_table;
use crate::build::SqliteBuild;
use crate::build_handle::BuildHandle;
use crate::counts::Counts;
use crate::error::Error;
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

    /// What stays of the build after it was installed.
    pub(crate) fn handle(&self) -> BuildHandle {
        self.handle
    }

    /// SQLite's version, as in `3.54.1`.
    pub fn version(&self) -> &'static str {
        self.handle.version
    }

    /// SQLite's version as a number, as in 3054001.
    pub fn version_number(&self) -> i32 {
        self.handle.version_number
    }

    /// What the build has written and synced since the program started, over all of its connections
    /// and threads.
    pub fn counts(&self) -> Counts {
        Counts::read(self.handle.counters)
    }
}

impl SqliteBuild {
    /// Makes this build the one that rusqlite calls, and returns the lease that keeps it so.
    ///
    /// # Errors
    ///
    /// [`Error::OtherBuildActive`] while anything of another build is alive; otherwise what is
    /// wrong with this build.
    pub fn activate(&'static self) -> Result<ActiveBuild, Error> {
        registry::lease(self, api_table::install).map(|handle| ActiveBuild::new(self, handle))
    }

    /// Like [`SqliteBuild::activate`], but waits up to `patience` for another build's leases to be
    /// returned; for tests that run side by side.
    ///
    /// # Errors
    ///
    /// As [`SqliteBuild::activate`]. A thread that waits while it holds a lease on another build
    /// itself waits in vain.
    pub fn activate_within(&'static self, patience: Duration) -> Result<ActiveBuild, Error> {
        let lease = registry::lease_within(self, api_table::install, patience);
        lease.map(|handle| ActiveBuild::new(self, handle))
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
