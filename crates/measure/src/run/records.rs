//! The records of a run as files.

use std::io;
use std::path::{Path, PathBuf};

use super::RunError;
use super::exclusive_rename::rename_exclusively;
use super::files::{QUESTION_FILE, read_versioned, visible_entries};
use super::names;
use crate::atomic_file;
use crate::record::RunRecord;

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
/// [`RunError`] naming the file when it is not a record of this schema, or has a name that none has.
pub fn read_record(file: &Path) -> Result<RunRecord, RunError> {
    let record = read_versioned(file, "run record")?;
    names::check_record(&record).map_err(RunError::in_file(file))?;
    Ok(record)
}

pub(super) fn write_record(run: &Path, record: &RunRecord) -> Result<PathBuf, RunError> {
    names::check_record(record)?;
    let question = run.join(&record.question);
    std::fs::create_dir_all(&question)
        .map_err(RunError::file(&question, "making a question's directory"))?;
    let text = serde_json::to_string(record).map_err(RunError::json(&question, "run record"))?;
    let unfinished = atomic_file::unfinished(&question, (text + "\n").as_bytes())
        .map_err(RunError::file(&question, "writing a run record into it"))?;
    let unfinished = unfinished.into_temp_path();
    let named = take_free_name(&unfinished, &question.join(record.case.id.replace('/', ".")))?;
    // It has another name now, and is not to be removed.
    drop(unfinished.keep());
    Ok(named)
}

/// Gives the file the first free name of `<stem>.json`, `<stem>.2.json` and so on, so that nothing is
/// overwritten even by two processes at once.
fn take_free_name(file: &Path, stem: &Path) -> Result<PathBuf, RunError> {
    let mut number = 1;
    loop {
        let mut name = stem.as_os_str().to_owned();
        name.push(if number == 1 { ".json".to_owned() } else { format!(".{number}.json") });
        let path = PathBuf::from(name);
        match rename_exclusively(file, &path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(RunError::file(&path, "naming a run record")(error)),
        }
    }
}
