//! Names in records: of questions, of cases, and the labels of their rows. They become file names, commands
//! to paste and cells of tables, so they are checked when they are written and when they are read.

use super::RunError;
use crate::record::{QuestionRecord, RunRecord};

/// The file of a question, in the directory of its records.
pub(super) const QUESTION_FILE: &str = "question.json";

/// What a question's name may hold beside letters and digits.
const QUESTION_CHARACTERS: &str = "_-";

/// What a case's id may hold beside letters and digits.
const CASE_CHARACTERS: &str = "/_-.=+,:@() ";

/// Far below the 255 bytes that a file name may have, to leave room for a number and the ending.
const NAME_BYTES_MAX: usize = 200;

/// No axis has a value as long as that.
const VALUE_BYTES_MAX: usize = 2_000;

/// How much of a bad name an error shows.
const SHOWN_CHARACTERS: usize = 60;

/// The names of a run record.
pub(super) fn check_record(record: &RunRecord) -> Result<(), RunError> {
    let case = &record.case;
    check_name(&record.question, "a question", QUESTION_CHARACTERS, None)?;
    check_case_id(&case.id)?;
    case.repeats_case.iter().try_for_each(|id| check_case_id(id))?;
    check_text(&case.label, "the label of a case", NAME_BYTES_MAX)?;
    check_text(&case.engine, "the engine of a case", NAME_BYTES_MAX)?;
    case.axes.iter().try_for_each(|axis| {
        check_text(&axis.axis, "an axis", NAME_BYTES_MAX)?;
        check_text(&axis.value, "the value of an axis", VALUE_BYTES_MAX)
    })
}

/// The names of a question's file.
pub(super) fn check_question(question: &QuestionRecord) -> Result<(), RunError> {
    check_name(&question.name, "a question", QUESTION_CHARACTERS, None)?;
    let left_out = question.skipped.iter().chain(&question.dropped).map(|left_out| &left_out.id);
    let failed = question.failed.iter().map(|failed| &failed.id);
    question.cases.iter().chain(left_out).chain(failed).try_for_each(|id| check_case_id(id))
}

/// One id is taken: its record would lie where the question's own does.
fn check_case_id(id: &str) -> Result<(), RunError> {
    check_name(id, "a case", CASE_CHARACTERS, QUESTION_FILE.strip_suffix(".json"))
}

fn check_name(name: &str, what: &str, extra: &str, taken: Option<&str>) -> Result<(), RunError> {
    let fits = name.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
        && name.starts_with(|c| c != '.' && c != '/')
        && name.len() <= NAME_BYTES_MAX;
    if fits && Some(name) != taken {
        return Ok(());
    }
    Err(RunError::Unfit(format!(
        "`{}` cannot name {what} in a run: a name has at most {NAME_BYTES_MAX} bytes, which are letters, \
         digits and the characters `{extra}`, does not begin with a dot or a slash, and is not \
         `question` for a case",
        shown(name)
    )))
}

/// What is shown and compared, but names no file.
fn check_text(text: &str, what: &str, bytes_max: usize) -> Result<(), RunError> {
    if text.len() <= bytes_max && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(RunError::Unfit(format!(
        "`{}` cannot be {what}: expected at most {bytes_max} bytes without control characters, got \
         others",
        shown(text)
    )))
}

/// The beginning of a text, without what would move the cursor of a terminal.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARACTERS).flat_map(char::escape_debug).collect()
}
