//! A reference run: a run's records, summary and commands, kept with the project.

use std::fs;
use std::io;
use std::path::Path;

use measure::record::QuestionRecord;

use crate::atomic_file;
use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::summary;

/// The file that tells how the run was made.
const COMMANDS_FILE: &str = "commands.txt";

/// The program that measures what no bench does.
const PROGRAM: &str = "durabench";

/// The longest part of a file's name that is made of a text. Linux allows 64 bytes for a host's name.
const NAME_PART_BYTES_MAX: usize = 64;

/// Copies a run's records below `reports`, into a folder that is named after its host and day, and renders
/// its summary and table again, without links to pages that are not kept. Returns the folder's name. The
/// folder appears whole or not at all.
///
/// # Errors
/// [`ReportError::Run`] when the run cannot be read, [`ReportError::Refused`] when it measured nothing, when there is such
/// a folder already or when it holds a link, [`ReportError::Write`] when a file cannot be written.
pub fn keep(run: &Path, reports: &Path) -> Result<String, ReportError> {
    let evidence = Evidence::read(run)?;
    let records = evidence.iter().flat_map(|evidence| &evidence.records);
    let Some(first) = records.min_by_key(|record| record.started_utc) else {
        return Err(ReportError::refused(
            run,
            "expected a run with at least one measured case, got none",
        ));
    };
    let host = first.environment.operating_system.hostname.as_deref().and_then(file_name_of);
    let host = host.as_deref().unwrap_or("unknown-host");
    let begun = first.started_utc.to_string();
    let (day, _) = begun.split_once('T').unwrap_or((&begun, ""));
    let name = format!("{host}-{day}");
    let folder = reports.join(&name);
    // A link that leads nowhere is something too.
    if fs::symlink_metadata(&folder).is_ok() {
        let what =
            "expected no reference run of this host and day, got one; remove it to replace it";
        return Err(ReportError::refused(&folder, what));
    }
    let unfinished = reports.join(format!(".new-{name}-{}", std::process::id()));
    fs::create_dir_all(reports)
        .and_then(|()| fs::create_dir(&unfinished))
        .map_err(ReportError::writing(&unfinished))?;
    let fill = || -> Result<(), ReportError> {
        copy_records(run, &unfinished)?;
        summary::write(&unfinished, &evidence, |_| None)?;
        atomic_file::replace(&unfinished.join(COMMANDS_FILE), &commands(&evidence))?;
        // A folder is renamed onto another only if that one is empty.
        fs::rename(&unfinished, &folder).map_err(ReportError::writing(&folder))
    };
    // The first error is the one to tell; a hidden folder left behind would only be untidy.
    fill().inspect_err(|_| drop(fs::remove_dir_all(&unfinished)))?;
    Ok(name)
}

/// Copies a run's records, and the tables that commands around a bench write, into a folder that was made for them. Readers
/// of a run pass over hidden names, and so does this.
fn copy_records(from: &Path, to: &Path) -> Result<(), ReportError> {
    let reading = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| ReportError::Read { path, source }
    };
    for entry in fs::read_dir(from).map_err(reading(from))? {
        let path = entry.map_err(reading(from))?.path();
        let Some(name) = path.file_name() else { continue };
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let target = to.join(name);
        let is_kept = path.extension().is_some_and(|it| it == "json" || it == "csv");
        // Of the entry itself: a link could lead out of the run, or round in a circle.
        let metadata = fs::symlink_metadata(&path).map_err(reading(&path))?;
        if metadata.is_dir() {
            fs::create_dir(&target).map_err(ReportError::writing(&target))?;
            copy_records(&path, &target)?;
        } else if metadata.is_symlink() || is_kept && !metadata.is_file() {
            let found = if metadata.is_symlink() { "a link" } else { "something else" };
            let what = format!(
                "expected plain files and folders, got {found}; remove it, or replace it by what it stands for"
            );
            return Err(ReportError::refused(&path, what));
        } else if is_kept {
            fs::copy(&path, &target).map_err(ReportError::writing(&target))?;
        }
    }
    Ok(())
}

/// A text as a part of a file's name: letters, digits and single dashes. `None` where nothing is left.
fn file_name_of(text: &str) -> Option<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut name = words.join("-");
    name.truncate(NAME_PART_BYTES_MAX);
    (!name.is_empty()).then_some(name)
}

/// The command line of each question's process, and the revision that it ran. A person may paste these
/// lines, so what stands in a record does not end one.
fn commands(evidence: &[Evidence]) -> String {
    let line = |evidence: &Evidence| {
        let question = evidence.question.as_ref()?;
        let git = evidence.records.first().and_then(|record| record.git.as_ref());
        let revision = git.map_or("an unknown revision", |git| git.revision.as_str());
        let line = format!(
            "{}    # revision {revision}, {:.0} s, as `{}`",
            command(question),
            question.seconds,
            question.command_line.join(" ")
        );
        Some(line.replace(char::is_control, " ") + "\n")
    };
    evidence.iter().filter_map(line).collect()
}

/// `cargo bench --bench vote`, or `cargo run --release -- growth --seconds 60`. Of a question that stands beside another
/// one, that one's bench. Somebody may paste it: what a record holds beside plain words does not stand in it.
pub(crate) fn command(question: &QuestionRecord) -> String {
    match question.command_line.split_first() {
        Some((program, words))
            if program == PROGRAM && words.iter().all(|it| is_of(it, "-_=.,")) =>
        {
            format!("cargo run --release -- {}", words.join(" "))
        }
        program => {
            let bench = program.and_then(|(program, _)| bench(program));
            format!("cargo bench --bench {}", bench.unwrap_or(&question.name))
        }
    }
}

/// Whether a word has only letters, digits and these signs.
fn is_of(word: &str, signs: &str) -> bool {
    word.chars().all(|letter| letter.is_ascii_alphanumeric() || signs.contains(letter))
}

/// The bench that a program is, whose name cargo ends with a hash: what stands beside a question has a name of
/// its own, but no bench.
fn bench(program: &str) -> Option<&str> {
    let (name, hash) = program.rsplit_once('-')?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|letter| letter.is_ascii_hexdigit());
    (is_hash && is_of(name, "_-") && !name.starts_with('-')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{bench, file_name_of};

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

    #[test]
    fn a_bench_is_told_by_its_program() {
        assert_eq!(bench("vote-3213b608d5a45702"), Some("vote"));
        assert_eq!(bench("why_45k-54876b2e52e35359"), Some("why_45k"));
        assert_eq!(bench("small-question"), None);
        assert_eq!(bench("x; touch planted-3213b608d5a45702"), None);
    }
}
