//! The traits behind which every engine stands.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::num::NonZeroU32;
use std::ops::{Add, Sub};
use std::path::Path;
use std::sync::Arc;

use sqlite_builds::SqliteBuild;

use crate::axis::AxisValue;
use crate::checkpoint::{CheckpointCall, Cycle};
use crate::digest::Digest;
use crate::error::WriteError;
use crate::operation::{Packet, Ticket};
use crate::read::{Query, ReadPath, ReaderBeside};
use crate::record::Record;

/// Settings in effect, read back from the engine: name to value.
pub type Settings = BTreeMap<String, String>;

/// What turns packets into acks, open on a directory.
///
/// The driver calls `submit`, then `wait`, then (after the ack) `after_ack`; it times each of them.
/// Packets that are submitted before a `wait` share one commit, which is how a group-commit driver
/// merges packets over a serial path.
pub trait WritePath {
    /// Brings the space into the state that the settings keep in the long run, where that differs
    /// from a fresh one. Called once, before the first packet.
    fn reach_steady_state(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    /// Gives up what was acked and whose space the settings use again, as an application does that
    /// has no more need of it, and returns what was read back of it before it went. Called while
    /// nothing is timed, by those who read nothing later. A path whose settings keep everything
    /// gives up nothing; so does one that was told of deletions, which may concern what is kept.
    fn recycle(&mut self) -> Result<Digest, WriteError> {
        Ok(Digest::default())
    }

    /// Shows packets before they are handed in, in the same order and while nothing is timed: to a path that is
    /// measured from the point at which they are bytes already.
    fn make_ready(&mut self, packets: &[Packet]) {
        let _needs_no_preparation = packets;
    }

    /// Hands a packet to the engine. Nothing is promised yet.
    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError>;

    /// Returns once every packet up to this ticket is as durable as the settings promise.
    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError>;

    /// Does the work that was put off until after the ack (a checkpoint, a deferred persist).
    fn after_ack(&mut self) -> Result<(), WriteError>;

    /// Settles every debt: checkpoints, buffers, lag. The path stays usable.
    fn drain(&mut self) -> Result<(), WriteError>;

    /// The settings in effect, read back from the engine.
    fn settings(&self) -> Result<Settings, WriteError>;

    /// What the engine says of itself.
    fn identity(&self) -> Result<Identity, WriteError>;

    /// Syncs and writes so far. Only differences mean something.
    fn work_done(&self) -> WorkDone;

    /// The part of [`WritePath::work_done`] that is counted for the whole process, so that every open
    /// path of the engine has it in its own count.
    fn shared_work_done(&self) -> WorkDone {
        WorkDone::default()
    }

    /// The sizes of what is stored, for the timeline.
    fn storage_sizes(&self) -> Result<StorageSizes, WriteError>;

    /// How the path admits packets.
    fn admission(&self) -> Admission<'_>;

    /// Leaves the engine's share of the process to another path, until [`WritePath::resume`]: one
    /// SQLite build is active at a time. The store stays open, and nothing may be asked of it
    /// meanwhile. Nothing happens where an engine shares nothing.
    fn suspend(&mut self) {}

    /// Resumes the path after [`WritePath::suspend`].
    ///
    /// # Errors
    /// [`WriteError::Build`] while another SQLite build is in use.
    fn resume(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    /// Who answers queries over what is acked; `None` for a path that only takes records in.
    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>, WriteError> {
        Ok(None)
    }

    /// A reader that another thread may open and use while packets are handed in; `None` where nobody can read
    /// beside the commits.
    fn reader_beside(&self) -> Option<Box<dyn ReaderBeside>> {
        None
    }

    /// Operations that are acked and not yet where the path means to keep them: behind a log, in a
    /// buffer. `None` for a path that keeps them where it acks them.
    fn lag_operations(&self) -> Option<u64> {
        None
    }

    /// What is kept and stored nowhere, digested; `None` for a path that stores what it keeps. After
    /// such a path was closed nothing is left to recover, so it is asked before.
    fn kept_in_memory(&self) -> Option<Digest> {
        None
    }

    /// Frames of the write-ahead log that a reader must look into: those committed since it last
    /// began anew, unless all of them are in the database. `None` for an engine without such a log.
    fn wal_frames(&self) -> Result<Option<u64>, WriteError> {
        Ok(None)
    }

    /// How often the write-ahead log has begun anew in space that it had written before, since it
    /// was made. `None` for an engine without such a log.
    fn wal_resets(&self) -> Result<Option<u64>, WriteError> {
        Ok(None)
    }

    /// The checkpoints that were called since this was last asked, in the order in which they ended,
    /// whoever called them. Empty for an engine without a write-ahead log.
    fn take_checkpoints(&mut self) -> Vec<CheckpointCall> {
        Vec::new()
    }

    /// Closes the path in an orderly way and reports what closing met.
    fn close(self: Box<Self>) -> Result<(), WriteError>;
}

/// A path that many threads may enter at once, because it commits groups by itself.
pub trait ConcurrentPath: Sync {
    /// Hands a packet to the engine. Nothing is promised yet.
    fn submit(&self, packet: &Packet) -> Result<Ticket, WriteError>;

    /// Returns once the packet of this ticket is as durable as the settings promise.
    fn wait(&self, ticket: Ticket) -> Result<(), WriteError>;

    /// Answers a query as [`ReadPath::read`] does, beside those who write. What was acked before the
    /// question is in the answer.
    ///
    /// # Errors
    /// [`WriteError::NoWayToRead`] unless the path says otherwise.
    fn read(&self, query: Query, found: &mut Vec<Record>) -> Result<u64, WriteError> {
        let _untouched = found;
        Err(WriteError::NoWayToRead { store: "the path", query: query.name() })
    }
}

/// How a path admits packets.
pub enum Admission<'a> {
    /// One commit at a time; a driver merges what is waiting.
    Serial,
    /// Its own group commit, entered by many threads at once.
    Concurrent(&'a dyn ConcurrentPath),
}

/// The typed description of a write path: what a case names and a run opens.
pub trait PathSpec: Debug + Send + Sync {
    /// The engine, as an axis of its own.
    fn engine(&self) -> AxisValue;

    /// Every setting that can tell two cases of this engine apart, in the order of ids. A new axis
    /// is added with the value that older cases had, so that their ids stay.
    fn axes(&self) -> Vec<AxisValue>;

    /// What an ack of this path promises.
    fn promise(&self) -> SyncPromise;

    /// Whether these are the engine's settings as it comes, untouched.
    fn is_vanilla(&self) -> bool;

    /// Payload bytes after which the path has surely come to reuse its log space: a timing starts
    /// after as many, or once [`WritePath::wal_resets`] tells that it does, so that it does not hold
    /// the first growth of files. 0 where space is ready from the start.
    fn initial_state_bytes(&self) -> u64;

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
    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError>;

    /// Opens the path as [`PathSpec::open`] does, but without any checkpoint of its own accord, so
    /// that an audit counts the syncs of commits alone; [`WritePath::drain`] then checkpoints.
    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError>;

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
    fn recover(&self, directory: &Path) -> Result<Digest, WriteError>;

    /// Examines what a closed path left behind in all depth, beyond what [`PathSpec::recover`] looks at because
    /// it is repeated or timed: a SQLite database with `PRAGMA integrity_check`, which compares every entry of
    /// every index with its row. There is nothing to add where recovery looks at every byte already.
    ///
    /// # Errors
    /// [`WriteError::NotIntact`] with what was found.
    fn examine(&self, directory: &Path) -> Result<(), WriteError> {
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

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A SQLite build.
    Sqlite {
        /// The version as SQLite tells it.
        version: String,
        /// The build's name.
        build: &'static str,
        /// The layout of its code, from 0.
        layout: u32,
        /// `PRAGMA compile_options`.
        compile_options: Vec<String>,
        /// The call that the build syncs with.
        sync_call: sqlite_builds::SyncCall,
    },
    /// The native log.
    NativeLog {
        /// The version of its format.
        format_version: u32,
    },
    /// Soup's log, or its queue without the log.
    SoupLog,
    /// Nothing is stored.
    Null,
    /// A log that acknowledges, and SQLite behind it.
    LogThenSqlite {
        /// The log.
        log: Box<Self>,
        /// The database.
        sqlite: Box<Self>,
    },
}

impl Identity {
    /// The layout of the code that was called, where a program has several.
    pub fn layout(&self) -> Option<u32> {
        match self {
            Self::Sqlite { layout, .. } => Some(*layout),
            Self::LogThenSqlite { sqlite, .. } => sqlite.layout(),
            Self::NativeLog { .. } | Self::SoupLog | Self::Null => None,
        }
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

/// Sizes of what a path has stored, where the engine has such a thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StorageSizes {
    /// Bytes of the database file, or of all files of a log that stands alone.
    pub database_bytes: u64,
    /// Bytes of the WAL or rollback journal file.
    pub journal_bytes: u64,
    /// Pages on SQLite's freelist.
    pub freelist_pages: Option<u64>,
    /// Bytes of all files of the log that stands before a database, where one does.
    pub front_log_bytes: Option<u64>,
}

impl Add for StorageSizes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let add = |first: Option<u64>, second: Option<u64>| match (first, second) {
            (Some(first), Some(second)) => Some(first + second),
            (first, second) => first.or(second),
        };
        Self {
            database_bytes: self.database_bytes + other.database_bytes,
            journal_bytes: self.journal_bytes + other.journal_bytes,
            freelist_pages: add(self.freelist_pages, other.freelist_pages),
            front_log_bytes: add(self.front_log_bytes, other.front_log_bytes),
        }
    }
}
