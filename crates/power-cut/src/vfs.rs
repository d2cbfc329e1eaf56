//! A SQLite VFS over the stock `unix` one that changes nothing and records what is done to some directories.
//!
//! Same sector size, same characteristics, same locks and shared memory: SQLite behaves as without it. Files outside
//! of the recorded directories, and those that no crash keeps (`-shm`, temporary files), are the stock VFS's own.
//! What it cannot see: blocks that `SQLITE_FCNTL_CHUNK_SIZE` makes the stock VFS allocate; nothing here sets it.

#![expect(unsafe_code, reason = "a SQLite VFS is a table of C functions")]

mod directories;
mod files;
mod layer;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sqlite_builds::ActiveBuild;

use crate::error::Error;
use crate::recording::Recorder;

pub use directories::RecordedDirectory;

/// Records what the build's connections do to the files in `path`, until the answer is dropped. The path must be
/// absolute and as SQLite resolves it: without links. Names are recorded with `directory` before them, unless that is
/// empty.
///
/// The VFS becomes the build's default, so that connections need not ask for it; each build has a list of its own.
///
/// # Errors
/// If the build has no `unix` VFS, or takes no other.
pub fn record(
    build: &ActiveBuild,
    path: &Path,
    directory: &str,
    recorder: Recorder,
) -> Result<RecordedDirectory, Error> {
    static REGISTERED: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    let name = build.build().name;
    if !registered.contains(&name) {
        layer::register().map_err(|code| {
            Error::Failed(format!(
                "SQLite build {name}: expected a VFS named `unix` that another can be put over, SQLite answered {code}"
            ))
        })?;
        registered.push(name);
    }
    Ok(RecordedDirectory::new(path, recorder, directory))
}
