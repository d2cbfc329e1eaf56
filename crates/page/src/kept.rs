//! Charts as files beside a kept run, for the project's front page.

use std::path::Path;

use report::documents::KeptChart;

use crate::chart::{DARK, LIGHT};
use crate::charts;
use crate::error::PageError;
use crate::run::Run;

/// The questions whose first charts are kept.
const QUESTIONS: [&str; 2] = ["log_vs_sqlite", "durability_price"];

/// The charts of a run that are kept beside it; without those of questions that it does not have.
///
/// # Errors
/// [`PageError::Report`] naming the first file that cannot be read.
pub fn kept_charts(run: &Path) -> Result<Vec<KeptChart>, PageError> {
    let run = Run::read(run)?;
    let subjects = run.subjects();
    let mut kept = Vec::new();
    for question in QUESTIONS {
        let subject = subjects.iter().find(|subject| subject.key() == question);
        let Some(figure) = subject.and_then(|subject| charts::first(*subject)) else { continue };
        let drawn = figure.standalone(LIGHT).zip(figure.standalone(DARK));
        let Some((light, dark)) = drawn else { continue };
        let file = |theme: &str| format!("{question}-{theme}.svg");
        let files = [(file("light"), light), (file("dark"), dark)];
        kept.push(KeptChart { text: format!("{} {}", figure.title, figure.text), files });
    }
    Ok(kept)
}

/// Writes them into the run's folder, and tells which there are.
///
/// # Errors
/// As [`kept_charts`], and [`PageError::Report`] when a file cannot be written.
pub fn write_charts(run: &Path) -> Result<Vec<KeptChart>, PageError> {
    let charts = kept_charts(run)?;
    for (file, svg) in charts.iter().flat_map(|chart| &chart.files) {
        report::replace_file(&run.join(file), svg).map_err(report::ReportError::from)?;
    }
    Ok(charts)
}
