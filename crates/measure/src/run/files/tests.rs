//! Questions and instruction counts; `run/tests.rs` has the records.

use std::fs;

use super::*;
use crate::record::tests::full_record;
use crate::record::{
    AxisValue, BaseCase, CaseLeftOut, Column, ComparisonsRecord, FailedCase, SCHEMA_VERSION,
};
use crate::run::{RunDirectory, RunIdentity, RunKey};

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
    assert_eq!(run.questions().unwrap(), [QuestionRecord { columns: None, ..question("vote") }]);
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
    for (damaged, expected) in [("{", "not a question"), (r#"{"schema_version":2}"#, "version 2")] {
        fs::write(&file, damaged).unwrap();
        let error = run.questions().unwrap_err().to_string();
        assert!(error.contains("vote/question.json") && error.contains(expected), "{error}");
    }
}

const COUNTS: &str = r#"{
    "schema_version": 1,
    "counter": "valgrind-3.24.0, callgrind",
    "counts": [{
        "build": "lean", "workload": "votes", "table": "indexed", "task": "write",
        "instructions_per_record": 7123.5
    }],
    "uncounted": [{ "build": "lean-native", "reason": "an instruction is unknown to it" }]
}"#;

#[test]
fn counts_are_read_as_the_script_writes_them() {
    let run = tempfile::tempdir().unwrap();
    assert_eq!(read_instruction_counts(run.path()).unwrap(), None);
    fs::write(run.path().join(INSTRUCTION_COUNTS_FILE), COUNTS).unwrap();
    let counts = read_instruction_counts(run.path()).unwrap().unwrap();
    assert_eq!(counts.counts[0].build, "lean");
    assert_eq!(counts.counts[0].instructions_per_record, 7123.5);
    assert_eq!(counts.uncounted[0].reason, "an instruction is unknown to it");
}

#[test]
fn another_schema_is_refused_by_name() {
    let run = tempfile::tempdir().unwrap();
    fs::write(run.path().join(INSTRUCTION_COUNTS_FILE), COUNTS.replace("1,", "99,")).unwrap();
    let refusal = read_instruction_counts(run.path()).unwrap_err().to_string();
    assert!(refusal.contains(INSTRUCTION_COUNTS_FILE) && refusal.contains("99"), "{refusal}");
}
