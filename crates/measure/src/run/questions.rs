//! The questions of a run as files: one beside the records of each question.

use std::path::{Path, PathBuf};

use super::RunError;
use super::files::{QUESTION_FILE, read_versioned, visible_entries};
use super::names;
use crate::atomic_file;
use crate::record::QuestionRecord;

/// Reads every question of a run's directory, ordered by name. One whose process ended before it
/// could write its file is not among them, though it may have records.
///
/// # Errors
/// [`RunError`] naming the first file that is not a question of this schema, or has a name that none has.
pub fn read_questions(run: &Path) -> Result<Vec<QuestionRecord>, RunError> {
    visible_entries(run)?
        .into_iter()
        .map(|directory| directory.join(QUESTION_FILE))
        .filter(|file| file.exists())
        .map(|file| {
            let question = read_versioned(&file, "question")?;
            names::check_question(&question).map_err(RunError::in_file(&file))?;
            Ok(question)
        })
        .collect()
}

/// Replaces the question's file, whole or not at all to everyone who reads meanwhile.
pub(super) fn write_question(run: &Path, question: &QuestionRecord) -> Result<PathBuf, RunError> {
    names::check_question(question)?;
    let directory = run.join(&question.name);
    std::fs::create_dir_all(&directory)
        .map_err(RunError::file(&directory, "making a question's directory"))?;
    let file = directory.join(QUESTION_FILE);
    let text = serde_json::to_string_pretty(question).map_err(RunError::json(&file, "question"))?;
    atomic_file::replace(&file, (text + "\n").as_bytes())
        .map_err(RunError::file(&file, "writing a question"))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::record::sample::full_record;
    use crate::record::{
        AxisValue, BaseCase, CaseLeftOut, Column, ComparisonsRecord, FailedCase, RunRecord,
        SCHEMA_VERSION,
    };
    use crate::run::{RunDirectory, RunIdentity, RunKey, read_run};

    fn run_in(target: &Path) -> RunDirectory {
        let identity = RunIdentity {
            schema_version: SCHEMA_VERSION,
            key: RunKey { process_id: 1, start_ticks: 9, boot_id: None },
            started_utc: "2026-11-22T03:04:05Z".parse().unwrap(),
            git: None,
            cargo: None,
            command_line: vec!["vote".into()],
        };
        RunDirectory::of_run(target, &identity).unwrap()
    }

    fn question(name: &str) -> QuestionRecord {
        let left_out = |id: &str| CaseLeftOut { id: id.into(), reason: "too slow".into() };
        QuestionRecord {
            schema_version: SCHEMA_VERSION,
            name: name.into(),
            asks: "What does it cost?".into(),
            claim: "nothing (nobody)".into(),
            settled_by: "a price".into(),
            swept_axis: "records_per_packet".into(),
            bases: vec![BaseCase {
                engine: "sqlite".into(),
                axes: vec![AxisValue { axis: "journal_mode".into(), value: "wal".into() }],
            }],
            cases: vec!["wal/1".into(), "log/1".into()],
            contrasts: Vec::new(),
            columns: Some(vec![Column::WalMax]),
            comparisons: ComparisonsRecord::default(),
            skipped: vec![left_out("wal/2")],
            dropped: vec![left_out("log/1")],
            failed: vec![FailedCase { id: "wal/1".into(), error: "lost a record".into() }],
            quiet_floor_ns: 120_000,
            warnings: vec!["in memory".into()],
            command_line: vec!["vote".into()],
            seconds: 1.5,
        }
    }

    #[test]
    fn a_question_is_replaced_and_the_records_beside_it_stay() {
        let target = tempfile::tempdir().unwrap();
        let run = run_in(target.path());
        let record = RunRecord { question: "vote".into(), ..full_record() };
        run.write_record(&record).unwrap();
        let file = run.write_question(&question("vote")).unwrap();
        assert_eq!(file, run.path().join("vote/question.json"));
        let second = QuestionRecord { failed: vec![], seconds: 2.0, ..question("vote") };
        run.write_question(&second).unwrap();
        run.write_question(&question("peers")).unwrap();
        assert_eq!(run.questions().unwrap(), [question("peers"), second]);
        assert_eq!(read_run(run.path()).unwrap(), [record]);
        assert_eq!(fs::read_dir(run.path().join("vote")).unwrap().count(), 2);
    }

    #[test]
    fn a_question_from_before_there_were_columns_is_read() {
        let target = tempfile::tempdir().unwrap();
        let run = run_in(target.path());
        let file = run.write_question(&question("vote")).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let mut older: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(older.as_object_mut().unwrap().remove("columns").is_some());
        fs::write(&file, older.to_string()).unwrap();
        assert_eq!(
            run.questions().unwrap(),
            [QuestionRecord { columns: None, ..question("vote") }]
        );
    }

    #[test]
    fn a_question_from_before_comparisons_were_stored_reads_without_any() {
        let mut older = serde_json::to_value(question("vote")).unwrap();
        let fields = older.as_object_mut().unwrap();
        assert!(fields.remove("comparisons").is_some() && fields.remove("contrasts").is_some());
        assert_eq!(serde_json::from_value::<QuestionRecord>(older).unwrap(), question("vote"));
    }

    #[test]
    fn no_case_takes_the_place_of_a_question() {
        let target = tempfile::tempdir().unwrap();
        let run = run_in(target.path());
        let mut record = full_record();
        record.case.id = "question".into();
        let error = run.write_record(&record).unwrap_err().to_string();
        assert!(error.contains("`question` cannot name a case"), "{error}");
        assert_eq!(run.questions().unwrap(), []);
        assert!(run.write_question(&question("../vote")).is_err());
    }

    #[test]
    fn a_broken_question_is_named() {
        let target = tempfile::tempdir().unwrap();
        let run = run_in(target.path());
        let file = run.write_question(&question("vote")).unwrap();
        for (damaged, expected) in
            [("{", "not a question"), (r#"{"schema_version":2}"#, "version 2")]
        {
            fs::write(&file, damaged).unwrap();
            let error = run.questions().unwrap_err().to_string();
            assert!(error.contains("vote/question.json") && error.contains(expected), "{error}");
        }
    }
}
