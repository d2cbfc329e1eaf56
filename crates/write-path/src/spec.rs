//! The typed description of a path: what a case names and a run opens.

use std::fmt::Debug;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use sqlite_builds::SqliteBuild;

use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::Result;
use crate::path::WritePath;

/// The typed description of a write path: what a case names and a run opens.
pub trait PathSpec: Debug + Send + Sync {
    /// The engine, as an axis of its own.
    fn engine(&self) -> AxisValue;

    /// Every setting that can tell two cases of this engine apart, in the order of ids. A new axis
    /// is added with the value that older cases had, so that their ids stay.
    fn axes(&self) -> Vec<AxisValue>;

    /// What an ack of this path promises.
    fn promise(&self) -> SyncPromise;

    /// What the path stands for in a comparison.
    fn standing(&self) -> Standing {
        Standing::Tuned
    }

    /// Payload bytes after which the path has surely come to reuse its log space: a timing starts
    /// after as many, or once [`Inspect::wal_resets`](crate::Inspect::wal_resets) tells that it does, so that it does not hold
    /// the first growth of files. 0 where space is ready from the start.
    fn initial_state_bytes(&self) -> u64 {
        0
    }

    /// Whether each commit does as much as any other of its size: nothing is put off and then done at
    /// once. Then a short piece tells as much of it as a long one.
    fn has_even_commits(&self) -> bool {
        false
    }

    /// After how much the path repeats itself while packets go on.
    fn cycle(&self) -> Cycle {
        Cycle::Never
    }

    /// Whether a commit dirties pages all over what is stored, as inserts into an index in random order do: then what it
    /// takes depends on much more than one write and one sync.
    fn dirties_random_pages(&self) -> bool {
        false
    }

    /// After how many acks the path does at once what it put off, where that is fixed: a piece that tells what a
    /// packet takes holds as many.
    fn acks_per_deferred_work(&self) -> Option<NonZeroU32> {
        None
    }

    /// Whether what is acked can be found again after the path was closed.
    fn stores_records(&self) -> bool {
        true
    }

    /// Opens the path on a directory, which is created by the caller.
    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>>;

    /// Opens the path as [`PathSpec::open`] does, but without any checkpoint of its own accord, so
    /// that an audit counts the syncs of commits alone; [`WritePath::drain`] then checkpoints.
    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>> {
        self.open(directory)
    }

    /// What [`PathSpec::open_for_audit`] opens, in words that are equal only where it is the same: cases that differ
    /// in their checkpoints alone commit alike, and one audit counts for all of them. `None` where every case is
    /// audited by itself.
    fn audited_as(&self) -> Option<String> {
        None
    }

    /// The same store under settings that fill it fastest and keep nothing safe: for files that are
    /// made once and copied. `None` where files cannot be copied under an open path's settings; such
    /// a path is filled by itself.
    fn filling(&self) -> Option<Box<dyn PathSpec>> {
        None
    }

    /// Reopens what a closed path left behind, as an application would after a restart, and digests
    /// every record found.
    fn recover(&self, directory: &Path) -> Result<Digest>;

    /// Examines what a closed path left behind in all depth, beyond what [`PathSpec::recover`] looks at because
    /// it is repeated or timed: a SQLite database with `PRAGMA integrity_check`, which compares every entry of
    /// every index with its row. There is nothing to add where recovery looks at every byte already.
    ///
    /// # Errors
    /// [`WriteError::NotIntact`](crate::WriteError::NotIntact) with what was found.
    fn examine(&self, directory: &Path) -> Result<()> {
        let _all_was_looked_at = directory;
        Ok(())
    }

    /// The SQLite build that the path opens connections of, if any.
    fn sqlite_build(&self) -> Option<&'static SqliteBuild> {
        None
    }

    /// The same path as one of several shards, counted from 0; `None` where nothing about it depends
    /// on which one it is.
    fn as_shard(&self, shard: u32) -> Option<Arc<dyn PathSpec>> {
        let _same_for_all = shard;
        None
    }
}

/// What an ack promises, as far as the engine's settings tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncPromise {
    /// The commit calls fsync before the ack.
    Fsync,
    /// The commit calls fdatasync (or writes with `O_DSYNC`, which means the same) before the ack.
    Fdatasync,
    /// The ack does not wait for the device.
    NoSync,
}

/// What a path stands for in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The engine's settings as it comes, untouched.
    Vanilla,
    /// Settings that were chosen.
    Tuned,
    /// What the others are compared with.
    Reference,
}
