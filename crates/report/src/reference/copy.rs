//! The records of a run, copied as they are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::atomic_file::WriteError;
use crate::error::ReportError;

/// Copies a run's records into a folder that was made for them. Readers of a run pass over hidden names, and
/// so does this.
pub(super) fn records(from: &Path, to: &Path) -> Result<(), ReportError> {
    for entry in fs::read_dir(from).map_err(reading(from))? {
        let path: PathBuf = entry.map_err(reading(from))?.path();
        let Some(name) = path.file_name() else { continue };
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let target = to.join(name);
        // Of the entry itself: a link could lead out of the run, or round in a circle.
        let metadata = fs::symlink_metadata(&path).map_err(reading(&path))?;
        if metadata.is_symlink() {
            return Err(ReportError::NotPlain { path, found: "a link" });
        }
        if metadata.is_dir() {
            fs::create_dir(&target).map_err(WriteError::of(&target))?;
            records(&path, &target)?;
        } else if is_record(&path) {
            if !metadata.is_file() {
                return Err(ReportError::NotPlain { path, found: "something else" });
            }
            fs::copy(&path, &target).map_err(WriteError::of(&target))?;
        }
    }
    Ok(())
}

/// Records, and the tables that commands around a bench write.
fn is_record(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json" || extension == "csv")
}

fn reading(path: &Path) -> impl FnOnce(io::Error) -> ReportError + use<> {
    let path = path.to_owned();
    move |source| ReportError::Read { path, source }
}
