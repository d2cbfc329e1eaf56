//! Files in memory that can lose power.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use disk_model::{Dice, Disk, Event, Fate, Hazards, InodeId};

use super::{DirectoryChange, FileChange, OpenMode, Storage, StorageFile};

/// A directory in memory. Clones share it. It remembers what has been synced and what has not, so
/// that [`after_power_cut`](Self::after_power_cut) can tell what would be left.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage {
    disk: Arc<Mutex<Disk>>,
    failed_sync: FailedSync,
}

/// What a failed sync does to changes that it should have made durable. Either way they can be read
/// until the power goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailedSync {
    /// They wait for the next sync.
    #[default]
    KeepsPending,
    /// They are taken for clean, as ext4 and XFS do it: no sync writes them, unless their page is
    /// written to again. A directory is one page.
    MarksClean,
}

/// What a power cut takes of all that was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerCut {
    /// Everything.
    TakesAll,
    /// Nothing: only the process died. What was not synced is still at the mercy of the next cut.
    TakesNothing,
    /// Any of it, chosen by the seed: each sector of each write, each change of length and each
    /// change of the directory by itself, in no order.
    TakesSome {
        /// The same seed on the same history takes the same.
        seed: u64,
    },
}

impl MemoryStorage {
    /// An empty directory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty directory in which failed syncs do this.
    #[must_use]
    pub fn with_failed_syncs(failed_sync: FailedSync) -> Self {
        Self { failed_sync, ..Self::default() }
    }

    /// A directory that holds what this disk does, and goes on from there.
    #[must_use]
    pub fn on(disk: Disk) -> Self {
        Self { disk: Arc::new(Mutex::new(disk)), ..Self::default() }
    }

    /// What is there after the power comes back. This storage itself goes on undisturbed.
    #[must_use]
    pub fn after_power_cut(&self, cut: PowerCut) -> Self {
        let disk = self.lock();
        let left = Self::on(match cut {
            PowerCut::TakesNothing => disk.clone(),
            PowerCut::TakesAll => disk.after_cut(&Hazards::STRICT, |_| Fate::Dropped),
            PowerCut::TakesSome { seed } => {
                let mut dice = Dice::new(seed);
                disk.after_cut(&Hazards::STRICT, |_| match dice.coin() {
                    true => Fate::Kept,
                    false => Fate::Dropped,
                })
            }
        });
        Self { failed_sync: self.failed_sync, ..left }
    }

    /// A file's bytes, if there is one of that name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        self.lock().file(name).map(<[u8]>::to_vec)
    }

    /// Puts a file in place of whatever has that name, synced.
    pub fn put_file(&self, name: &str, bytes: Vec<u8>) {
        self.lock().put_file(name, bytes);
    }

    fn lock(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, inode: InodeId, mode: OpenMode) -> Box<dyn StorageFile> {
        Box::new(MemoryFile { storage: self.clone(), inode, mode })
    }
}

fn inode_of(disk: &Disk, name: &str) -> io::Result<InodeId> {
    disk.inode_of(name).ok_or_else(|| io::ErrorKind::NotFound.into())
}

fn refuse_taken(disk: &Disk, name: &str) -> io::Result<()> {
    disk.inode_of(name).map_or(Ok(()), |_| Err(io::ErrorKind::AlreadyExists.into()))
}

impl Storage for MemoryStorage {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        let mut disk = self.lock();
        refuse_taken(&disk, name)?;
        let inode = disk.next_inode();
        disk.apply(&Event::Create { name: name.into(), inode });
        Ok(self.handle(inode, OpenMode::Plain))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        let inode = inode_of(&self.lock(), name)?;
        Ok(self.handle(inode, mode))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.lock().files().map(|(name, _)| name.to_owned()).collect())
    }

    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()> {
        let mut disk = self.lock();
        let event = match change {
            DirectoryChange::Rename { from, to } => {
                inode_of(&disk, from)?;
                refuse_taken(&disk, to)?;
                Event::Rename { from: from.into(), to: to.into() }
            }
            DirectoryChange::Unlink(name) => {
                inode_of(&disk, name)?;
                Event::Unlink { name: name.into() }
            }
            DirectoryChange::Sync => Event::sync_directory(),
        };
        disk.apply(&event);
        Ok(())
    }

    fn change_failed(&self, change: DirectoryChange<'_>) {
        if change == DirectoryChange::Sync && self.failed_sync == FailedSync::MarksClean {
            self.lock().apply(&Event::SyncDirectoryLost { directory: "".into() });
        }
    }
}

#[derive(Debug)]
struct MemoryFile {
    storage: MemoryStorage,
    inode: InodeId,
    mode: OpenMode,
}

impl MemoryFile {
    /// Makes a change in the cache.
    fn apply(&self, disk: &mut Disk, change: FileChange<'_>) {
        let inode = self.inode;
        let length = disk.bytes(inode).map_or(0, <[u8]>::len);
        let event = match change {
            FileChange::Write { bytes, offset, .. } => {
                Event::Write { inode, offset: offset as usize, bytes: bytes.into() }
            }
            FileChange::Allocate(wanted) if wanted as usize <= length => return,
            FileChange::SetLen(length) | FileChange::Allocate(length) => {
                Event::SetLen { inode, length: length as usize }
            }
            FileChange::Sync(_) => return,
        };
        disk.apply(&event);
    }
}

impl StorageFile for MemoryFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.storage.lock().bytes(self.inode).unwrap_or_default().len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let disk = self.storage.lock();
        let file = disk.bytes(self.inode).unwrap_or_default();
        let rest = file.get(offset as usize..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn change(&self, change: FileChange<'_>) -> io::Result<()> {
        let mut disk = self.storage.lock();
        self.apply(&mut disk, change);
        if change.is_synced(self.mode) {
            disk.apply(&Event::Sync { inode: self.inode });
        }
        Ok(())
    }

    fn change_failed(&self, change: FileChange<'_>) {
        if change.is_synced(self.mode) && self.storage.failed_sync == FailedSync::MarksClean {
            let mut disk = self.storage.lock();
            self.apply(&mut disk, change);
            disk.apply(&Event::SyncLost { inode: self.inode });
        }
    }
}
