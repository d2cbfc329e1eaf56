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

/// Criterion's pages, as far as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriterionPages {
    directory: PathBuf,
    /// What stands before a page's place in a link from the run's directory.
    link: String,
}

/// Where a user has Criterion write (criterion 0.8.2, `default_output_directory`).
fn criterion_home() -> Option<PathBuf> {
    std::env::var_os("CRITERION_HOME").map(PathBuf::from)
}

/// Where Criterion writes: `CRITERION_HOME`, else under cargo's target directory.
#[must_use]
pub fn criterion_directory(target: &Path) -> PathBuf {
    criterion_home().unwrap_or_else(|| target.join("criterion"))
}

impl CriterionPages {
    /// The pages of the Criterion that writes beside the directory of all runs.
    #[must_use]
    pub fn beside(run: &Path) -> Option<Self> {
        if let Some(directory) = criterion_home() {
            let link = directory.display().to_string();
            return Some(Self { directory, link });
        }
        // A run is `<target>/durabench/runs/<run>`.
        let target = run.ancestors().nth(3)?;
        Some(Self { directory: criterion_directory(target), link: "../../../criterion".into() })
    }

    /// The page about a question; where it is split into several groups, which have a page each, the page with all of
    /// them. `None` where neither was written.
    #[must_use]
    pub fn page(&self, question: &str) -> Option<PathBuf> {
        self.place(question).map(|place| self.directory.join(place))
    }

    /// A link to the same page from the run's directory.
    #[must_use]
    pub fn link(&self, question: &str) -> Option<String> {
        Some(format!("{}/{}", self.link, self.place(question)?.display()))
    }

    fn place(&self, question: &str) -> Option<PathBuf> {
        let overview = Path::new("report").join("index.html");
        let places = [Path::new(question).join(&overview), overview];
        places.into_iter().find(|place| self.directory.join(place).is_file())
    }
}

/// The path as seen from the working directory, where it lies below that: shorter, and as good to open.
pub(crate) fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| path.to_owned()).display().to_string()
}
