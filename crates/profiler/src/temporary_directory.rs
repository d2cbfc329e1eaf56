//! Whether samples can be kept while a profile is taken.

use std::env;

use crate::ProfilerError;

/// Makes a file where pprof keeps its samples, in the directory that `TMPDIR` names, and removes it
/// again. pprof itself tells only that something failed.
///
/// # Errors
///
/// [`ProfilerError::TemporaryDirectory`] names the directory.
pub fn check_temporary_directory() -> Result<(), ProfilerError> {
    let directory = env::temp_dir();
    match tempfile::NamedTempFile::new_in(&directory) {
        Ok(_removed_here) => Ok(()),
        Err(source) => Err(ProfilerError::TemporaryDirectory { path: directory, source }),
    }
}
