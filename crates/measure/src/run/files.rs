//! The files of a run: how they are named, listed and read.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::RunError;
use crate::record::SCHEMA_VERSION;

/// The file of a question, in the directory of its records.
pub(super) const QUESTION_FILE: &str = "question.json";

/// Reads a file of this schema: the version first, since another one's fields would only confuse.
pub(super) fn read_versioned<T: DeserializeOwned>(
    file: &Path,
    expected: &'static str,
) -> Result<T, RunError> {
    /// The part of a record that every version has.
    #[derive(Deserialize)]
    struct Versioned {
        schema_version: u32,
    }
    // A pipe of that name would keep the reader waiting for ever.
    let metadata =
        std::fs::metadata(file).map_err(RunError::file(file, "looking at a record of a run"))?;
    if !metadata.is_file() {
        return Err(RunError::NoFile { path: file.to_owned() });
    }
    let text =
        std::fs::read_to_string(file).map_err(RunError::file(file, "reading a record of a run"))?;
    let Versioned { schema_version } =
        serde_json::from_str(&text).map_err(RunError::json(file, expected))?;
    if schema_version != SCHEMA_VERSION {
        let (path, expected, found) = (file.to_owned(), SCHEMA_VERSION, schema_version);
        return Err(RunError::SchemaVersion { path, expected, found });
    }
    serde_json::from_str(&text).map_err(RunError::json(file, expected))
}

/// The entries of a directory in the order of their names, without those that begin with a dot:
/// files that a process is still writing, or left behind when it was killed.
pub(super) fn visible_entries(directory: &Path) -> Result<Vec<PathBuf>, RunError> {
    let action = "listing a run's records";
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(RunError::file(directory, action))? {
        let entry = entry.map_err(RunError::file(directory, action))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}
