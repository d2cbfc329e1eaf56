//! Charts as files beside a kept run, for the project's front page.

use std::path::Path;

use report::documents::KeptChart;

use crate::chart::{DARK, LIGHT};
use crate::charts;
use crate::error::PageError;
use crate::run::Run;

/// The questions whose first charts are kept.
const QUESTIONS: [&str; 2] = ["log_vs_sqlite", "durability_price"];

/// A chart, with the text of its two files.
pub struct ChartFiles {
    /// What the documents show of it.
    pub chart: KeptChart,
    /// SVG for a light page and for a dark one, in the order of [`KeptChart::files`].
    pub texts: [String; 2],
}

/// The charts of a run that are kept beside it; without those of questions that it does not have.
///
/// # Errors
/// [`PageError::Report`] naming the first file that cannot be read, [`PageError::Chart`] where one cannot be drawn.
pub fn kept_charts(run: &Path) -> Result<Vec<ChartFiles>, PageError> {
    let run = Run::read(run)?;
    let subjects = run.subjects();
    let mut kept = Vec::new();
    for question in QUESTIONS {
        let subject = subjects.iter().find(|subject| subject.key() == question);
        let Some(figure) = subject.and_then(|subject| charts::first(*subject)) else { continue };
        let (light, dark) = (figure.standalone(LIGHT)?, figure.standalone(DARK)?);
        let (Some(light), Some(dark)) = (light, dark) else { continue };
        let text = format!("{} {}", figure.title, figure.text);
        let chart = KeptChart { name: question.to_owned(), text };
        kept.push(ChartFiles { chart, texts: [light, dark] });
    }
    Ok(kept)
}

/// Writes them into the run's folder, and tells which there are.
///
/// # Errors
/// As [`kept_charts`], and [`PageError::Report`] when a file cannot be written.
pub fn write_charts(run: &Path) -> Result<Vec<KeptChart>, PageError> {
    let mut written = Vec::new();
    for ChartFiles { chart, texts } in kept_charts(run)? {
        for (file, text) in chart.files().iter().zip(&texts) {
            report::replace_file(&run.join(file), text).map_err(report::ReportError::from)?;
        }
        written.push(chart);
    }
    Ok(written)
}
