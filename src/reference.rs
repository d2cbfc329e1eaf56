//! `durabench reference`: keeps a run with the project, and shows its headline on the front page.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::vote::exit_code;

/// Where reference runs lie, from the project's root.
const REPORTS: &str = "reports";

/// The page that shows the headline.
const FRONT_PAGE: &str = "README.md";

#[derive(Args)]
pub(crate) struct Options {
    /// The run's folder.
    #[arg(default_value = "target/durabench/latest")]
    run: PathBuf,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    // What is begun is kept whole: Ctrl-C takes effect after it.
    fixture::install_interrupt();
    let root = Path::new(".");
    anyhow::ensure!(
        root.join(FRONT_PAGE).is_file(),
        "expected {FRONT_PAGE} in the working directory, got none; run this in the project's root"
    );
    let name = report::reference::keep(&options.run, &root.join(REPORTS))?;
    let place = format!("{REPORTS}/{name}");
    writeln!(out, "kept        {place}")?;
    if let Some(index) = page::write_index(&root.join(&place))? {
        writeln!(out, "page        {}", index.display())?;
    }
    report::front_page::put(root, FRONT_PAGE, &place).map_err(|error| {
        anyhow::anyhow!("{place} is kept, but {FRONT_PAGE} still shows another run: {error}")
    })?;
    writeln!(out, "front page  {FRONT_PAGE}")?;
    Ok(exit_code())
}
