//! Which directories are recorded.

use std::collections::BTreeMap;
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::recording::Recorder;

/// The directories whose files are recorded.
static RECORDED: Mutex<BTreeMap<PathBuf, Recorder>> = Mutex::new(BTreeMap::new());

fn recorded() -> MutexGuard<'static, BTreeMap<PathBuf, Recorder>> {
    RECORDED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While this lives, what connections do in the directory is recorded.
#[derive(Debug)]
#[must_use = "dropping it ends the recording"]
pub struct RecordedDirectory {
    path: PathBuf,
}

impl RecordedDirectory {
    pub(super) fn new(path: &Path, recorder: Recorder) -> Self {
        recorded().insert(path.to_owned(), recorder);
        Self { path: path.to_owned() }
    }
}

impl Drop for RecordedDirectory {
    fn drop(&mut self) {
        recorded().remove(&self.path);
    }
}

/// Who records the file of this path, and what it is called there.
pub(super) fn recorder_of(path: &CStr) -> Option<(Recorder, String)> {
    let path = Path::new(OsStr::from_bytes(path.to_bytes()));
    let recorder = recorded().get(path.parent()?)?.clone();
    let name = path.file_name()?.to_str()?;
    (!name.ends_with("-shm")).then(|| (recorder, name.to_owned()))
}
