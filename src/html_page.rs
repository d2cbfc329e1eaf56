//! `durabench report`: one HTML page for one run or several.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::session::exit_code;

#[derive(Args)]
pub(crate) struct Options {
    /// The folders of the runs; the one that began last is told whole, the others beside it.
    #[arg(default_value = "target/durabench/latest")]
    runs: Vec<PathBuf>,
    /// The file; without it `index.html` in the folder of the only run.
    #[arg(long)]
    out: Option<PathBuf>,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    // What is begun is written whole: Ctrl-C takes effect after it.
    fixture::install_interrupt();
    let file = match (&options.out, options.runs.as_slice()) {
        (Some(file), _) => file.clone(),
        (None, [run]) => report::index_file(run),
        (None, runs) => {
            anyhow::bail!(
                "expected --out FILE for {} runs, got none; name the file to write",
                runs.len()
            )
        }
    };
    page::write_page(&options.runs, &file)?;
    writeln!(out, "page        {}", file.display())?;
    Ok(exit_code())
}
