//! Which directories are recorded.

use std::collections::BTreeMap;
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::recording::Recorder;
use crate::storage::name_below;

/// The directories whose files are recorded.
static RECORDED: Mutex<BTreeMap<PathBuf, (Recorder, Arc<str>)>> = Mutex::new(BTreeMap::new());

fn recorded() -> MutexGuard<'static, BTreeMap<PathBuf, (Recorder, Arc<str>)>> {
    RECORDED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While this lives, what connections do in the directory is recorded.
#[derive(Debug)]
#[must_use = "dropping it ends the recording"]
pub struct RecordedDirectory {
    path: PathBuf,
}

impl RecordedDirectory {
    pub(super) fn new(path: &Path, recorder: Recorder, directory: &str) -> Self {
        recorded().insert(path.to_owned(), (recorder, directory.into()));
        Self { path: path.to_owned() }
    }
}

impl Drop for RecordedDirectory {
    fn drop(&mut self) {
        recorded().remove(&self.path);
    }
}

/// A file that is recorded.
pub(super) struct RecordedName {
    pub(super) recorder: Recorder,
    /// The directory that its name is in, as it is recorded.
    pub(super) directory: Arc<str>,
    /// Its name there, with the directory.
    pub(super) name: String,
}

/// Who records the file of this path, and what it is called there.
pub(super) fn recorded_name(path: &CStr) -> Option<RecordedName> {
    let path = Path::new(OsStr::from_bytes(path.to_bytes()));
    let (recorder, directory) = recorded().get(path.parent()?)?.clone();
    let name = path.file_name()?.to_str()?;
    let is_kept = !name.ends_with("-shm");
    is_kept.then(|| RecordedName { recorder, name: name_below(&directory, name), directory })
}
