//! Files that are replaced whole: a reader sees the old text or the new one.

use std::path::Path;

use crate::error::ReportError;

/// Puts a file of `text` in the place of what is there.
///
/// # Errors
/// [`ReportError::Write`] naming the file that could not be written.
pub fn replace(path: &Path, text: &str) -> Result<(), ReportError> {
    measure::atomic_file::replace(path, text.as_bytes()).map_err(ReportError::writing(path))
}
