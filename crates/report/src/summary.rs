//! The summary of a run: one Markdown file over all of its questions, and one line of CSV for each case.

mod builds;
mod environment;
mod heading;
mod section;

use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::error::ReportError;
use crate::evidence::Evidence;
pub use crate::locations::CriterionPages;
use crate::locations::{RESULTS_FILE, SUMMARY_FILE};
use crate::model::QuestionModel;
use crate::results_csv::results_csv;

/// Where the summary and the table of all cases were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryFiles {
    /// The summary, Markdown.
    pub summary: PathBuf,
    /// Every case as a line, CSV.
    pub results: PathBuf,
}

/// Rewrites `summary.md` and `results.csv` in the run's directory from everything that the run has stored so
/// far. Each process of a run calls it; a reader sees the old file or the new one.
///
/// # Errors
/// [`ReportError::Run`] when a record cannot be read, [`ReportError::Write`] when a file cannot be written.
pub fn write_summary(run: &Path) -> Result<SummaryFiles, ReportError> {
    let evidence = Evidence::read(run)?;
    let files = SummaryFiles { summary: run.join(SUMMARY_FILE), results: run.join(RESULTS_FILE) };
    atomic_file::replace(&files.results, &results_csv(&evidence)?)?;
    let pages = CriterionPages::beside(run);
    atomic_file::replace(&files.summary, &markdown(&evidence, pages.as_ref()))?;
    Ok(files)
}

/// The summary's text, with links to those of Criterion's pages that were written.
#[must_use]
pub fn markdown(run: &[Evidence], pages: Option<&CriterionPages>) -> String {
    let records: Vec<_> = run.iter().flat_map(|evidence| &evidence.records).collect();
    let models: Vec<QuestionModel> = run.iter().map(QuestionModel::of).collect();
    let sections = models.iter().map(|model| section::section(model, pages));
    let sections = sections.collect::<Vec<_>>().join("\n");
    [
        heading::heading(&records),
        environment::environment(&records),
        heading::floors(&records, &models),
        heading::warnings(&records, &models),
        heading::contents(&models),
        sections,
        builds::builds(&records),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("\n")
}
