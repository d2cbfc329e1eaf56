//! `durabench reference`: keeps a run with the project, and shows its headline on the front page.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use measure::cargo::PACKAGE_VARIABLE;

use crate::latest::named_or_latest;
use crate::vote::exit_code;

/// Where reference runs lie, from the project's root.
const REPORTS: &str = "reports";

/// The page that shows the headline.
const FRONT_PAGE: &str = "README.md";

#[derive(Args)]
pub(crate) struct Options {
    /// The run's folder; by default the last run's.
    run: Option<PathBuf>,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    // What is begun is kept whole: Ctrl-C takes effect after it.
    fixture::install_interrupt();
    // Cargo says where the project lies, whatever the working directory is.
    let package = std::env::var_os(PACKAGE_VARIABLE).map(PathBuf::from);
    let root = package.as_deref().unwrap_or(Path::new("."));
    anyhow::ensure!(
        root.join(FRONT_PAGE).is_file(),
        "{}: expected {FRONT_PAGE} there, got none; run this with cargo, or in the project's root",
        root.display()
    );
    let name =
        report::reference::keep(&named_or_latest(options.run.as_deref())?, &root.join(REPORTS))?;
    let place = format!("{REPORTS}/{name}");
    writeln!(out, "kept        {place}")?;
    report::front_page::put(root, FRONT_PAGE, &place).map_err(|error| {
        anyhow::anyhow!("{place} is kept, but {FRONT_PAGE} still shows another run: {error}")
    })?;
    writeln!(out, "front page  {FRONT_PAGE}")?;
    Ok(exit_code())
}
