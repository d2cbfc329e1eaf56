//! Where a run's files lie.

use std::path::{Path, PathBuf};

/// The table of all cases, in the run's directory.
pub(crate) const RESULTS_FILE: &str = "results.csv";

/// The same table with its types, in the run's directory.
pub(crate) const RESULTS_LINES_FILE: &str = "results.jsonl";

/// Every contrast of the run, judged, in the run's directory.
pub(crate) const FINDINGS_FILE: &str = "findings.json";

/// The `SQLite` builds of a run, in the run's directory.
pub(crate) const BUILDS_FILE: &str = "builds.md";

/// Everything of one question, in the run's directory.
pub(crate) fn page_file(question: &str) -> String {
    format!("{question}.md")
}

/// The page with charts, in the run's directory.
#[must_use]
pub fn index_file(run: &Path) -> PathBuf {
    run.join("index.html")
}

/// The summary, in the run's directory.
pub(crate) const SUMMARY_FILE: &str = "summary.md";

/// Where a user has Criterion write (criterion 0.8.2, `default_output_directory`).
fn criterion_home() -> Option<PathBuf> {
    std::env::var_os("CRITERION_HOME").map(PathBuf::from)
}

/// Where Criterion writes: `CRITERION_HOME`, else under cargo's target directory.
#[must_use]
pub fn criterion_directory(target: &Path) -> PathBuf {
    criterion_home().unwrap_or_else(|| target.join("criterion"))
}

/// Criterion's page about a question, where one was written, and a link to it from the run's directory; where the question is
/// split into several groups, which have a page each, the page with all of them.
pub(crate) fn criterion_page(run: &Path, question: &str) -> Option<(PathBuf, String)> {
    let (directory, link) = match criterion_home() {
        Some(home) => (home.clone(), home.display().to_string()),
        // A run is `<target>/durabench/runs/<run>`.
        None => (criterion_directory(run.ancestors().nth(3)?), "../../../criterion".to_owned()),
    };
    let overview = Path::new("report").join("index.html");
    let places = [Path::new(question).join(&overview), overview];
    let place = places.into_iter().find(|place| directory.join(place).is_file())?;
    Some((directory.join(&place), format!("{link}/{}", place.display())))
}

/// The path as seen from the working directory, where it lies below that: shorter, and as good to open.
pub(crate) fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| path.to_owned()).display().to_string()
}
