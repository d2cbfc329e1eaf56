//! `durabench tables`: a run's tables, computed again from its records.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use measure::run::read_questions;
use report::evidence::Evidence;

use crate::session::{exit_code, named_or_latest};

#[derive(Args)]
pub(crate) struct Options {
    /// The run's folder; by default the last run's.
    run: Option<PathBuf>,
    /// Only this question.
    #[arg(long)]
    question: Option<String>,
    /// How it is written. `bencher` is the Bencher Metric Format alone, for a service that keeps figures over time.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Bencher,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    // What is begun is written whole: Ctrl-C takes effect after it.
    fixture::install_interrupt();
    let run = &named_or_latest(options.run.as_deref())?;
    if options.format == Format::Bencher {
        return bencher(run, options.question.as_deref(), out);
    }
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

/// The figures alone, since a program reads them.
fn bencher(run: &Path, question: Option<&str>, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let mut all = Evidence::read(run)?;
    all.retain(|evidence| question.is_none_or(|question| evidence.name == question));
    anyhow::ensure!(
        all.iter().any(|evidence| !evidence.records.is_empty()),
        "{}: expected records of {}, got none",
        run.display(),
        question.unwrap_or("any question")
    );
    write!(out, "{}", report::bencher::text(&all)?)?;
    Ok(exit_code())
}
