//! Files that are replaced whole: a reader sees the old text or the new one.

use std::path::Path;

use crate::error::ReportError;

/// Writes `text` beside `path` under a hidden name, then renames it. Readers of a run pass over hidden names.
///
/// # Errors
/// [`ReportError::Write`] naming the file that could not be written.
pub fn replace(path: &Path, text: &str) -> Result<(), ReportError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".new-{name}-{}", std::process::id()));
    std::fs::write(&unfinished, text).and_then(|()| std::fs::rename(&unfinished, path)).map_err(
        |source| {
            // The first error is the one to tell; a file left behind would only be untidy.
            let _ = std::fs::remove_file(&unfinished);
            ReportError::Write { path: path.to_owned(), source }
        },
    )
}
