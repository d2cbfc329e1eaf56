//! The time series of a load as CSV.

use std::fmt::Display;
use std::fs::File;
use std::path::Path;

use anyhow::anyhow;
use vote_load::SeriesLine;

/// Writes a line for each tenth of a second, as it comes.
pub(crate) struct SeriesFile {
    writer: csv::Writer<File>,
}

/// The columns. A quantile is empty where fewer than ten values lie beyond it.
const COLUMNS: [&str; 10] = [
    "seconds",
    "handed_operations",
    "acked_operations",
    "backlog_operations",
    "sojourn_ns_p50",
    "sojourn_ns_p99",
    "sojourn_ns_longest",
    "database_bytes",
    "journal_bytes",
    "resident_bytes",
];

impl SeriesFile {
    /// A new file, with its headings.
    pub(crate) fn create(path: &Path) -> anyhow::Result<Self> {
        let failed =
            |error: &dyn Display| anyhow!("writing the time series to {}: {error}", path.display());
        let file = File::create(path).map_err(|error| failed(&error))?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(COLUMNS).map_err(|error| failed(&error))?;
        Ok(Self { writer })
    }

    /// Adds a line.
    pub(crate) fn write(&mut self, line: &SeriesLine) -> csv::Result<()> {
        let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
        self.writer.write_record([
            format!("{:.3}", line.end.as_secs_f64()),
            line.handed_operations.to_string(),
            line.acked_operations.to_string(),
            line.backlog_operations.to_string(),
            number(line.sojourn_ns_p50),
            number(line.sojourn_ns_p99),
            number(line.sojourn_ns_longest),
            line.database_bytes.to_string(),
            line.journal_bytes.to_string(),
            number(line.resident_bytes),
        ])?;
        Ok(self.writer.flush()?)
    }
}
