//! What the log does to its storage, counted, with the file's name kept for error messages.

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
    /// By [`Account`].
    accounts: [AtomicCounts; 2],
    directory_syncs: AtomicU64,
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
        let [commit, upkeep] = &self.counts.accounts;
        StorageCounts {
            commit: commit.read(),
            upkeep: upkeep.read(),
            directory_syncs: self.counts.directory_syncs.load(Ordering::Relaxed),
        }
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
        Operation::Rename.on(from, self.storage.rename(from, to))?;
        self.sync_dir()
    }

    /// Unlinks and syncs the directory, so that the name is gone for good on return.
    pub(crate) fn unlink(&self, name: &str) -> Result<(), Error> {
        Operation::Unlink.on(name, self.storage.unlink(name))?;
        self.sync_dir()
    }

    pub(crate) fn sync_dir(&self) -> Result<(), Error> {
        self.counts.directory_syncs.fetch_add(1, Ordering::Relaxed);
        Operation::SyncDirectory.on(".", self.storage.sync_dir())
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
    counts: Arc<Counts>,
}

impl CountedFile {
    pub(crate) fn length(&self) -> Result<u64, Error> {
        Operation::Length.on(&self.name, self.file.length())
    }

    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Error> {
        Operation::Read.on(&self.name, self.file.read_at(buffer, offset))
    }

    pub(crate) fn write_at(
        &self,
        bytes: &[u8],
        offset: u64,
        mode: WriteMode,
        account: Account,
    ) -> Result<(), Error> {
        let counts = &self.counts.accounts[account as usize];
        counts.writes.fetch_add(1, Ordering::Relaxed);
        counts.write_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if mode == WriteMode::Synced || self.mode == OpenMode::DataSync {
            counts.syncs.fetch_add(1, Ordering::Relaxed);
        }
        Operation::Write.on(&self.name, self.file.write_at(bytes, offset, mode))
    }

    /// Writes what upkeep has to write; it is durable after the next sync.
    pub(crate) fn put(&self, bytes: &[u8], offset: u64) -> Result<(), Error> {
        self.write_at(bytes, offset, WriteMode::Buffered, Account::Upkeep)
    }

    pub(crate) fn set_len(&self, length: u64) -> Result<(), Error> {
        Operation::SetLength.on(&self.name, self.file.set_len(length))
    }

    pub(crate) fn allocate(&self, length: u64) -> Result<(), Error> {
        Operation::Allocate.on(&self.name, self.file.allocate(length))
    }

    pub(crate) fn sync(&self, kind: SyncKind, account: Account) -> Result<(), Error> {
        self.counts.accounts[account as usize].syncs.fetch_add(1, Ordering::Relaxed);
        Operation::Sync.on(&self.name, self.file.sync(kind))
    }

    /// Makes all that was written and the metadata durable, as upkeep.
    pub(crate) fn sync_all(&self) -> Result<(), Error> {
        self.sync(SyncKind::All, Account::Upkeep)
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
