//! What the log does to its storage, counted, with the file's name kept for error messages.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{DirectoryChange, FileChange, OpenMode, Storage, StorageFile, SyncKind, WriteMode};
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

/// A [`Storage`] whose use is counted and whose errors name the file and the operation.
#[derive(Clone, Debug)]
pub(crate) struct CountedStorage {
    storage: Arc<dyn Storage>,
    counts: Arc<Mutex<StorageCounts>>,
}

impl CountedStorage {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self { storage, counts: Arc::default() }
    }

    pub(crate) fn counts(&self) -> StorageCounts {
        *lock(&self.counts)
    }

    pub(crate) fn create(&self, name: String) -> Result<CountedFile, Error> {
        let file = Operation::Create.on(&name, self.storage.create(&name))?;
        Ok(CountedFile { name, mode: OpenMode::Plain, file, counts: Arc::clone(&self.counts) })
    }

    pub(crate) fn open(&self, name: String, mode: OpenMode) -> Result<CountedFile, Error> {
        let file = Operation::Open.on(&name, self.storage.open(&name, mode))?;
        Ok(CountedFile { name, mode, file, counts: Arc::clone(&self.counts) })
    }

    /// Renames and syncs the directory, so that the new name is durable on return.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        let change = DirectoryChange::Rename { from, to };
        Operation::Rename.on(from, self.storage.change(change))?;
        self.sync_dir()
    }

    /// Unlinks and syncs the directory, so that the name is gone for good on return.
    pub(crate) fn unlink(&self, name: &str) -> Result<(), Error> {
        Operation::Unlink.on(name, self.storage.change(DirectoryChange::Unlink(name)))?;
        self.sync_dir()
    }

    pub(crate) fn sync_dir(&self) -> Result<(), Error> {
        lock(&self.counts).directory_syncs += 1;
        Operation::SyncDirectory.on(".", self.storage.change(DirectoryChange::Sync))
    }

    pub(crate) fn list(&self) -> Result<Vec<String>, Error> {
        Operation::List.on(".", self.storage.list())
    }
}

/// An open file with its name, mode and counters.
#[derive(Debug)]
pub(crate) struct CountedFile {
    /// Its name, relative to the log's directory.
    pub(crate) name: String,
    mode: OpenMode,
    file: Box<dyn StorageFile>,
    counts: Arc<Mutex<StorageCounts>>,
}

impl CountedFile {
    pub(crate) fn length(&self) -> Result<u64, Error> {
        Operation::Length.on(&self.name, self.file.length())
    }

    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Error> {
        Operation::Read.on(&self.name, self.file.read_at(buffer, offset))
    }

    /// Changes the file, at this account's expense.
    pub(crate) fn change(&self, change: FileChange<'_>, account: Account) -> Result<(), Error> {
        let mut counts = lock(&self.counts);
        let io = match account {
            Account::Commit => &mut counts.commit,
            Account::Upkeep => &mut counts.upkeep,
        };
        if let FileChange::Write { bytes, .. } = change {
            io.writes += 1;
            io.write_bytes += bytes.len() as u64;
        }
        io.syncs += u64::from(change.is_synced(self.mode));
        drop(counts);
        change.operation().on(&self.name, self.file.change(change))
    }

    /// Writes what upkeep has to write; it is durable after the next sync.
    pub(crate) fn put(&self, bytes: &[u8], offset: u64) -> Result<(), Error> {
        let mode = WriteMode::Buffered;
        self.change(FileChange::Write { bytes, offset, mode }, Account::Upkeep)
    }

    /// Makes all that was written and the metadata durable, as upkeep.
    pub(crate) fn sync_all(&self) -> Result<(), Error> {
        self.change(FileChange::Sync(SyncKind::All), Account::Upkeep)
    }

    /// That the file holds something else at `offset` than what must be there.
    pub(crate) fn corruption(
        &self,
        offset: u64,
        expected: impl Into<String>,
        found: &'static str,
    ) -> Error {
        Error::Corruption { file: self.name.clone(), offset, expected: expected.into(), found }
    }
}

fn lock(counts: &Mutex<StorageCounts>) -> MutexGuard<'_, StorageCounts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}
