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

pub(crate) use counted::{Account, CountedFile, CountedStorage};
pub use counted::{IoCounts, StorageCounts};
pub use faulty::{Fault, FaultPlan, FaultyStorage};
pub use file::FileStorage;
pub use memory::{FailedSync, MemoryStorage, PowerCut};

/// The unit in which a file is cached.
pub(crate) const PAGE_BYTES: u64 = 4096;

/// One directory of files, flat, named without separators.
///
/// Creating, renaming and unlinking are durable only after [`sync_dir`](Self::sync_dir).
pub trait Storage: fmt::Debug + Send + Sync {
    /// Creates an empty file for reading and writing; fails if the name exists.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it.
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>>;

    /// Opens an existing file for reading and writing.
    ///
    /// # Errors
    /// Whatever the storage reports.
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>>;

    /// Renames a file. Fails if there is a file of the new name.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a name. Open handles stay readable.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it.
    fn unlink(&self, name: &str) -> io::Result<()>;

    /// Makes all earlier creations, renames and unlinks durable.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it.
    fn sync_dir(&self) -> io::Result<()>;

    /// All names, in any order. Names the log does not know are left alone.
    ///
    /// # Errors
    /// Whatever the storage reports.
    fn list(&self) -> io::Result<Vec<String>>;

    /// A directory sync has been made to fail on purpose ([`FaultyStorage`]). A storage that models
    /// what a failed sync does to the cache does it now; others do nothing.
    fn sync_dir_failed(&self) {}
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

    /// Writes all of `bytes` at `offset`, growing the file if need be. A write that cannot be
    /// completed is an error, and part of it may have been written.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it.
    fn write_at(&self, bytes: &[u8], offset: u64, mode: WriteMode) -> io::Result<()>;

    /// Cuts the file, or extends it with zeros that need no blocks yet.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it.
    fn set_len(&self, length: u64) -> io::Result<()>;

    /// Reserves blocks for the first `length` bytes and extends the file to that length.
    ///
    /// # Errors
    /// Whatever the storage reports, such as that it cannot reserve; the log is poisoned by it.
    fn allocate(&self, length: u64) -> io::Result<()>;

    /// Makes earlier writes to this file durable.
    ///
    /// # Errors
    /// Whatever the storage reports; the log is poisoned by it and never tries again.
    fn sync(&self, kind: SyncKind) -> io::Result<()>;

    /// A sync of this file has been made to fail on purpose ([`FaultyStorage`]). A storage that
    /// models what a failed sync does to the cache does it now; others do nothing.
    fn sync_failed(&self) {}

    /// A write that is durable when it returns has been made to fail on purpose
    /// ([`FaultyStorage`]), in its sync. A storage that models the cache holds the bytes there from
    /// now on, without any prospect of the device; others do nothing.
    fn synced_write_failed(&self, bytes: &[u8], offset: u64) {
        let (_, _) = (bytes, offset);
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
