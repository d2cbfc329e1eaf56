//! A reference run: a run's records, summary and commands, kept with the project.

use std::fs;
use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::locations::{RESULTS_FILE, SUMMARY_FILE};
use crate::results_csv::results_csv;
use crate::summary;

/// The file that tells how the run was made.
const COMMANDS_FILE: &str = "commands.txt";

/// Copies a run's records below `reports`, into a folder that is named after its host and day, and renders
/// its summary and table again, without links to pages that are not kept. Returns the folder's name.
///
/// # Errors
/// [`ReportError::Run`] when the run cannot be read, [`ReportError::NothingToKeep`] when it measured
/// nothing, [`ReportError::Kept`] when there is such a folder already, [`ReportError::Write`] when a file
/// cannot be written.
pub fn keep(run: &Path, reports: &Path) -> Result<String, ReportError> {
    let evidence = Evidence::read(run)?;
    let first = evidence.iter().flat_map(|evidence| &evidence.records);
    let first = first
        .min_by_key(|record| record.started_utc)
        .ok_or_else(|| ReportError::NothingToKeep { run: run.to_owned() })?;
    let host = first.environment.operating_system.hostname.as_deref().unwrap_or("unknown-host");
    let name = format!("{host}-{}", day(&first.started_utc.to_string()));
    let folder = reports.join(&name);
    if folder.exists() {
        return Err(ReportError::Kept { folder });
    }
    copy_records(run, &folder)?;
    atomic_file::replace(&folder.join(RESULTS_FILE), &results_csv(&evidence)?)?;
    atomic_file::replace(&folder.join(SUMMARY_FILE), &summary::markdown(&evidence, None))?;
    atomic_file::replace(&folder.join(COMMANDS_FILE), &commands(&evidence))?;
    Ok(name)
}

/// The day of a moment that is written as `2026-11-22T06:31:30Z`.
fn day(moment: &str) -> &str {
    moment.split('T').next().unwrap_or(moment)
}

/// The command line of each question's process, and the revision that it ran.
fn commands(evidence: &[Evidence]) -> String {
    let lines = evidence.iter().filter_map(|evidence| {
        let question = evidence.question.as_ref()?;
        let git = evidence.records.first().and_then(|record| record.git.as_ref());
        let revision = git.map_or("an unknown revision", |git| git.revision.as_str());
        let seconds = question.seconds;
        Some(format!(
            "cargo bench --bench {}    # revision {revision}, {seconds:.0} s, as `{}`\n",
            bench(question.command_line.first()).unwrap_or(&question.name),
            question.command_line.join(" ")
        ))
    });
    lines.collect()
}

/// The bench that a program is, whose name cargo ends with a hash: what stands beside a question has a name of
/// its own, but no bench.
fn bench(program: Option<&String>) -> Option<&str> {
    let (name, hash) = program?.rsplit_once('-')?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|letter| letter.is_ascii_hexdigit());
    is_hash.then_some(name)
}

fn copy_records(run: &Path, folder: &Path) -> Result<(), ReportError> {
    let reading = |path: &Path| {
        let path = path.to_owned();
        move |source| ReportError::Read { path, source }
    };
    let writing = |path: &Path| {
        let path = path.to_owned();
        move |source| ReportError::Write { path, source }
    };
    fs::create_dir_all(folder).map_err(writing(folder))?;
    for entry in fs::read_dir(run).map_err(reading(run))? {
        let from: PathBuf = entry.map_err(reading(run))?.path();
        let Some(name) = from.file_name() else { continue };
        let to = folder.join(name);
        if from.is_dir() {
            copy_records(&from, &to)?;
        } else if from
            .extension()
            .is_some_and(|extension| extension == "json" || extension == "csv")
        {
            fs::copy(&from, &to).map_err(writing(&to))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::bench;

    #[test]
    fn a_bench_is_told_by_its_program() {
        let of = |program: &str| bench(Some(&program.to_owned())).map(str::to_owned);
        assert_eq!(of("vote-3213b608d5a45702"), Some("vote".to_owned()));
        assert_eq!(of("why_45k-54876b2e52e35359"), Some("why_45k".to_owned()));
        assert_eq!(of("small-question"), None);
        assert_eq!(bench(None), None);
    }
}
