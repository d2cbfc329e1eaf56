//! `durabench tables`: a run's tables, computed again from its records.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use measure::run::read_questions;

use crate::latest::named_or_latest;
use crate::session::exit_code;

#[derive(Args)]
pub(crate) struct Options {
    /// The run's folder; by default the last run's.
    run: Option<PathBuf>,
    /// Only this question.
    #[arg(long)]
    question: Option<String>,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    // What is begun is written whole: Ctrl-C takes effect after it.
    fixture::install_interrupt();
    let run = &named_or_latest(options.run.as_deref())?;
    let questions = match &options.question {
        Some(question) => vec![question.clone()],
        None => read_questions(run)?.into_iter().map(|question| question.name).collect(),
    };
    anyhow::ensure!(
        !questions.is_empty(),
        "{}: expected a run with at least one question, got none; name a folder below \
         target/durabench/runs",
        run.display()
    );
    for question in questions {
        writeln!(out, "{}\n", report::closing_text(run, &question)?)?;
    }
    let files = report::write_summary(run)?;
    writeln!(out, "summary     {}", files.summary.display())?;
    if let Some(findings) = files.findings {
        writeln!(out, "judged      {}", findings.display())?;
    }
    Ok(exit_code())
}
