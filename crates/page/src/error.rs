//! What can go wrong with the page.

use std::path::PathBuf;

use report::ReportError;

/// The page could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A run could not be read, or the page not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// No run holds a measured case.
    #[error(
        "{}: expected at least one measured case, got none; name the folder of a run, as target/durabench/latest",
        in_words(.runs)
    )]
    NothingMeasured {
        /// The runs' folders.
        runs: Vec<PathBuf>,
    },
}

fn in_words(runs: &[PathBuf]) -> String {
    let runs: Vec<String> = runs.iter().map(|run| run.display().to_string()).collect();
    runs.join(", ")
}
