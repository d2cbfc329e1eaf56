//! The native log's storage, recorded.

use std::io;
use std::sync::Arc;

use disk_model::{Event, InodeId};
use native_log::storage::{OpenMode, Storage, StorageFile, SyncKind, WriteMode};

use crate::fault::{Outcome, input_output_error};
use crate::recording::{Recorder, SyncEvents};

/// A storage whose events are recorded. It changes nothing.
#[derive(Clone, Debug)]
pub(crate) struct RecordedStorage {
    storage: Arc<dyn Storage>,
    recorder: Recorder,
    /// Where its names lie below the recorded directory; empty if there.
    directory: Arc<str>,
}

impl RecordedStorage {
    /// Records what is done to `storage`, which holds what the recorder's disk does.
    #[must_use]
    pub(crate) fn new(storage: Arc<dyn Storage>, recorder: Recorder) -> Self {
        Self { storage, recorder, directory: "".into() }
    }

    /// The same in a directory below the recorded one.
    #[must_use]
    pub(crate) fn below(self, directory: &str) -> Self {
        Self { directory: directory.into(), ..self }
    }

    fn name(&self, name: &str) -> String {
        name_below(&self.directory, name)
    }

    fn file(
        &self,
        file: Box<dyn StorageFile>,
        inode: InodeId,
        mode: OpenMode,
    ) -> Box<dyn StorageFile> {
        Box::new(RecordedFile { file, inode, mode, recorder: self.recorder.clone() })
    }
}

impl Storage for RecordedStorage {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        let create = || self.storage.create(name);
        self.recorder.run(create, |notes, file| {
            self.file(file, notes.created(&self.name(name)), OpenMode::Plain)
        })
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        let open = || self.storage.open(name, mode);
        self.recorder.run(open, |notes, file| self.file(file, notes.opened(&self.name(name)), mode))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let rename = || self.storage.rename(from, to);
        self.recorder.run(rename, |notes, ()| notes.renamed(&self.name(from), &self.name(to)))
    }

    fn unlink(&self, name: &str) -> io::Result<()> {
        let unlink = || self.storage.unlink(name);
        self.recorder.run(unlink, |notes, ()| notes.unlinked(&self.name(name)))
    }

    fn sync_dir(&self) -> io::Result<()> {
        let events = SyncEvents::of_directory(&self.directory);
        self.recorder.sync(events, || self.storage.sync_dir(), input_output_error())
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.storage.list()
    }

    fn sync_dir_failed(&self) {
        self.storage.sync_dir_failed();
    }
}

/// A file's name as it is recorded.
pub(crate) fn name_below(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

#[derive(Debug)]
struct RecordedFile {
    file: Box<dyn StorageFile>,
    inode: InodeId,
    mode: OpenMode,
    recorder: Recorder,
}

impl RecordedFile {
    /// Syncs so, and notes it, unless that is to go wrong.
    fn synced(&self, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        self.recorder.sync(SyncEvents::of_file(self.inode), sync, input_output_error())
    }
}

impl StorageFile for RecordedFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64, mode: WriteMode) -> io::Result<()> {
        let inode = self.inode;
        if self.recorder.try_write() != Outcome::Done {
            return Err(input_output_error());
        }
        // The call returns once the write is durable. A cut while it runs may take any of it, so the sync is an event
        // of its own.
        let event = Event::Write { inode, offset: offset as usize, bytes: bytes.into() };
        self.recorder
            .run(|| self.file.write_at(bytes, offset, mode), |notes, ()| notes.event(event))?;
        match mode == WriteMode::Synced || self.mode == OpenMode::DataSync {
            true => self.synced(|| Ok(())),
            false => Ok(()),
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let event = Event::SetLen { inode: self.inode, length: length as usize };
        self.recorder.run(|| self.file.set_len(length), |notes, ()| notes.event(event))
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        let inode = self.inode;
        let grows = length > self.file.length()?;
        self.recorder.run(
            || self.file.allocate(length),
            |notes, ()| {
                if grows {
                    notes.event(Event::SetLen { inode, length: length as usize });
                }
            },
        )
    }

    fn sync(&self, kind: SyncKind) -> io::Result<()> {
        self.synced(|| self.file.sync(kind))
    }

    fn sync_failed(&self) {
        self.file.sync_failed();
    }

    fn synced_write_failed(&self, bytes: &[u8], offset: u64) {
        self.file.synced_write_failed(bytes, offset);
    }
}
