//! What write paths do to files of their own, recorded.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use disk_model::Event;
use native_log::storage::Storage;
use write_path::{FileChange, FileObserver};

use crate::recording::Recorder;
use crate::storage::RecordedStorage;

/// Records what is done below a directory.
#[derive(Debug)]
pub(crate) struct RecordedFiles {
    root: PathBuf,
    recorder: Recorder,
}

impl RecordedFiles {
    pub(crate) fn below(root: &Path, recorder: Recorder) -> Self {
        Self { root: root.to_owned(), recorder }
    }

    /// The name that a file or directory is recorded with.
    fn name<'path>(&self, path: &'path Path) -> Option<&'path str> {
        path.strip_prefix(&self.root).ok()?.to_str()
    }
}

impl FileObserver for RecordedFiles {
    fn storage(&self, directory: &Path, files: Arc<dyn Storage>) -> Arc<dyn Storage> {
        let directory = self.name(directory).unwrap_or_default();
        Arc::new(RecordedStorage::new(files, self.recorder.clone()).below(directory))
    }

    fn saw(&self, path: &Path, done: FileChange<'_>) {
        let Some(name) = self.name(path) else { return };
        let nothing = || Ok::<(), Infallible>(());
        let noted = self.recorder.run(nothing, |notes, ()| match done {
            FileChange::Opened => drop(notes.opened(name)),
            FileChange::Written { offset, bytes } => {
                let inode = notes.opened(name);
                notes.event(Event::Write { inode, offset: offset as usize, bytes: bytes.into() });
            }
            FileChange::Synced => {
                let inode = notes.opened(name);
                notes.event(Event::Sync { inode });
            }
            FileChange::Removed => notes.unlinked(name),
            FileChange::DirectorySynced => {
                notes.event(Event::SyncDirectory { directory: name.into() });
            }
        });
        match noted {
            Ok(()) => {}
            Err(never) => match never {},
        }
    }
}
