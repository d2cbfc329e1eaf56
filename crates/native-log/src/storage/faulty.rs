//! Faults on purpose.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{DirectoryChange, FileChange, OpenMode, Storage, StorageFile};
use crate::error::Operation;

/// Which operation fails, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultPlan {
    /// The kind of operation that is counted.
    pub operation: Operation,
    /// Which one of them fails; the first is 1. All others succeed, later ones too.
    pub nth: u64,
    /// How it fails.
    pub fault: Fault,
}

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done; the caller gets this error number, such as 5 (EIO) or 28 (ENOSPC). What a
    /// failed sync does to the cache beneath is the storage's affair.
    Os(i32),
    /// A write does its first half, and fails with this error number. Others fail as with `Os`.
    HalfWritten(i32),
    /// Nothing is done, but it is reported as done: a storage that lies.
    Pretended,
}

/// A storage in which one operation fails as planned.
#[derive(Clone, Debug)]
pub struct FaultyStorage {
    storage: Arc<dyn Storage>,
    fuse: Arc<Fuse>,
}

#[derive(Debug)]
struct Fuse {
    plan: FaultPlan,
    seen: AtomicU64,
    after: AtomicU64,
}

impl FaultyStorage {
    /// Wraps `storage`, with one fault to come.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, plan: FaultPlan) -> Self {
        let fuse = Fuse { plan, seen: AtomicU64::new(0), after: AtomicU64::new(0) };
        Self { storage, fuse: Arc::new(fuse) }
    }

    /// Whether the fault has happened.
    #[must_use]
    pub fn has_struck(&self) -> bool {
        self.fuse.seen.load(Ordering::Acquire) >= self.fuse.plan.nth
    }

    /// How many changes (writes, syncs, renames and the like) were tried after the fault.
    #[must_use]
    pub fn changes_after(&self) -> u64 {
        self.fuse.after.load(Ordering::Acquire)
    }
}

impl Fuse {
    /// Does one operation with `act`, or fails as planned, after `fail` has done what a failure leaves behind.
    fn run(
        &self,
        operation: Operation,
        act: impl FnOnce() -> io::Result<()>,
        fail: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        if self.seen.load(Ordering::Acquire) >= self.plan.nth {
            self.after.fetch_add(1, Ordering::AcqRel);
            return act();
        }
        if operation != self.plan.operation
            || self.seen.fetch_add(1, Ordering::AcqRel) + 1 != self.plan.nth
        {
            return act();
        }
        match self.plan.fault {
            Fault::Os(number) | Fault::HalfWritten(number) => {
                fail()?;
                Err(io::Error::from_raw_os_error(number))
            }
            Fault::Pretended => Ok(()),
        }
    }
}

impl Storage for FaultyStorage {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        self.fuse.run(Operation::Create, || Ok(()), || Ok(()))?;
        let file = self.storage.create(name)?;
        Ok(Box::new(FaultyFile { file, fuse: Arc::clone(&self.fuse) }))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        let file = self.storage.open(name, mode)?;
        Ok(Box::new(FaultyFile { file, fuse: Arc::clone(&self.fuse) }))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.storage.list()
    }

    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()> {
        let fail = || {
            self.storage.change_failed(change);
            Ok(())
        };
        self.fuse.run(change.operation(), || self.storage.change(change), fail)
    }
}

#[derive(Debug)]
struct FaultyFile {
    file: Box<dyn StorageFile>,
    fuse: Arc<Fuse>,
}

impl StorageFile for FaultyFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn change(&self, change: FileChange<'_>) -> io::Result<()> {
        let fail = || match (change, self.fuse.plan.fault) {
            (FileChange::Write { bytes, offset, mode }, Fault::HalfWritten(_)) => {
                let bytes = &bytes[..bytes.len() / 2];
                self.file.change(FileChange::Write { bytes, offset, mode })
            }
            _ => {
                self.file.change_failed(change);
                Ok(())
            }
        };
        self.fuse.run(change.operation(), || self.file.change(change), fail)
    }
}
