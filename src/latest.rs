//! The run that a command works on: the one that is named, or the last one.

use std::path::{Path, PathBuf};

use measure::run::latest_link;

/// The folder of the run that was named, or of the last run in cargo's target directory, wherever the program is called.
pub(crate) fn named_or_latest(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let latest = latest_link(&fixture::target_directory()?);
    anyhow::ensure!(
        latest.is_dir(),
        "{}: expected the last run, got none; run cargo bench first, or name a run's folder",
        latest.display()
    );
    Ok(latest)
}
