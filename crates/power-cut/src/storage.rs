//! The native log's storage, recorded.

use std::io;
use std::sync::Arc;

use disk_model::{Event, InodeId};
use native_log::storage::{DirectoryChange, FileChange, OpenMode, Storage, StorageFile};

use crate::fault::{Outcome, input_output_error};
use crate::recording::Recorder;

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

    fn list(&self) -> io::Result<Vec<String>> {
        self.storage.list()
    }

    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()> {
        let act = || self.storage.change(change);
        match change {
            DirectoryChange::Rename { from, to } => {
                self.recorder.run(act, |notes, ()| notes.renamed(&self.name(from), &self.name(to)))
            }
            DirectoryChange::Unlink(name) => {
                self.recorder.run(act, |notes, ()| notes.unlinked(&self.name(name)))
            }
            DirectoryChange::Sync => {
                let synced = Event::SyncDirectory { directory: Arc::clone(&self.directory) };
                self.recorder.sync(synced, act, input_output_error())
            }
        }
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
    fn synced(&self, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        self.recorder.sync(Event::Sync { inode: self.inode }, sync, input_output_error())
    }
}

impl StorageFile for RecordedFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn change(&self, change: FileChange<'_>) -> io::Result<()> {
        let inode = self.inode;
        let act = || self.file.change(change);
        let event = match change {
            FileChange::Sync(_) => return self.synced(act),
            FileChange::Write { bytes, offset, .. } => {
                if self.recorder.try_write() != Outcome::Done {
                    return Err(input_output_error());
                }
                Some(Event::Write { inode, offset: offset as usize, bytes: bytes.into() })
            }
            FileChange::Allocate(length) if length <= self.file.length()? => None,
            FileChange::SetLen(length) | FileChange::Allocate(length) => {
                Some(Event::SetLen { inode, length: length as usize })
            }
        };
        self.recorder.run(act, |notes, ()| event.into_iter().for_each(|it| notes.event(it)))?;
        // A write that returns once it is durable: a cut while it runs may take any of it, so the sync is an event of
        // its own.
        if change.is_synced(self.mode) { self.synced(|| Ok(())) } else { Ok(()) }
    }
}
