//! What is seen of a run while it lasts: a line that changes, and a file with a line for each slice.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use report::ReportError;
use report::table::{CsvFile, Field};

/// A run's live line and time series.
pub(crate) struct Live<R: 'static> {
    bar: ProgressBar,
    series: CsvFile<'static, R>,
    failure: Option<ReportError>,
}

impl<R> Live<R> {
    /// A run, whose length may be known. Its series goes to the file that was named, else to a new one in a folder.
    pub(crate) fn begin(
        named: Option<&Path>,
        (folder, stem): (&Path, &str),
        fields: &'static [Field<R>],
        length: Option<Duration>,
    ) -> anyhow::Result<Self> {
        let series = match named {
            Some(file) => CsvFile::create(file, fields)?,
            None => CsvFile::create_new(folder, stem, fields)?,
        };
        let (bar, template) = match length {
            Some(length) => (ProgressBar::new(length.as_millis() as u64), "{bar:20} {msg}"),
            None => (ProgressBar::new_spinner(), "{msg}"),
        };
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.expect("the template holds only a bar and a message"));
        Ok(Self { bar, series, failure: None })
    }

    /// Shows and keeps a slice.
    pub(crate) fn see(&mut self, slice: &R, end: Duration, told: String) {
        self.bar.set_position(end.as_millis() as u64);
        self.bar.set_message(told);
        self.bar.tick();
        if let Err(error) = self.series.add(slice) {
            self.failure.get_or_insert(error);
        }
    }

    /// Ends the line, and tells where the series lies, unless a slice of it could not be written.
    pub(crate) fn end(self) -> Result<PathBuf, ReportError> {
        self.bar.finish_and_clear();
        self.failure.map_or_else(|| Ok(self.series.path().to_owned()), Err)
    }
}
