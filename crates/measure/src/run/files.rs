//! The files of a run: how they are named, written, listed and read.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::RunError;
use super::exclusive_rename::rename_exclusively;
use super::names::{QUESTION_FILE, check_question, check_record};
use crate::atomic_file;
use crate::record::{InstructionCounts, QuestionRecord, RunRecord, SCHEMA_VERSION};

/// The name of the instruction counts' file in a run's directory.
pub const INSTRUCTION_COUNTS_FILE: &str = "instruction-counts.json";

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

pub(super) fn read_record(file: &Path) -> Result<RunRecord, RunError> {
    let record = read_versioned(file, "run record")?;
    check_record(&record).map_err(|unfit| unfit.in_file(file))?;
    Ok(record)
}

/// Reads every question of a run's directory, ordered by name. One whose process ended before it
/// could write its file is not among them, though it may have records.
///
/// # Errors
/// [`RunError`] naming the first file that is not a question of this schema, or has a name that none has.
pub fn read_questions(run: &Path) -> Result<Vec<QuestionRecord>, RunError> {
    let directories = visible_entries(run)?.into_iter();
    let files = directories.map(|directory| directory.join(QUESTION_FILE));
    let read = |file: PathBuf| {
        let question = read_versioned(&file, "question")?;
        check_question(&question).map_err(|unfit| unfit.in_file(&file))?;
        Ok(question)
    };
    files.filter(|file| file.exists()).map(read).collect()
}

/// Reads what was counted beside a run; `None` where nothing was.
///
/// # Errors
/// [`RunError`] naming the file when it is not of this schema.
pub fn read_instruction_counts(run: &Path) -> Result<Option<InstructionCounts>, RunError> {
    let file = run.join(INSTRUCTION_COUNTS_FILE);
    file.exists().then(|| read_versioned(&file, "instruction counts")).transpose()
}

/// Gives the record the first free name of `<case id>.json`, `<case id>.2.json` and so on, so that nothing is
/// overwritten even by two processes at once.
pub(super) fn write_record(run: &Path, record: &RunRecord) -> Result<PathBuf, RunError> {
    check_record(record)?;
    let question = made_directory(run, &record.question)?;
    let text = serde_json::to_string(record).map_err(RunError::json(&question, "run record"))?;
    let unfinished = atomic_file::unfinished(&question, (text + "\n").as_bytes())
        .map_err(RunError::file(&question, "writing a run record into it"))?;
    let unfinished = unfinished.into_temp_path();
    let stem = record.case.id.replace('/', ".");
    let mut number = 1;
    loop {
        let ending = if number == 1 { "json".to_owned() } else { format!("{number}.json") };
        let path = question.join(format!("{stem}.{ending}"));
        match rename_exclusively(&unfinished, &path) {
            Ok(()) => {
                // It has another name now, and is not to be removed.
                drop(unfinished.keep());
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(RunError::file(&path, "naming a run record")(error)),
        }
    }
}

/// Replaces the question's file, whole or not at all to everyone who reads meanwhile.
pub(super) fn write_question(run: &Path, question: &QuestionRecord) -> Result<PathBuf, RunError> {
    check_question(question)?;
    let file = made_directory(run, &question.name)?.join(QUESTION_FILE);
    let text = serde_json::to_string_pretty(question).map_err(RunError::json(&file, "question"))?;
    atomic_file::replace(&file, (text + "\n").as_bytes())
        .map_err(RunError::file(&file, "writing a question"))?;
    Ok(file)
}

fn made_directory(run: &Path, question: &str) -> Result<PathBuf, RunError> {
    let directory = run.join(question);
    std::fs::create_dir_all(&directory)
        .map_err(RunError::file(&directory, "making a question's directory"))?;
    Ok(directory)
}

/// Reads a file of this schema: the version first, since another one's fields would only confuse.
fn read_versioned<T: DeserializeOwned>(file: &Path, expected: &str) -> Result<T, RunError> {
    /// The part of a record that every version has.
    #[derive(Deserialize)]
    struct Versioned {
        schema_version: u32,
    }
    let wrong = |problem: String| RunError::Content { path: file.to_owned(), problem };
    // A pipe of that name would keep the reader waiting for ever.
    let metadata =
        std::fs::metadata(file).map_err(RunError::file(file, "looking at a record of a run"))?;
    if !metadata.is_file() {
        let got = "expected a file, got something else; remove it or move it away";
        return Err(wrong(got.to_owned()));
    }
    let text =
        std::fs::read_to_string(file).map_err(RunError::file(file, "reading a record of a run"))?;
    let Versioned { schema_version } =
        serde_json::from_str(&text).map_err(RunError::json(file, expected))?;
    if schema_version != SCHEMA_VERSION {
        return Err(wrong(format!(
            "the record has schema version {schema_version}, this program reads {SCHEMA_VERSION}; \
             read it with the program that wrote it"
        )));
    }
    serde_json::from_str(&text).map_err(RunError::json(file, expected))
}

/// The entries of a directory in the order of their names, without those that begin with a dot:
/// files that a process is still writing, or left behind when it was killed.
fn visible_entries(directory: &Path) -> Result<Vec<PathBuf>, RunError> {
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

#[cfg(test)]
mod tests;
