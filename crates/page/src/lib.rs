//! One self-contained HTML page for runs: the answer first, then one chart for each question, then everything behind it.
//!
//! What a run says is computed by the `report` crate; here it is laid out. Charts are inline SVG in two widths, and
//! the style sheet and the script stand in the page, which asks for nothing from anywhere. All text goes through `maud`,
//! which escapes it: a record may hold any.

mod answers;
mod chart;
mod charts;
mod copied;
mod document;
mod durability;
mod error;
mod kept;
mod links;
mod machine;
mod run;
mod runs;
mod section;
mod settings;
mod subject;
mod table;

use std::path::{Path, PathBuf};

pub use error::PageError;
pub use kept::{kept_charts, write_charts};

use links::Beside;
use run::Run;

/// The page of these runs. The one that began last is told whole, the others beside it.
///
/// # Errors
/// [`PageError::Report`] naming the first file that cannot be read, [`PageError::NothingMeasured`] without a case.
pub fn page(runs: &[PathBuf]) -> Result<String, PageError> {
    page_in(runs, None)
}

/// The page; where its folder is known, with links to what lies beside the run that is told whole.
fn page_in(runs: &[PathBuf], folder: Option<&Path>) -> Result<String, PageError> {
    let mut read: Vec<Run> =
        runs.iter().map(|folder| Run::read(folder)).collect::<Result<_, _>>()?;
    read.sort_by_key(|run| std::cmp::Reverse(run.first().map(|record| record.started_utc)));
    match read.split_first() {
        Some((latest, others)) if latest.first().is_some() => {
            let beside = folder.and_then(|folder| Beside::of(&latest.folder, folder));
            Ok(document::document(latest, others, beside.as_ref()).into_string())
        }
        _ => Err(PageError::NothingMeasured { runs: runs.to_vec() }),
    }
}

/// Writes the page of these runs; a reader sees the old file or the new one.
///
/// # Errors
/// As [`page`], and [`PageError::Report`] when the file cannot be written.
pub fn write_page(runs: &[PathBuf], out: &Path) -> Result<(), PageError> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let page = page_in(runs, Some(folder.unwrap_or(Path::new("."))))?;
    report::replace_file(out, &page).map_err(report::ReportError::from)?;
    Ok(())
}

/// Writes a run's page into its own folder, and tells where it lies; `None` where nothing was measured.
///
/// # Errors
/// As [`write_page`].
pub fn write_index(run: &Path) -> Result<Option<PathBuf>, PageError> {
    let index = report::index_file(run);
    match write_page(&[run.to_owned()], &index) {
        Ok(()) => Ok(Some(index)),
        Err(PageError::NothingMeasured { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
