//! `durabench reference`: keeps a run with the project, and fills the documents from it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use measure::cargo::PACKAGE_VARIABLE;
use report::documents::{self, DOCUMENTS};

use crate::session::{exit_code, named_or_latest};

/// Where reference runs lie, from the project's root.
const REPORTS: &str = "reports";

#[derive(Args)]
pub(crate) struct Options {
    /// The run's folder, by default the last run's; one below reports/ is kept already, and only fills the documents.
    run: Option<PathBuf>,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    // What is begun is kept whole: Ctrl-C takes effect after it.
    fixture::install_interrupt();
    // Cargo says where the project lies, whatever the working directory is.
    let package = std::env::var_os(PACKAGE_VARIABLE).map(PathBuf::from);
    let root = package.as_deref().unwrap_or(Path::new("."));
    for document in DOCUMENTS {
        anyhow::ensure!(
            root.join(document).is_file(),
            "{}: expected {document} there, got none; run this with cargo, or in the project's root",
            root.display()
        );
    }
    let run = named_or_latest(options.run.as_deref())?;
    let name = match kept(root, &run) {
        Some(name) => name,
        None => report::reference::keep(&run, &root.join(REPORTS))?,
    };
    let place = format!("{REPORTS}/{name}");
    writeln!(out, "kept        {place}")?;
    if let Some(index) = page::write_index(&root.join(&place))? {
        writeln!(out, "page        {}", index.display())?;
    }
    let charts = page::write_charts(&root.join(&place))?;
    documents::fill(root, &DOCUMENTS, &place, &charts).map_err(|error| {
        anyhow::anyhow!("{place} is kept, but the documents still show another run: {error}")
    })?;
    writeln!(out, "documents   {}", DOCUMENTS.join(", "))?;
    Ok(exit_code())
}

/// The name of a run that lies below `reports/`.
fn kept(root: &Path, run: &Path) -> Option<String> {
    let (reports, run) = (root.join(REPORTS).canonicalize().ok()?, run.canonicalize().ok()?);
    let is_there = run.parent() == Some(reports.as_path());
    is_there.then(|| run.file_name()?.to_str().map(str::to_owned)).flatten()
}
