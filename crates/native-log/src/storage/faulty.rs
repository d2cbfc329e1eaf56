//! Faults on purpose.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{OpenMode, Storage, StorageFile, SyncKind, WriteMode};
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

/// What is to be done with one operation.
enum Verdict {
    Do,
    DoHalf(io::Error),
    Skip,
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
    fn judge(&self, operation: Operation) -> io::Result<Verdict> {
        if self.seen.load(Ordering::Acquire) >= self.plan.nth {
            self.after.fetch_add(1, Ordering::AcqRel);
            return Ok(Verdict::Do);
        }
        if operation != self.plan.operation
            || self.seen.fetch_add(1, Ordering::AcqRel) + 1 != self.plan.nth
        {
            return Ok(Verdict::Do);
        }
        match self.plan.fault {
            Fault::HalfWritten(number) if operation == Operation::Write => {
                Ok(Verdict::DoHalf(io::Error::from_raw_os_error(number)))
            }
            Fault::Os(number) | Fault::HalfWritten(number) => {
                Err(io::Error::from_raw_os_error(number))
            }
            Fault::Pretended => Ok(Verdict::Skip),
        }
    }

    fn run(&self, operation: Operation, act: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        match self.judge(operation)? {
            Verdict::Do => act(),
            Verdict::DoHalf(error) => Err(error),
            Verdict::Skip => Ok(()),
        }
    }
}

impl Storage for FaultyStorage {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        self.fuse.judge(Operation::Create)?;
        let file = self.storage.create(name)?;
        let (fuse, mode) = (Arc::clone(&self.fuse), OpenMode::Plain);
        Ok(Box::new(FaultyFile { file, fuse, mode }))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        let file = self.storage.open(name, mode)?;
        Ok(Box::new(FaultyFile { file, fuse: Arc::clone(&self.fuse), mode }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.fuse.run(Operation::Rename, || self.storage.rename(from, to))
    }

    fn unlink(&self, name: &str) -> io::Result<()> {
        self.fuse.run(Operation::Unlink, || self.storage.unlink(name))
    }

    fn sync_dir(&self) -> io::Result<()> {
        match self.fuse.judge(Operation::SyncDirectory) {
            Ok(Verdict::Do) => self.storage.sync_dir(),
            Ok(Verdict::Skip) => Ok(()),
            Ok(Verdict::DoHalf(error)) | Err(error) => {
                self.storage.sync_dir_failed();
                Err(error)
            }
        }
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.storage.list()
    }
}

#[derive(Debug)]
struct FaultyFile {
    file: Box<dyn StorageFile>,
    fuse: Arc<Fuse>,
    mode: OpenMode,
}

impl StorageFile for FaultyFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64, mode: WriteMode) -> io::Result<()> {
        match self.fuse.judge(Operation::Write) {
            Ok(Verdict::Do) => self.file.write_at(bytes, offset, mode),
            Ok(Verdict::DoHalf(error)) => {
                self.file.write_at(&bytes[..bytes.len() / 2], offset, mode)?;
                Err(error)
            }
            Ok(Verdict::Skip) => Ok(()),
            Err(error) => {
                if mode == WriteMode::Synced || self.mode == OpenMode::DataSync {
                    self.file.synced_write_failed(bytes, offset);
                }
                Err(error)
            }
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.fuse.run(Operation::SetLength, || self.file.set_len(length))
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        self.fuse.run(Operation::Allocate, || self.file.allocate(length))
    }

    fn sync(&self, kind: SyncKind) -> io::Result<()> {
        match self.fuse.judge(Operation::Sync) {
            Ok(Verdict::Do) => self.file.sync(kind),
            Ok(Verdict::Skip) => Ok(()),
            Ok(Verdict::DoHalf(error)) | Err(error) => {
                self.file.sync_failed();
                Err(error)
            }
        }
    }
}
