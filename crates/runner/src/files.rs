//! Copies of stores.

use std::fs::{self, File};
use std::path::Path;

use crate::error::RunnerError;

/// Copies what is in a directory into another one, and syncs the copies, so that no write of theirs falls into a timing.
///
/// # Errors
/// [`WriteError::Io`](write_path::WriteError::Io).
pub fn copy_files(from: &Path, to: &Path) -> Result<(), RunnerError> {
    let failed = RunnerError::io("copying files of", from);
    for entry in fs::read_dir(from).map_err(&failed)? {
        let entry = entry.map_err(&failed)?;
        let copy = to.join(entry.file_name());
        if entry.file_type().map_err(&failed)?.is_dir() {
            fs::create_dir(&copy).map_err(&failed)?;
            copy_files(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), &copy).map_err(&failed)?;
            File::open(&copy).and_then(|file| file.sync_all()).map_err(&failed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn shards_are_copied_too() {
        let (from, to) = (TempDir::new().expect("a place"), TempDir::new().expect("a place"));
        fs::create_dir(from.path().join("shard-1")).expect("made");
        fs::write(from.path().join("shard-1/sqlite.db"), "votes").expect("written");
        fs::write(from.path().join("log"), "packets").expect("written");
        copy_files(from.path(), to.path()).expect("copied");
        let read = |name| fs::read_to_string(to.path().join(name)).expect("there");
        assert_eq!(
            (read("shard-1/sqlite.db").as_str(), read("log").as_str()),
            ("votes", "packets")
        );
    }
}
