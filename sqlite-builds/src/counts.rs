//! What a build has written and synced.

use std::ops::Sub;
use std::sync::atomic::Ordering;

use crate::raw_build::RawCounters;

/// A snapshot of a build's counters; the difference of two is what happened between them.
///
/// Counted are the system calls of the build's unix VFS, whether they succeeded or not: database,
/// journals, WAL, the zero bytes that grow a shared-memory file, temporary files. Stores into
/// mapped memory are none. Taken while other threads write, the numbers of a snapshot may be a call
/// apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counts {
    /// Calls of fsync or fdatasync, those on directories included.
    pub syncs: u64,
    /// How many of `syncs` were on a directory.
    pub directory_syncs: u64,
    /// Calls of pwrite (SQLite's choice on Linux), pwrite64 or write.
    pub writes: u64,
    /// Bytes that these wrote.
    pub bytes_written: u64,
    /// Calls of ftruncate; it also grows files.
    pub truncates: u64,
}

impl Counts {
    pub(crate) fn read(counters: &RawCounters) -> Self {
        let directory_syncs = counters.directory_syncs.load(Ordering::Relaxed);
        Self {
            syncs: counters.file_syncs.load(Ordering::Relaxed) + directory_syncs,
            directory_syncs,
            writes: counters.writes.load(Ordering::Relaxed),
            bytes_written: counters.bytes_written.load(Ordering::Relaxed),
            truncates: counters.truncates.load(Ordering::Relaxed),
        }
    }
}

impl Sub for Counts {
    type Output = Self;

    /// What happened after `earlier` and up to `self`. The counters of one build never fall, so
    /// this does not underflow for an earlier snapshot of the same build; for any other it stops at
    /// zero.
    fn sub(self, earlier: Self) -> Self {
        Self {
            syncs: self.syncs.saturating_sub(earlier.syncs),
            directory_syncs: self.directory_syncs.saturating_sub(earlier.directory_syncs),
            writes: self.writes.saturating_sub(earlier.writes),
            bytes_written: self.bytes_written.saturating_sub(earlier.bytes_written),
            truncates: self.truncates.saturating_sub(earlier.truncates),
        }
    }
}
