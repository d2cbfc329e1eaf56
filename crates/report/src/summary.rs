//! The summary of a run: one Markdown file over all of its questions, and one line of CSV for each case.

mod builds;
mod claims;
mod environment;
mod heading;
mod section;

use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::judged::{self, Judged};
pub use crate::locations::CriterionPages;
use crate::locations::{FINDINGS_FILE, RESULTS_FILE, SUMMARY_FILE};
use crate::model::QuestionModel;
use crate::results_csv::results_csv;

/// Where the summary and the table of all cases were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryFiles {
    /// The summary, Markdown.
    pub summary: PathBuf,
    /// Every case as a line, CSV.
    pub results: PathBuf,
    /// Every contrast, judged; `None` where no question of the run declares one.
    pub findings: Option<PathBuf>,
}

/// Rewrites `summary.md`, `results.csv` and, where a question declares contrasts, `findings.json` in the run's directory from everything that the run has stored so
/// far. Each process of a run calls it; a reader sees the old file or the new one.
///
/// # Errors
/// [`ReportError::Run`] when a record cannot be read, [`ReportError::Write`] when a file cannot be written.
pub fn write_summary(run: &Path) -> Result<SummaryFiles, ReportError> {
    let pages = CriterionPages::beside(run);
    write(run, &Evidence::read(run)?, pages.as_ref())
}

/// The same of evidence that was read before, perhaps elsewhere.
pub(crate) fn write(
    folder: &Path,
    run: &[Evidence],
    pages: Option<&CriterionPages>,
) -> Result<SummaryFiles, ReportError> {
    let summary = folder.join(SUMMARY_FILE);
    let results = folder.join(RESULTS_FILE);
    atomic_file::replace(&results, &results_csv(run)?)?;
    let judged: Vec<Judged> =
        run.iter().filter(|evidence| judged::is_judged(evidence)).map(judged::judge).collect();
    let findings = (!judged.is_empty()).then(|| folder.join(FINDINGS_FILE));
    if let Some(path) = &findings {
        judged::findings(&judged)?.write(path)?;
    }
    atomic_file::replace(&summary, &markdown(run, pages))?;
    Ok(SummaryFiles { summary, results, findings })
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
        claims::claims(run),
        builds::builds(&records),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("\n")
}
