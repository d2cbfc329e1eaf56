//! Files in memory that can lose power.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::dice::Dice;
use super::{OpenMode, Storage, StorageFile, SyncKind, WriteMode};

/// Writes tear at multiples of this, the smallest unit that disks promise to write whole.
const SECTOR_BYTES: usize = 512;
/// Files are cached, and written back, in units of this.
const PAGE_BYTES: usize = 4096;

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

/// A directory in memory. Clones share it. It remembers what has been synced and what has not, so
/// that [`after_power_cut`](Self::after_power_cut) can tell what would be left.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage {
    disk: Arc<Mutex<Disk>>,
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

#[derive(Clone, Debug, Default)]
struct Disk {
    inodes: Vec<Inode>,
    entries: BTreeMap<String, usize>,
    synced_entries: BTreeMap<String, usize>,
    pending: Vec<EntryChange>,
    /// Changes that a failed sync has taken for clean.
    lost: Vec<EntryChange>,
    failed_sync: FailedSync,
}

#[derive(Clone, Debug, Default)]
struct Inode {
    bytes: Vec<u8>,
    synced: Vec<u8>,
    pending: Vec<FileChange>,
    /// A failed sync has taken changes for clean: the cache holds pages that the device may lack.
    has_lost: bool,
}

#[derive(Clone, Debug)]
enum EntryChange {
    Create { name: String, inode: usize },
    Rename { from: String, to: String, inode: usize },
    Unlink { name: String },
}

#[derive(Clone, Debug)]
enum FileChange {
    Write { offset: usize, bytes: Vec<u8> },
    SetLen(usize),
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
        let disk = Disk { failed_sync, ..Disk::default() };
        Self { disk: Arc::new(Mutex::new(disk)) }
    }

    /// What is there after the power comes back. This storage itself goes on undisturbed.
    #[must_use]
    pub fn after_power_cut(&self, cut: PowerCut) -> Self {
        let disk = self.lock();
        let left = match cut {
            PowerCut::TakesNothing => disk.clone(),
            PowerCut::TakesAll => disk.after_cut(&mut Dice { seed: None }),
            PowerCut::TakesSome { seed } => disk.after_cut(&mut Dice { seed: Some(seed) }),
        };
        Self { disk: Arc::new(Mutex::new(left)) }
    }

    /// A file's bytes, if there is one of that name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        let disk = self.lock();
        disk.entries.get(name).map(|&inode| disk.inodes[inode].bytes.clone())
    }

    /// Puts a file in place of whatever has that name, synced.
    pub fn put_file(&self, name: &str, bytes: Vec<u8>) {
        let mut disk = self.lock();
        let inode = disk.inodes.len();
        disk.inodes.push(Inode { synced: bytes.clone(), bytes, ..Inode::default() });
        disk.entries.insert(name.to_owned(), inode);
        disk.synced_entries.insert(name.to_owned(), inode);
    }

    fn lock(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, inode: usize, mode: OpenMode) -> Box<dyn StorageFile> {
        Box::new(MemoryFile { storage: self.clone(), inode, mode })
    }
}

impl Disk {
    fn after_cut(&self, dice: &mut Dice) -> Self {
        let mut entries = self.synced_entries.clone();
        for change in &self.pending {
            if dice.keeps() {
                change.apply(&mut entries);
            }
        }
        let inodes = self.inodes.iter().map(|inode| inode.after_cut(dice)).collect();
        let synced_entries = entries.clone();
        let failed_sync = self.failed_sync;
        Self { inodes, synced_entries, entries, failed_sync, ..Self::default() }
    }

    fn inode_of(&self, name: &str) -> io::Result<usize> {
        self.entries.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn change(&mut self, change: EntryChange) {
        change.apply(&mut self.entries);
        // The directory is one page: a change to it has all of it written.
        self.pending.splice(0..0, self.lost.drain(..));
        self.pending.push(change);
    }
}

impl EntryChange {
    fn apply(&self, entries: &mut BTreeMap<String, usize>) {
        match self {
            Self::Create { name, inode } => {
                entries.insert(name.clone(), *inode);
            }
            Self::Rename { from, to, inode } => {
                entries.remove(from);
                entries.insert(to.clone(), *inode);
            }
            Self::Unlink { name } => {
                entries.remove(name);
            }
        }
    }
}

impl Inode {
    fn change(&mut self, change: FileChange) {
        change.apply(&mut self.bytes);
        let change = match change {
            FileChange::Write { offset, bytes } if self.has_lost => {
                self.whole_pages(offset, offset + bytes.len())
            }
            other => other,
        };
        self.pending.push(change);
    }

    /// What is written back for a write from `from` to `to`.
    fn whole_pages(&self, from: usize, to: usize) -> FileChange {
        let offset = from / PAGE_BYTES * PAGE_BYTES;
        let end = to.next_multiple_of(PAGE_BYTES).min(self.bytes.len());
        FileChange::Write { offset, bytes: self.bytes[offset..end].to_owned() }
    }

