//! Syncs and writes, as the engines' own seams count them.

use std::ops::{Add, Sub};

/// What a path has done so far. Only differences mean something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// What was counted for this path alone.
    pub own: WorkDone,
    /// What is counted for the whole process, so that every open path of the engine has it in its own counters.
    pub shared: WorkDone,
}

impl Counters {
    /// Both.
    #[must_use]
    pub fn total(self) -> WorkDone {
        self.own + self.shared
    }
}

impl From<WorkDone> for Counters {
    /// Of an engine that counts for each path.
    fn from(own: WorkDone) -> Self {
        Self { own, shared: WorkDone::default() }
    }
}

/// System calls that reached the storage since the process began, as counted by the engine's own
/// seam.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkDone {
    /// Syncs of files and directories.
    pub syncs: u64,
    /// Those of them that synced a directory.
    pub directory_syncs: u64,
    /// Writes.
    pub writes: u64,
    /// Bytes handed to those writes.
    pub bytes_written: u64,
}

impl Sub for WorkDone {
    type Output = Self;

    /// What was done after `earlier`. Counters never fall, so only counters of different things meet
    /// a larger one, and stop at zero.
    fn sub(self, earlier: Self) -> Self {
        Self {
            syncs: self.syncs.saturating_sub(earlier.syncs),
            directory_syncs: self.directory_syncs.saturating_sub(earlier.directory_syncs),
            writes: self.writes.saturating_sub(earlier.writes),
            bytes_written: self.bytes_written.saturating_sub(earlier.bytes_written),
        }
    }
}

impl Add for WorkDone {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            syncs: self.syncs + other.syncs,
            directory_syncs: self.directory_syncs + other.directory_syncs,
            writes: self.writes + other.writes,
            bytes_written: self.bytes_written + other.bytes_written,
        }
    }
}
