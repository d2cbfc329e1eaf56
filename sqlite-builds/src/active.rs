//! The lease on the active build.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rusqlite::ffi;

use crate::api_table;
use crate::build::SqliteBuild;
use crate::counts::Counts;
use crate::error::Error;
use crate::registry;

/// A lease on the active build: while any clone of it lives, no other build can be activated. It
/// may be sent to other threads, so that each opens its own connections.
#[derive(Debug)]
pub struct ActiveBuild {
    build: &'static SqliteBuild,
}

impl ActiveBuild {
    /// The build that is active.
    pub fn build(&self) -> &'static SqliteBuild {
        self.build
    }

    /// SQLite's version, as in `3.54.1`.
    pub fn version(&self) -> &'static str {
        self.build.version()
    }

    /// SQLite's version as a number, as in 3054001.
    pub fn version_number(&self) -> i32 {
        self.build.raw().version_number
    }

    /// What the build has written and synced since the program started, over all of its connections
    /// and threads.
    pub fn counts(&self) -> Counts {
        Counts::read(self.build.counters())
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
        self.activate_within(Duration::ZERO)
    }

    /// Like [`SqliteBuild::activate`], but waits up to `patience` for another build's leases to be
    /// returned; for tests that run side by side.
    ///
    /// # Errors
    ///
    /// As [`SqliteBuild::activate`]. A thread that waits while it holds a lease on another build
    /// itself waits in vain.
    pub fn activate_within(&'static self, patience: Duration) -> Result<ActiveBuild, Error> {
        registry::lease(self, api_table::install, patience)?;
        Ok(ActiveBuild { build: self })
    }
}

impl Clone for ActiveBuild {
    fn clone(&self) -> Self {
        registry::lease_again();
        Self { build: self.build }
    }
}

impl Drop for ActiveBuild {
    fn drop(&mut self) {
        registry::return_lease();
    }
}

/// What failed writes, syncs and truncations are answered with.
const OF_CALLS_THAT_ARE_WATCHED: [i32; 4] = [
    ffi::SQLITE_IOERR_WRITE,
    ffi::SQLITE_IOERR_FSYNC,
    ffi::SQLITE_IOERR_DIR_FSYNC,
    ffi::SQLITE_IOERR_TRUNCATE,
];

/// Why the system refused the write, sync or truncation behind an error of the active build, where SQLite says "disk I/O
/// error": a quota, a filesystem that is read-only now, a device that failed. `None` for any other error, and where it was
/// asked before. The note is one for all connections of the build.
pub fn take_system_error(error: &rusqlite::Error) -> Option<io::Error> {
    let code = error.sqlite_error()?.extended_code;
    if !OF_CALLS_THAT_ARE_WATCHED.contains(&code) {
        return None;
    }
    let noted = registry::active()?.counters().failed_errno.swap(0, Ordering::Relaxed);
    (noted != 0).then(|| io::Error::from_raw_os_error(noted))
}
