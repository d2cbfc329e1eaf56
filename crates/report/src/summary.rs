//! The summary of a run, with a page for each question, one for the `SQLite` builds, and one line of CSV and of JSON for
//! each case.

mod builds;
mod heading;
mod page;
mod section;

use std::path::{Path, PathBuf};

use measure::record::RunRecord;

use crate::atomic_file;
use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::judged::{self, Judged};
use crate::judgement::Findings;
use crate::listing::rows_that_fit;
use crate::locations::{
    BUILDS_FILE, FINDINGS_FILE, RESULTS_FILE, RESULTS_LINES_FILE, SUMMARY_FILE, criterion_page,
    page_file,
};
use crate::model::QuestionModel;
use crate::power_cut::CasePowerCut;
use crate::tables;
pub use page::once_more;

/// The summary has so many lines at most, however many questions a run has.
const LINES_MAX: usize = 400;

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

/// Rewrites `summary.md`, a page for each question, `results.csv`, `results.jsonl` and, where a question declares
/// contrasts, `findings.json` in the run's directory from everything that the run has stored so far. Each process of a run calls
/// it; a reader sees the old file or the new one.
///
/// # Errors
/// [`ReportError::Run`] when a record cannot be read, [`ReportError::Write`] when a file cannot be written.
pub fn write_summary(run: &Path) -> Result<SummaryFiles, ReportError> {
    write(run, &Evidence::read(run)?, |question| Some(criterion_page(run, question)?.1))
}

/// The same of evidence that was read before, perhaps elsewhere, with links to Criterion's pages.
pub(crate) fn write(
    folder: &Path,
    run: &[Evidence],
    criterion: impl Fn(&str) -> Option<String>,
) -> Result<SummaryFiles, ReportError> {
    let summary = folder.join(SUMMARY_FILE);
    let results = folder.join(RESULTS_FILE);
    let cases = tables::results(run);
    atomic_file::replace(&results, &cases.csv())?;
    atomic_file::replace(&folder.join(RESULTS_LINES_FILE), &cases.json_lines())?;
    let judged: Vec<Judged> =
        run.iter().filter(|evidence| judged::is_judged(evidence)).map(judged::judge).collect();
    let findings = (!judged.is_empty()).then(|| folder.join(FINDINGS_FILE));
    if let Some(path) = &findings {
        let power_cuts = CasePowerCut::of_run(run);
        Findings { power_cuts, ..judged::findings(&judged) }.write(path)?;
    }
    let models: Vec<QuestionModel<'_>> = run.iter().map(QuestionModel::of).collect();
    for model in &models {
        let page = page::page(model, criterion(&model.evidence.name).as_deref());
        atomic_file::replace(&folder.join(page_file(&model.evidence.name)), &page)?;
    }
    let records = records(run);
    let builds = builds::builds(&records);
    if !builds.is_empty() {
        atomic_file::replace(&folder.join(BUILDS_FILE), &builds)?;
    }
    atomic_file::replace(&summary, &of_models(run, &models))?;
    Ok(SummaryFiles { summary, results, findings })
}

/// The summary's text.
#[must_use]
pub fn markdown(run: &[Evidence]) -> String {
    let models: Vec<QuestionModel<'_>> = run.iter().map(QuestionModel::of).collect();
    of_models(run, &models)
}

fn records(run: &[Evidence]) -> Vec<&RunRecord> {
    run.iter().flat_map(|evidence| &evidence.records).collect()
}

fn of_models(run: &[Evidence], models: &[QuestionModel<'_>]) -> String {
    rows_that_fit(LINES_MAX, |rows_max| with_rows(run, models, rows_max))
}

fn with_rows(run: &[Evidence], models: &[QuestionModel<'_>], rows_max: usize) -> String {
    let records = records(run);
    let sections = models.iter().map(|model| section::section(model, rows_max));
    let before = [
        heading::heading(&records),
        heading::environment(&records),
        heading::floors(&records, models, rows_max),
        heading::warnings(&records, models),
        section::legend(models),
    ];
    let behind = [section::claims(run), builds::link(&records)];
    let parts = before.into_iter().chain(sections).chain(behind);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}