    fn lose_pending(&mut self) {
        self.has_lost |= !self.pending.is_empty();
        self.pending.clear();
    }

    fn sync(&mut self) {
        for change in self.pending.drain(..) {
            change.apply(&mut self.synced);
        }
    }

    fn after_cut(&self, dice: &mut Dice) -> Self {
        let mut bytes = self.synced.clone();
        for change in &self.pending {
            match change {
                FileChange::SetLen(_) => {
                    if dice.keeps() {
                        change.apply(&mut bytes);
                    }
                }
                FileChange::Write { offset, bytes: written } => {
                    tear(&mut bytes, *offset, written, dice);
                }
            }
        }
        Self { synced: bytes.clone(), bytes, ..Self::default() }
    }
}

/// Writes those sectors of a write that the dice keep. A file that would have grown may have
/// grown without its bytes.
fn tear(file: &mut Vec<u8>, offset: usize, written: &[u8], dice: &mut Dice) {
    let end = offset + written.len();
    if end > file.len() && dice.keeps() {
        file.resize(end, 0);
    }
    let mut from = offset;
    while from < end {
        let to = (from / SECTOR_BYTES + 1).saturating_mul(SECTOR_BYTES).min(end);
        if dice.keeps() {
            overwrite(file, from, &written[from - offset..to - offset]);
        }
        from = to;
    }
}

fn overwrite(file: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if end > file.len() {
        file.resize(end, 0);
    }
    file[offset..end].copy_from_slice(bytes);
}

impl FileChange {
    fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => overwrite(file, *offset, bytes),
            Self::SetLen(length) => file.resize(*length, 0),
        }
    }
}

impl Storage for MemoryStorage {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        let mut disk = self.lock();
        if disk.entries.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let inode = disk.inodes.len();
        disk.inodes.push(Inode::default());
        disk.change(EntryChange::Create { name: name.to_owned(), inode });
        Ok(self.handle(inode, OpenMode::Plain))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        let inode = self.lock().inode_of(name)?;
        Ok(self.handle(inode, mode))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut disk = self.lock();
        let inode = disk.inode_of(from)?;
        if disk.entries.contains_key(to) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        disk.change(EntryChange::Rename { from: from.to_owned(), to: to.to_owned(), inode });
        Ok(())
    }

    fn unlink(&self, name: &str) -> io::Result<()> {
        let mut disk = self.lock();
        disk.inode_of(name)?;
        disk.change(EntryChange::Unlink { name: name.to_owned() });
        Ok(())
    }

    fn sync_dir(&self) -> io::Result<()> {
        let mut guard = self.lock();
        let disk = &mut *guard;
        for change in disk.pending.drain(..) {
            change.apply(&mut disk.synced_entries);
        }
        Ok(())
    }

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.lock().entries.keys().cloned().collect())
    }

    fn sync_dir_failed(&self) {
        let mut guard = self.lock();
        let disk = &mut *guard;
        if disk.failed_sync == FailedSync::MarksClean {
            disk.lost.append(&mut disk.pending);
        }
    }
}

#[derive(Debug)]
struct MemoryFile {
    storage: MemoryStorage,
    inode: usize,
    mode: OpenMode,
}

impl MemoryFile {
    fn change(&self, change: FileChange, synced: bool) {
        let mut disk = self.storage.lock();
        let inode = &mut disk.inodes[self.inode];
        inode.change(change);
        if synced {
            inode.sync();
        }
    }
}

impl StorageFile for MemoryFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.storage.lock().inodes[self.inode].bytes.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let disk = self.storage.lock();
        let file = &disk.inodes[self.inode].bytes;
        let rest = file.get(offset as usize..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn write_at(&self, bytes: &[u8], offset: u64, mode: WriteMode) -> io::Result<()> {
        let synced = mode == WriteMode::Synced || self.mode == OpenMode::DataSync;
        let change = FileChange::Write { offset: offset as usize, bytes: bytes.to_owned() };
        self.change(change, synced);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.change(FileChange::SetLen(length as usize), false);
        Ok(())
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        if length > self.length()? {
            self.set_len(length)?;
        }
        Ok(())
    }

    fn sync(&self, _kind: SyncKind) -> io::Result<()> {
        self.storage.lock().inodes[self.inode].sync();
        Ok(())
    }

    fn sync_failed(&self) {
        let mut disk = self.storage.lock();
        if disk.failed_sync == FailedSync::MarksClean {
            disk.inodes[self.inode].lose_pending();
        }
    }

    fn synced_write_failed(&self, bytes: &[u8], offset: u64) {
        let mut disk = self.storage.lock();
        if disk.failed_sync == FailedSync::MarksClean {
            let inode = &mut disk.inodes[self.inode];
            inode.change(FileChange::Write { offset: offset as usize, bytes: bytes.to_owned() });
            inode.lose_pending();
        }
    }
}
