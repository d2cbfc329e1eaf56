//! What write paths do to files of their own, recorded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use disk_model::Event;
use native_log::storage::Storage;
use sqlite_builds::ActiveBuild;
use write_path::{FileChange, FileObserver, Observation, observe};

use crate::error::Error;
use crate::recording::Recorder;
use crate::storage::RecordedStorage;
use crate::vfs::{RecordedDirectory, record};

/// Has everything recorded that is done below a directory, as long as the answer lives: logs and files of write paths,
/// and the databases in it and in these of its directories, which are named relative to it.
///
/// # Errors
/// As [`record`].
pub(crate) fn recorded_below(
    build: &ActiveBuild,
    directory: &Path,
    databases: Vec<String>,
    recorder: &Recorder,
) -> Result<RecordedBelow, Error> {
    let files = Arc::new(RecordedFiles { root: directory.to_owned(), recorder: recorder.clone() });
    let databases = std::iter::once(String::new()).chain(databases);
    let of_database = |name: String| record(build, &directory.join(&name), &name, recorder.clone());
    Ok(RecordedBelow {
        _databases: databases.map(of_database).collect::<Result<_, Error>>()?,
        _files: observe(directory, files),
    })
}

/// While this lives, what is done below a directory is recorded.
#[derive(Debug)]
#[must_use = "dropping it ends the recording"]
pub(crate) struct RecordedBelow {
    _databases: Vec<RecordedDirectory>,
    _files: Observation,
}

/// Records what is done below a directory.
#[derive(Debug)]
struct RecordedFiles {
    root: PathBuf,
    recorder: Recorder,
}

impl RecordedFiles {
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
        self.recorder.note(|notes| match done {
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
    }
}
