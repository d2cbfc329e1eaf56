//! Directories whose names survive a power cut.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Result, WriteError};
use crate::files::{FileChange, tell};

/// Makes a directory, and those above it, if need be. Its name is made durable in any case: who made it
/// before may have died before that.
pub(crate) fn create(directory: &Path) -> Result<()> {
    let made = missing(directory);
    fs::create_dir_all(directory).map_err(WriteError::io("creating", directory))?;
    for directory in made.iter().map(PathBuf::as_path).chain([directory]) {
        sync_parent(directory)?;
    }
    Ok(())
}

/// Makes durable which names a directory has.
pub(crate) fn sync(directory: &Path) -> Result<()> {
    #[cfg(test)]
    recorded::note(directory);
    let synced = File::open(directory).and_then(|handle| handle.sync_all());
    synced.map_err(WriteError::io("syncing", directory))?;
    tell(directory, FileChange::DirectorySynced);
    Ok(())
}

/// Makes the name of a directory or file durable.
pub(crate) fn sync_parent(of: &Path) -> Result<()> {
    sync(&parent(of))
}

/// The directory that has a name: of a name alone it is the working directory.
fn parent(of: &Path) -> PathBuf {
    match of.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        Some(_) => PathBuf::from("."),
        None => of.join(".."),
    }
}

/// The directories above one that do not exist, the uppermost first.
fn missing(directory: &Path) -> Vec<PathBuf> {
    let mut missing: Vec<PathBuf> = directory
        .ancestors()
        .skip(1)
        .take_while(|above| !above.as_os_str().is_empty() && !above.exists())
        .map(Path::to_path_buf)
        .collect();
    missing.reverse();
    missing
}

/// The order in which this crate's own code has synced, for tests.
#[cfg(test)]
pub(crate) mod recorded {
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, PoisonError};

    static SYNCED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

    /// Notes that something is synced, or done whose order with syncs is asked for.
    pub(crate) fn note(path: &Path) {
        SYNCED.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_path_buf());
    }

    /// What was noted below a directory, itself included, since this was last asked; relative to it.
    pub(crate) fn take_below(directory: &Path) -> Vec<String> {
        let mut synced = SYNCED.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = synced.extract_if(.., |path| path.starts_with(directory));
        let relative = |path: PathBuf| {
            path.strip_prefix(directory).map(|path| path.display().to_string()).unwrap_or_default()
        };
        taken.map(relative).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directory_that_is_made_has_its_name_synced() {
        let scratch = tempfile::tempdir().expect("a scratch");
        let lowest = scratch.path().join("a/b/c");
        create(&lowest).expect("made");
        assert!(lowest.is_dir());
        assert_eq!(recorded::take_below(scratch.path()), ["", "a", "a/b"]);
        // Who made it may not have lived to sync it.
        create(&lowest).expect("there");
        assert_eq!(recorded::take_below(scratch.path()), ["a/b"]);
    }

    #[test]
    fn a_directory_below_a_file_is_refused_with_its_name() {
        let scratch = tempfile::tempdir().expect("a scratch");
        let file = scratch.path().join("file");
        fs::write(&file, "").expect("written");
        let refused = create(&file.join("below")).expect_err("no directory").to_string();
        assert!(refused.starts_with("creating ") && refused.contains("file/below"), "{refused}");
    }
}
