//! Real files in a real directory.

use std::fs::{self, File, TryLockError};
use std::io::{self, IoSlice};
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::{
    AtFlags, Dir, FallocateFlags, Mode, OFlags, RenameFlags, fallocate, fcntl_getfl, linkat,
    openat, renameat_with, syncfs, unlinkat,
};
use rustix::io::{Errno, ReadWriteFlags, pwritev2};

use super::{DirectoryChange, FileChange, OpenMode, Storage, StorageFile, SyncKind, WriteMode};

/// The flag of a file whose every write syncs its data. rustix's constant of this name is `O_SYNC`
/// on Linux, which syncs all metadata too.
const DATA_SYNC: OFlags = OFlags::from_bits_retain(libc::O_DSYNC.cast_unsigned());
/// The flags of a file's descriptor that say how its writes are synced: `O_SYNC` contains `O_DSYNC`.
const SYNC_FLAGS: OFlags =
    OFlags::from_bits_retain(libc::O_SYNC.cast_unsigned() | libc::O_DSYNC.cast_unsigned());

const _: () = assert!(libc::O_DSYNC != libc::O_SYNC, "O_DSYNC syncs less than O_SYNC");
const _: () = assert!(ReadWriteFlags::DSYNC.bits() == libc::RWF_DSYNC.cast_unsigned());

/// What is called to sync a directory.
type SyncDirectory<'a> = &'a dyn Fn(&File) -> io::Result<()>;

/// A directory of real files, locked against a second opener for as long as this value lives.
///
/// All files are reached relative to the locked directory, wherever it is moved to meanwhile.
#[derive(Debug)]
pub struct FileStorage {
    directory: File,
}

impl FileStorage {
    /// Opens the directory, creating it if it is missing, and locks it. The directory that it lies in
    /// is synced, whoever made it, so that a crash cannot take the whole log away; the owner of
    /// directories further up sees to those.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if the directory is open elsewhere, in this process or
    /// another; else whatever the file system reports.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::open_with(path.as_ref(), &File::sync_all)
    }

    fn open_with(path: &Path, sync: SyncDirectory<'_>) -> io::Result<Self> {
        create_durably(path, sync)?;
        let directory = File::open(path)?;
        match directory.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::new(
                    io::ErrorKind::WouldBlock,
                    format!("{}: already open as a log; close the other one first", path.display()),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        sync_parent(&directory, sync)?;
        Ok(Self { directory })
    }

    fn open_file(&self, name: &str, flags: OFlags) -> io::Result<File> {
        let flags = flags | OFlags::RDWR | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::WGRP | Mode::ROTH | Mode::WOTH;
        Ok(File::from(openat(&self.directory, name, flags, mode)?))
    }
}

/// Creates missing directories from the top, syncing each one's parent, and that of the lowest one
/// that is there: whoever made it may have been killed before its sync.
fn create_durably(path: &Path, sync: SyncDirectory<'_>) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if parent.is_dir() {
        sync_parent(&File::open(parent)?, sync)?;
    } else {
        create_durably(parent, sync)?;
    }
    match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    sync(&File::open(parent)?)
}

/// Syncs the directory that this one lies in. If that may not be opened, the whole file system is
/// synced, which includes it.
fn sync_parent(directory: &File, sync: SyncDirectory<'_>) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    match openat(directory, "..", flags, Mode::empty()) {
        Ok(parent) => sync(&File::from(parent)),
        Err(Errno::ACCESS | Errno::PERM) => Ok(syncfs(directory)?),
        Err(errno) => Err(errno.into()),
    }
}

/// Reads back how the file's writes are synced.
fn check_sync_flags(file: &File, expected: OFlags) -> io::Result<()> {
    let found = fcntl_getfl(file)? & SYNC_FLAGS;
    if found == expected {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "expected a file whose sync flags are {:#x} (O_DSYNC is {:#x}), got {:#x}; use another sync method on this system",
        expected.bits(),
        libc::O_DSYNC,
        found.bits()
    )))
}

/// Gives a file another name, which must be free.
fn rename(directory: &File, from: &str, to: &str) -> io::Result<()> {
    match renameat_with(directory, from, directory, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            rename_in_two_steps(directory, from, to)
        }
        Err(errno) => Err(errno.into()),
    }
}

/// The same on a file system that cannot do so in one step. A crash in between leaves both names; recovery keeps the one
/// that counts.
fn rename_in_two_steps(directory: &File, from: &str, to: &str) -> io::Result<()> {
    linkat(directory, from, directory, to, AtFlags::empty())?;
    Ok(unlinkat(directory, from, AtFlags::empty())?)
}

impl Storage for FileStorage {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(self.open_file(name, OFlags::CREATE | OFlags::EXCL)?))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        let sync_flags = match mode {
            OpenMode::Plain => OFlags::empty(),
            OpenMode::DataSync => DATA_SYNC,
        };
        let file = self.open_file(name, sync_flags)?;
        check_sync_flags(&file, sync_flags)?;
        Ok(Box::new(file))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.directory)? {
            // A name that is not UTF-8 cannot be one of the log's.
            names.extend(entry?.file_name().to_str().map(str::to_owned));
        }
        Ok(names)
    }

    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()> {
        let directory = &self.directory;
        match change {
            DirectoryChange::Rename { from, to } => rename(directory, from, to),
            DirectoryChange::Unlink(name) => Ok(unlinkat(directory, name, AtFlags::empty())?),
            DirectoryChange::Sync => directory.sync_all(),
        }
    }
}

impl StorageFile for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match FileExt::read_at(self, &mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn change(&self, change: FileChange<'_>) -> io::Result<()> {
        match change {
            FileChange::Write { bytes, offset, mode: WriteMode::Buffered } => {
                self.write_all_at(bytes, offset)
            }
            FileChange::Write { bytes, offset, mode: WriteMode::Synced } => {
                write_all_synced(self, bytes, offset)
            }
            FileChange::SetLen(length) => self.set_len(length),
            FileChange::Allocate(length) => {
                Ok(fallocate(self, FallocateFlags::empty(), 0, length)?)
            }
            FileChange::Sync(SyncKind::Data) => self.sync_data(),
            FileChange::Sync(SyncKind::All) => self.sync_all(),
        }
    }
}

fn write_all_synced(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        let rest = [IoSlice::new(&bytes[written..])];
        match pwritev2(file, &rest, offset + written as u64, ReadWriteFlags::DSYNC) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => written += count,
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
