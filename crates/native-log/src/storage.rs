//! The seam between the log and whatever keeps its bytes.
//!
//! The log reaches files only through [`Storage`] and [`StorageFile`]. Real files
//! ([`FileStorage`]), files in memory that can lose power ([`MemoryStorage`]) and injected faults
//! ([`FaultyStorage`]) stand behind the same methods, so what is tested is what runs. Every event
//! that matters to a crash is one call, so a recorder of crash states needs nothing else.

mod counted;
mod faulty;
mod file;
mod memory;

use std::fmt;
use std::io;

use crate::error::Operation;

pub(crate) use counted::{Account, CountedFile, CountedStorage};
pub use counted::{IoCounts, StorageCounts};
pub use faulty::{Fault, FaultPlan, FaultyStorage};
pub use file::FileStorage;
pub use memory::{FailedSync, MemoryStorage, PowerCut};

/// The unit in which a file is cached.
pub(crate) const PAGE_BYTES: u64 = 4096;

/// One directory of files, flat, named without separators.
pub trait Storage: fmt::Debug + Send + Sync {
    /// Creates an empty file for reading and writing; fails if the name exists. The name is durable only after
    /// [`DirectoryChange::Sync`].
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it.
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>>;

    /// Opens an existing file for reading and writing.
    ///
    /// # Errors
    /// Whatever the storage reports.
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>>;

    /// All names, in any order. Names the log does not know are left alone.
    ///
    /// # Errors
    /// Whatever the storage reports.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Changes the names.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it.
    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()>;

    /// A change has been made to fail on purpose ([`FaultyStorage`]). A storage that models what a
    /// failure does to the cache does it now; others do nothing.
    fn change_failed(&self, _change: DirectoryChange<'_>) {}
}

/// A change to the names of a [`Storage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryChange<'name> {
    /// A file gets another name. Fails if there is a file of that name.
    Rename {
        /// The name that it has.
        from: &'name str,
        /// The name that it gets.
        to: &'name str,
    },
    /// A name goes. Open handles stay readable.
    Unlink(&'name str),
    /// All earlier creations, renames and unlinks become durable.
    Sync,
}

impl DirectoryChange<'_> {
    pub(crate) fn operation(self) -> Operation {
        match self {
            Self::Rename { .. } => Operation::Rename,
            Self::Unlink(_) => Operation::Unlink,
            Self::Sync => Operation::SyncDirectory,
        }
    }
}

/// An open file of a [`Storage`].
pub trait StorageFile: fmt::Debug + Send + Sync {
    /// The file's length in bytes.
    ///
    /// # Errors
    /// Whatever the storage reports.
    fn length(&self) -> io::Result<u64>;

    /// Reads at `offset` until `buffer` is full or the file ends; returns the bytes read.
    ///
    /// # Errors
    /// Whatever the storage reports.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Changes the file.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it and never tries again.
    fn change(&self, change: FileChange<'_>) -> io::Result<()>;

    /// As [`Storage::change_failed`]. Of a write that is durable when it returns it is the sync that failed: a storage
    /// that models the cache holds the bytes there from now on, without any prospect of the device.
    fn change_failed(&self, _change: FileChange<'_>) {}
}

/// A change to a [`StorageFile`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChange<'bytes> {
    /// All of the bytes are written, and the file grows if need be. A write that cannot be completed is an error, and
    /// part of it may have been written.
    Write {
        /// Which bytes.
        bytes: &'bytes [u8],
        /// Where, in bytes.
        offset: u64,
        /// What the write promises.
        mode: WriteMode,
    },
    /// The file is cut, or extended with zeros that need no blocks yet.
    SetLen(u64),
    /// Blocks are reserved for the first so many bytes, and the file is extended to that length.
    Allocate(u64),
    /// Earlier writes to this file become durable.
    Sync(SyncKind),
}

impl FileChange<'_> {
    /// Whether the change is durable when it returns, and all before it, in a file that was opened so.
    #[must_use]
    pub fn is_synced(self, opened: OpenMode) -> bool {
        match self {
            Self::Write { mode, .. } => mode == WriteMode::Synced || opened == OpenMode::DataSync,
            Self::SetLen(_) | Self::Allocate(_) => false,
            Self::Sync(_) => true,
        }
    }

    pub(crate) fn operation(self) -> Operation {
        match self {
            Self::Write { .. } => Operation::Write,
            Self::SetLen(_) => Operation::SetLength,
            Self::Allocate(_) => Operation::Allocate,
            Self::Sync(_) => Operation::Sync,
        }
    }
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// Writes are buffered until a sync.
    Plain,
    /// Every write returns only once its data is durable (`O_DSYNC`).
    DataSync,
}

/// What a single write promises when it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// Nothing, unless the file was opened with [`OpenMode::DataSync`].
    Buffered,
    /// The data, and the metadata needed to read it, are durable (`RWF_DSYNC`).
    Synced,
}

/// How much a sync makes durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncKind {
    /// The data, and the metadata needed to read it (`fdatasync`).
    Data,
    /// All of the file's metadata as well (`fsync`).
    All,
}
