//! A reference run: a run's records, summary and commands, kept with the project.

mod command;
mod copy;

use std::fs;
use std::path::Path;

use crate::atomic_file::{self, WriteError};
use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::summary;
pub(crate) use command::command;

/// The file that tells how the run was made.
const COMMANDS_FILE: &str = "commands.txt";

/// The longest part of a file's name that is made of a text. Linux allows 64 bytes for a host's name.
const NAME_PART_BYTES_MAX: usize = 64;

/// Copies a run's records below `reports`, into a folder that is named after its host and day, and renders
/// its summary and table again, without links to pages that are not kept. Returns the folder's name. The
/// folder appears whole or not at all.
///
/// # Errors
/// [`ReportError::Run`] when the run cannot be read, [`ReportError::NothingToKeep`] when it measured
/// nothing, [`ReportError::Kept`] when there is such a folder already, [`ReportError::NotPlain`] when it
/// holds a link, [`ReportError::Write`] when a file cannot be written.
pub fn keep(run: &Path, reports: &Path) -> Result<String, ReportError> {
    let evidence = Evidence::read(run)?;
    let first = evidence.iter().flat_map(|evidence| &evidence.records);
    let first = first
        .min_by_key(|record| record.started_utc)
        .ok_or_else(|| ReportError::NothingToKeep { run: run.to_owned() })?;
    let host = first.environment.operating_system.hostname.as_deref().and_then(file_name_of);
    let host = host.as_deref().unwrap_or("unknown-host");
    let name = format!("{host}-{}", day(&first.started_utc.to_string()));
    let folder = reports.join(&name);
    // A link that leads nowhere is something too.
    if fs::symlink_metadata(&folder).is_ok() {
        return Err(ReportError::Kept { folder });
    }
    let unfinished = reports.join(format!(".new-{name}-{}", std::process::id()));
    fs::create_dir_all(reports)
        .and_then(|()| fs::create_dir(&unfinished))
        .map_err(WriteError::of(&unfinished))?;
    let kept = fill(&unfinished, run, &evidence).and_then(|()| {
        // A folder is renamed onto another only if that one is empty.
        Ok(fs::rename(&unfinished, &folder).map_err(WriteError::of(&folder))?)
    });
    // The first error is the one to tell; a hidden folder left behind would only be untidy.
    kept.inspect_err(|_| drop(fs::remove_dir_all(&unfinished)))?;
    Ok(name)
}

fn fill(folder: &Path, run: &Path, evidence: &[Evidence]) -> Result<(), ReportError> {
    copy::records(run, folder)?;
    summary::write(folder, evidence, None)?;
    Ok(atomic_file::replace(&folder.join(COMMANDS_FILE), &commands(evidence))?)
}

/// A text as a part of a file's name: letters, digits and single dashes. `None` where nothing is left.
fn file_name_of(text: &str) -> Option<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut name = words.join("-");
    name.truncate(NAME_PART_BYTES_MAX);
    (!name.is_empty()).then_some(name)
}

/// The day of a moment that is written as `2026-11-22T06:31:30Z`.
fn day(moment: &str) -> &str {
    moment.split('T').next().unwrap_or(moment)
}

/// The command line of each question's process, and the revision that it ran. A person may paste these
/// lines, so what stands in a record does not end one.
fn commands(evidence: &[Evidence]) -> String {
    let lines = evidence.iter().filter_map(|evidence| {
        let question = evidence.question.as_ref()?;
        let git = evidence.records.first().and_then(|record| record.git.as_ref());
        let revision = git.map_or("an unknown revision", |git| git.revision.as_str());
        let seconds = question.seconds;
        let line = format!(
            "{}    # revision {revision}, {seconds:.0} s, as `{}`",
            command(question),
            question.command_line.join(" ")
        );
        Some(line.replace(char::is_control, " ") + "\n")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::file_name_of;

    #[test]
    fn any_text_makes_a_harmless_file_name() {
        let of = |text: &str| file_name_of(text);
        assert_eq!(of("stone").as_deref(), Some("stone"));
        assert_eq!(of("Stone-2.example.org").as_deref(), Some("Stone-2-example-org"));
        assert_eq!(of("../../../outside/planted").as_deref(), Some("outside-planted"));
        assert_eq!(of("/etc\n\0x").as_deref(), Some("etc-x"));
        assert_eq!(of(&"x".repeat(10_000)).map(|name| name.len()), Some(64));
        for nothing in ["", "..", "/", "\u{1b}"] {
            assert_eq!(of(nothing), None, "{nothing:?}");
        }
    }
}
