//! Where a run's files lie.

use std::path::{Path, PathBuf};

/// The table of all cases, in the run's directory.
pub(crate) const RESULTS_FILE: &str = "results.csv";

/// The summary, in the run's directory.
pub(crate) const SUMMARY_FILE: &str = "summary.md";

/// Criterion's page about a question, in Criterion's directory.
pub(crate) fn criterion_page(question: &str) -> PathBuf {
    Path::new(question).join("report").join("index.html")
}

/// Where Criterion writes: `CRITERION_HOME`, else beside the directory of all runs, under cargo's target
/// directory (criterion 0.8.2, `cargo_target_directory`).
pub(crate) fn criterion_directory(run: &Path) -> Option<PathBuf> {
    if let Some(home) = std::env::var_os("CRITERION_HOME") {
        return Some(home.into());
    }
    // A run is `<target>/durabench/runs/<run>`.
    run.ancestors().nth(3).map(|target| target.join("criterion"))
}

/// The path as seen from the working directory, where it lies below that: shorter, and as good to open.
pub(crate) fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| path.to_owned()).display().to_string()
}
