//! What the log does to its storage, counted, with the file's name kept for error messages.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{OpenMode, Storage, StorageFile, SyncKind, WriteMode};
use crate::error::{Error, Operation};

/// Writes and syncs of one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IoCounts {
    /// Write calls, synced ones included.
    pub writes: u64,
    /// Bytes handed to write calls.
    pub write_bytes: u64,
    /// File syncs: `fdatasync` or `fsync` calls, and writes that are durable when they return.
    pub syncs: u64,
}

/// Everything the log asked of its storage since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StorageCounts {
    /// Group commits: what acknowledging packets costs.
    pub commit: IoCounts,
    /// All else: recovery, preparing and recycling segments.
    pub upkeep: IoCounts,
    /// Directory syncs; they are in neither of the accounts above.
    pub directory_syncs: u64,
}

/// The account that an operation is charged to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Account {
    Commit,
    Upkeep,
}

#[derive(Debug, Default)]
struct AtomicCounts {
    writes: AtomicU64,
    write_bytes: AtomicU64,
    syncs: AtomicU64,
}

impl AtomicCounts {
    fn read(&self) -> IoCounts {
        IoCounts {
            writes: self.writes.load(Ordering::Relaxed),
            write_bytes: self.write_bytes.load(Ordering::Relaxed),
            syncs: self.syncs.load(Ordering::Relaxed),
        }
    }
}

#[derive(Debug, Default)]
struct Counts {
    commit: AtomicCounts,
    upkeep: AtomicCounts,
    directory_syncs: AtomicU64,
}

impl Counts {
    fn account(&self, account: Account) -> &AtomicCounts {
        match account {
            Account::Commit => &self.commit,
            Account::Upkeep => &self.upkeep,
        }
    }
}

/// A [`Storage`] whose use is counted and whose errors name the file and the operation.
#[derive(Clone, Debug)]
pub(crate) struct CountedStorage {
    storage: Arc<dyn Storage>,
    counts: Arc<Counts>,
}

impl CountedStorage {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self { storage, counts: Arc::default() }
    }

    pub(crate) fn counts(&self) -> StorageCounts {
        StorageCounts {
            commit: self.counts.commit.read(),
            upkeep: self.counts.upkeep.read(),
            directory_syncs: self.counts.directory_syncs.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn create(&self, name: String) -> Result<CountedFile, Error> {
        let result = self.storage.create(&name);
        self.file(name, OpenMode::Plain, Operation::Create, result)
    }

    pub(crate) fn open(&self, name: String, mode: OpenMode) -> Result<CountedFile, Error> {
        let result = self.storage.open(&name, mode);
        self.file(name, mode, Operation::Open, result)
    }

    fn file(
        &self,
        name: String,
        mode: OpenMode,
        operation: Operation,
        result: io::Result<Box<dyn StorageFile>>,
    ) -> Result<CountedFile, Error> {
        match result {
            Ok(file) => Ok(CountedFile { name, mode, file, counts: Arc::clone(&self.counts) }),
            Err(cause) => Err(Error::storage(operation, &name, cause)),
        }
    }

    /// Renames and syncs the directory, so that the new name is durable on return.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        let result = self.storage.rename(from, to);
        result.map_err(|cause| Error::storage(Operation::Rename, from, cause))?;
        self.sync_dir()
    }

    /// Unlinks and syncs the directory, so that the name is gone for good on return.
    pub(crate) fn unlink(&self, name: &str) -> Result<(), Error> {
        let result = self.storage.unlink(name);
        result.map_err(|cause| Error::storage(Operation::Unlink, name, cause))?;
        self.sync_dir()
    }

    pub(crate) fn sync_dir(&self) -> Result<(), Error> {
        self.counts.directory_syncs.fetch_add(1, Ordering::Relaxed);
        let result = self.storage.sync_dir();
        result.map_err(|cause| Error::storage(Operation::SyncDirectory, ".", cause))
    }

    pub(crate) fn list(&self) -> Result<Vec<String>, Error> {
        let result = self.storage.list();
        result.map_err(|cause| Error::storage(Operation::List, ".", cause))
    }
}

/// An open file with its name, mode and counters.
#[derive(Debug)]
pub(crate) struct CountedFile {
    name: String,
    mode: OpenMode,
    file: Box<dyn StorageFile>,
    counts: Arc<Counts>,
}

impl CountedFile {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The same handle under the name the file was given by a rename.
    pub(crate) fn renamed(self, name: String) -> Self {
        Self { name, ..self }
    }

    pub(crate) fn length(&self) -> Result<u64, Error> {
        self.file.length().map_err(|cause| self.error(Operation::Length, cause))
    }

    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Error> {
        self.file.read_at(buffer, offset).map_err(|cause| self.error(Operation::Read, cause))
    }

    pub(crate) fn write_at(
        &self,
        bytes: &[u8],
        offset: u64,
        mode: WriteMode,
        account: Account,
    ) -> Result<(), Error> {
        let counts = self.counts.account(account);
        counts.writes.fetch_add(1, Ordering::Relaxed);
        counts.write_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if mode == WriteMode::Synced || self.mode == OpenMode::DataSync {
            counts.syncs.fetch_add(1, Ordering::Relaxed);
        }
        let result = self.file.write_at(bytes, offset, mode);
        result.map_err(|cause| self.error(Operation::Write, cause))
    }

    pub(crate) fn set_len(&self, length: u64) -> Result<(), Error> {
        self.file.set_len(length).map_err(|cause| self.error(Operation::SetLength, cause))
    }

    pub(crate) fn allocate(&self, length: u64) -> Result<(), Error> {
        self.file.allocate(length).map_err(|cause| self.error(Operation::Allocate, cause))
    }

    pub(crate) fn sync(&self, kind: SyncKind, account: Account) -> Result<(), Error> {
        self.counts.account(account).syncs.fetch_add(1, Ordering::Relaxed);
        self.file.sync(kind).map_err(|cause| self.error(Operation::Sync, cause))
    }

    fn error(&self, operation: Operation, cause: io::Error) -> Error {
        Error::storage(operation, &self.name, cause)
    }
}
