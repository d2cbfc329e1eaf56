//! The records of a run as files.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::RunError;
use super::directory::unique_hidden_name;
use super::questions::QUESTION_FILE;
use crate::record::{RunRecord, SCHEMA_VERSION};

/// What a question's name may hold beside letters and digits.
const QUESTION_CHARACTERS: &str = "_-";

/// What a case's id may hold beside letters and digits.
const CASE_CHARACTERS: &str = "/_-.=+,:@() ";

/// Far below the 255 bytes that a file name may have, to leave room for a number and the ending.
const NAME_BYTES_MAX: usize = 200;

/// Reads every record of a run's directory, ordered by question and file name.
///
/// # Errors
/// [`RunError`] naming the first file that is not a record of this schema.
pub fn read_run(run: &Path) -> Result<Vec<RunRecord>, RunError> {
    let mut records = Vec::new();
    for question in visible_entries(run)?.into_iter().filter(|path| path.is_dir()) {
        for file in visible_entries(&question)? {
            let is_json = file.extension().is_some_and(|extension| extension == "json");
            if is_json && !file.ends_with(QUESTION_FILE) {
                records.push(read_record(&file)?);
            }
        }
    }
    Ok(records)
}

/// Reads one record.
///
/// # Errors
/// [`RunError`] naming the file when it is not a record of this schema.
pub fn read_record(file: &Path) -> Result<RunRecord, RunError> {
    read_versioned(file, "run record")
}

/// Reads a file of this schema: the version first, since another one's fields would only confuse.
pub(super) fn read_versioned<T: DeserializeOwned>(
    file: &Path,
    wished: &'static str,
) -> Result<T, RunError> {
    /// The part of a record that every version has.
    #[derive(Deserialize)]
    struct Versioned {
        schema_version: u32,
    }
    let text =
        std::fs::read_to_string(file).map_err(RunError::file(file, "reading a record of a run"))?;
    let Versioned { schema_version } =
        serde_json::from_str(&text).map_err(RunError::json(file, wished))?;
    if schema_version != SCHEMA_VERSION {
        let (path, wished, found) = (file.to_owned(), SCHEMA_VERSION, schema_version);
        return Err(RunError::SchemaVersion { path, wished, found });
    }
    serde_json::from_str(&text).map_err(RunError::json(file, wished))
}

pub(super) fn write_record(run: &Path, record: &RunRecord) -> Result<PathBuf, RunError> {
    check_question_name(&record.question)?;
    check_case_id(&record.case.id)?;
    let question = run.join(&record.question);
    std::fs::create_dir_all(&question)
        .map_err(RunError::file(&question, "making a question's directory"))?;
    let unfinished = question.join(unique_hidden_name("record"));
    let text = serde_json::to_string(record).map_err(RunError::json(&unfinished, "run record"))?;
    std::fs::write(&unfinished, text + "\n")
        .map_err(RunError::file(&unfinished, "writing a run record"))?;
    let linked = link_to_free_name(&unfinished, &question.join(record.case.id.replace('/', ".")));
    std::fs::remove_file(&unfinished)
        .map_err(RunError::file(&unfinished, "removing a run record's first name"))?;
    linked
}

/// Gives the file the first free name of `<stem>.json`, `<stem>.2.json` and so on. A hard link,
/// unlike a rename, fails when the name is taken, so that nothing is overwritten even by two
/// processes at once.
fn link_to_free_name(file: &Path, stem: &Path) -> Result<PathBuf, RunError> {
    let mut number = 1;
    loop {
        let mut name = stem.as_os_str().to_owned();
        name.push(if number == 1 { ".json".to_owned() } else { format!(".{number}.json") });
        let path = PathBuf::from(name);
        match std::fs::hard_link(file, &path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => {
                return Err(RunError::file(&path, "naming a run record by a hard link")(error));
            }
        }
    }
}

pub(super) fn check_question_name(name: &str) -> Result<(), RunError> {
    check_name(name, "a question", QUESTION_CHARACTERS)
}

/// One id is taken: its record would lie where the question's own does.
fn check_case_id(id: &str) -> Result<(), RunError> {
    if QUESTION_FILE.strip_suffix(".json") == Some(id) {
        let (what, extra) = ("a case", CASE_CHARACTERS);
        return Err(RunError::Name { name: id.to_owned(), what, extra });
    }
    check_name(id, "a case", CASE_CHARACTERS)
}

fn check_name(name: &str, what: &'static str, extra: &'static str) -> Result<(), RunError> {
    let fits = name.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
        && name.starts_with(|c| c != '.' && c != '/')
        && name.len() <= NAME_BYTES_MAX;
    if fits { Ok(()) } else { Err(RunError::Name { name: name.to_owned(), what, extra }) }
}

/// The entries of a directory in the order of their names, without those that begin with a dot:
/// files that a process is still writing, or left behind when it was killed.
pub(super) fn visible_entries(directory: &Path) -> Result<Vec<PathBuf>, RunError> {
    let action = "listing a run's records";
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(RunError::file(directory, action))? {
        let entry = entry.map_err(RunError::file(directory, action))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}
