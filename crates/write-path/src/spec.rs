//! The typed description of a path: what a case names and a run opens.

use std::fmt::Debug;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use sqlite_builds::{SqliteBuild, SyncCall};

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

    /// What follows from the settings alone.
    fn facts(&self) -> PathFacts;

    /// Opens the path on a directory, which is created by the caller.
    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>>;

    /// The same path without any checkpoint of its own accord, so that an audit counts the syncs of commits alone;
    /// [`WritePath::drain`] then checkpoints. Cases that differ in their checkpoints alone have the same one, and one
    /// audit counts for all of them. `None` where it is the path as it is.
    fn for_audit(&self) -> Option<Arc<dyn PathSpec>> {
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

    /// The same path as one of several shards, counted from 0; `None` where nothing about it depends
    /// on which one it is.
    fn as_shard(&self, shard: u32) -> Option<Arc<dyn PathSpec>> {
        let _same_for_all = shard;
        None
    }
}

/// What follows from a path's settings alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathFacts {
    /// What an ack promises, as far as the engine's settings tell: the sync that comes before it (a write with `O_DSYNC`
    /// is an fdatasync). `None` where it does not wait for the device.
    pub promise: Option<SyncCall>,
    /// What the path stands for in a comparison.
    pub standing: Standing,
    /// Payload bytes after which the path has surely come to reuse its log space: a timing starts
    /// after as many, or once [`Inspect::wal_resets`](crate::Inspect::wal_resets) tells that it does, so that it does not hold
    /// the first growth of files. 0 where space is ready from the start.
    pub initial_state_bytes: u64,
    /// Whether each commit does as much as any other of its size: nothing is put off and then done at
    /// once. Then a short piece tells as much of it as a long one.
    pub has_even_commits: bool,
    /// After how much the path repeats itself while packets go on.
    pub cycle: Cycle,
    /// Whether a commit dirties pages all over what is stored, as inserts into an index in random order do: then what
    /// it takes depends on much more than one write and one sync.
    pub dirties_random_pages: bool,
    /// After how many acks the path does at once what it put off, where that is fixed: a piece that tells what a
    /// packet takes holds as many.
    pub acks_per_deferred_work: Option<NonZeroU32>,
    /// Whether what is acked can be found again after the path was closed.
    pub stores_records: bool,
    /// The SQLite build that the path opens connections of, if any.
    pub sqlite_build: Option<&'static SqliteBuild>,
}

impl PathFacts {
    /// Those of a path that promises this, stores what it acks, and of which nothing else is known.
    pub const fn of(promise: Option<SyncCall>) -> Self {
        Self {
            promise,
            standing: Standing::Tuned,
            initial_state_bytes: 0,
            has_even_commits: false,
            cycle: Cycle::Never,
            dirties_random_pages: false,
            acks_per_deferred_work: None,
            stores_records: true,
            sqlite_build: None,
        }
    }
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
