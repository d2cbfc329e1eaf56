//! A whole run on the disk: what is written, and what the terminal shows.

use std::fs;
use std::path::Path;

use measure::record::{CaseLeftOut, FailedCase, QuestionRecord, RunRecord};
use measure::run::RunDirectory;
use report::closing::closing_text_for;
use report::terminal::{Marking, Terminal};
use report::{ReportError, closing_text, write_summary};

use crate::made_up::{Made, environment, question};
use crate::questions::log_vs_sqlite;

const TERMINAL: Terminal = Terminal { columns: 110, marking: Marking::Plain };

fn cases() -> Vec<Made> {
    let mut cases = log_vs_sqlite(&[1, 400], &[100e3, 150e3], &[300e3, 180e3]);
    let twin = cases[2].again(1.01);
    cases.push(twin);
    cases
}

fn store(run: &RunDirectory, cases: &[Made]) {
    for case in cases {
        run.write_record(&case.record()).unwrap();
    }
    run.write_question(&question(cases, "records_per_packet", &[])).unwrap();
}

fn summary_of(run: &RunDirectory) -> String {
    fs::read_to_string(write_summary(run.path()).unwrap().summary).unwrap()
}

fn page_of(run: &RunDirectory, question: &str) -> String {
    write_summary(run.path()).unwrap();
    fs::read_to_string(run.path().join(format!("{question}.md"))).unwrap()
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_summary_grows_with_the_run_and_leaves_nothing_else_behind() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    store(&run, &cases());
    let first = summary_of(&run);
    assert!(first.starts_with(
        "# What an acknowledged write costs: 2026-11-22T03:04:05Z at 795b2c7 on stone\n"
    ));
    assert!(
        first.contains("\n## log_vs_sqlite\n") && !first.contains("\n## page_size\n"),
        "{first}"
    );
    store(&run, &[Made::sqlite("page_size", "wal-full", 4096, 1e5)]);
    let second = summary_of(&run);
    assert!(
        second.contains("\n## log_vs_sqlite\n") && second.contains("\n## page_size\n"),
        "{second}"
    );
    assert_eq!(
        names_in(run.path()),
        [
            "log_vs_sqlite",
            "log_vs_sqlite.md",
            "page_size",
            "page_size.md",
            "results.csv",
            "results.jsonl",
            "run.json",
            "summary.md"
        ]
    );
}

#[test]
fn both_tables_of_all_cases_hold_the_same() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    store(&run, &cases());
    summary_of(&run);
    let mut table = csv::Reader::from_path(run.path().join("results.csv")).unwrap();
    let keys = table.headers().unwrap().clone();
    let lines = fs::read_to_string(run.path().join("results.jsonl")).unwrap();
    let mut lines = lines.lines();
    for row in table.records() {
        let line = lines.next().unwrap();
        let typed: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        assert_eq!(typed.len(), keys.len());
        for (key, text) in keys.iter().zip(row.unwrap().iter()) {
            match &typed[key] {
                serde_json::Value::Null => assert_eq!(text, "", "{key}"),
                serde_json::Value::String(word) => assert_eq!(text, word, "{key}"),
                serde_json::Value::Bool(flag) => assert_eq!(text, flag.to_string(), "{key}"),
                number => assert_eq!(text.parse().ok(), number.as_f64(), "{key}"),
            }
        }
        assert!(line.starts_with(&format!("{{\"{}\":", &keys[0])), "in one order: {line}");
        assert!(typed["digest_ok"].is_boolean() && typed["ack_latency_ns_p50"].is_number());
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn a_summary_tells_what_a_reader_needs() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    store(&run, &cases());
    let with_omissions = QuestionRecord {
        skipped: vec![CaseLeftOut { id: "wal-full/7".into(), reason: "too odd".into() }],
        dropped: vec![CaseLeftOut { id: "delete-full/8".into(), reason: "20 s a case".into() }],
        failed: vec![FailedCase { id: "wal-full/9".into(), error: "3 records lost".into() }],
        warnings: vec!["the disk was busy".into()],
        cases: question(&cases(), "", &[]).cases.into_iter().chain(["log/9".into()]).collect(),
        ..question(&cases(), "records_per_packet", &[])
    };
    run.write_question(&with_omissions).unwrap();
    let summary = summary_of(&run);
    for expected in [
        "filesystem ext4; mounted from /dev/vda1",
        "ext4 journal yes; ext4 data mode ordered",
        "write cache write back",
        "kernel 6.12.1; HZ 250",
        "Xeon; logical processors 2; of them usable 2",
        "| 6.4 kB | fdatasync | 100 us |",
        "- log_vs_sqlite: the disk was busy",
        "What does it cost? [All of it](log_vs_sqlite.md).",
        "| **as it comes** |",
    ] {
        assert!(summary.contains(expected), "expected: {expected}\ngot:\n{summary}");
    }
    assert!(!summary.contains("in memory") && !summary.contains("working tree"), "{summary}");
    let page = page_of(&run, "log_vs_sqlite");
    for expected in [
        "What does it cost?",
        "- claim: nothing at all (a passer-by)",
        "| `wal-full/9` | failed | 3 records lost |\n| `delete-full/8` | dropped | 20 s a case |\n\
         | `wal-full/7` | skipped | too odd |\n| `log/9` | not run |  |\n",
        "`cargo bench --bench log_vs_sqlite -- '/delete-full/1$'`",
    ] {
        assert!(page.contains(expected), "expected: {expected}\ngot:\n{page}");
    }
}

#[test]
fn a_summary_warns_of_what_spoils_the_figures() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    let mut record = cases()[0].record();
    record.environment = environment("tmpfs");
    record.git.as_mut().unwrap().dirty = Some(true);
    record.verify.found_records -= 1;
    run.write_record(&record).unwrap();
    let summary = summary_of(&run);
    assert!(summary.contains("scratch in memory"), "{summary}");
    assert!(summary.contains("The working tree differed from the revision"), "{summary}");
    assert!(
        summary.contains("log_vs_sqlite/delete-full/1 did not keep what it acked"),
        "{summary}"
    );
    assert!(summary.contains("ended before it described it"), "{summary}");
}

#[test]
fn every_case_is_a_line_of_csv() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    store(&run, &cases());
    let mut odd = Made::sqlite("odd", "a, \"b\"", 1, 1e5).record();
    odd.case.id = "a, b/1".into();
    run.write_record(&odd).unwrap();
    let results = fs::read_to_string(write_summary(run.path()).unwrap().results).unwrap();
    let lines: Vec<&str> = results.lines().collect();
    assert_eq!(lines.len(), 1 + cases().len() + 1);
    assert!(lines[0].starts_with("question,case,label,parameter,standing,engine,"), "{}", lines[0]);
    let columns = lines[0].split(',').count();
    assert!(
        lines[1].starts_with("log_vs_sqlite,delete-full/1,delete-full,1,vanilla,sqlite,,1,16,")
    );
    assert_eq!(lines[1].split(',').count(), columns, "{}", lines[1]);
    assert!(lines.last().unwrap().starts_with("odd,\"a, b/1\",\"a, \"\"b\"\"\",1,tuned,"));
}

#[test]
fn the_closing_text_holds_table_floor_and_places() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    store(&run, &cases());
    let page = target.path().join("criterion/log_vs_sqlite/report/index.html");
    let closing = || closing_text_for(run.path(), "log_vs_sqlite", TERMINAL).unwrap();
    assert!(!closing().contains("criterion"), "no page was written yet");
    fs::create_dir_all(page.parent().unwrap()).unwrap();
    fs::write(&page, "<html>").unwrap();
    let text = closing();
    let places = [
        "log_vs_sqlite: What does it cost?",
        "as it comes\n  delete-full/1",
        "\nfloor       fdatasync p50: 16 B 100 us, 6.4 kB 100 us\n",
        "\ncriterion   ",
        "\nrecords     ",
        "\nsummary     ",
    ]
    .map(|expected| text.find(expected).unwrap_or_else(|| panic!("{expected} is not in\n{text}")));
    assert!(places.is_sorted(), "{text}");
    let is_short = |line: &str| line.chars().count() <= 110 || line.contains("durabench/runs");
    assert!(text.lines().all(is_short), "{text}");
    assert!(closing_text(run.path(), "log_vs_sqlite").unwrap().contains("as it comes"));
}

#[test]
fn a_case_that_was_measured_twice_shows_its_last_figures() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    let case = Made::sqlite("made_up", "wal-full", 400, 400e3);
    let last = Made { packet_ns: 200e3, ..case.clone() };
    let later = "2026-11-22T04:00:00Z".parse().unwrap();
    run.write_record(&RunRecord { started_utc: later, ..last.record() }).unwrap();
    run.write_record(&case.record()).unwrap();
    let text = closing_text_for(run.path(), "made_up", TERMINAL).unwrap();
    assert!(text.contains("2.00 M/s") && !text.contains("1.00 M/s"), "{text}");
    let summary = summary_of(&run);
    assert!(!summary.contains("1.00 M/s"), "{summary}");
    let page = page_of(&run, "made_up");
    assert!(page.contains("| `wal-full/400` | measured 2 times in this run"), "{page}");
}

#[test]
fn criterions_page_is_linked_where_it_is() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    store(&run, &cases());
    let write = |page: &str| {
        let page = target.path().join(page);
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::write(page, "<html>").unwrap();
    };
    let closing = || closing_text_for(run.path(), "log_vs_sqlite", TERMINAL).unwrap();
    assert!(
        !page_of(&run, "log_vs_sqlite").contains("Criterion's page")
            && !closing().contains("criterion")
    );

    // A question that is split into groups has no page of its own.
    write("criterion/report/index.html");
    write("criterion/log_vs_sqlite-wal/report/index.html");
    let link = "[criterion/report/index.html](../../../criterion/report/index.html)";
    let page = page_of(&run, "log_vs_sqlite");
    assert!(page.contains(link), "{page}");
    assert!(closing().contains("criterion/report/index.html"), "{}", closing());

    write("criterion/log_vs_sqlite/report/index.html");
    let link = "(../../../criterion/log_vs_sqlite/report/index.html)";
    let page = page_of(&run, "log_vs_sqlite");
    assert!(page.contains(link), "{page}");
    assert!(closing().contains("criterion/log_vs_sqlite/report/index.html"), "{}", closing());
}

#[test]
fn an_unknown_question_is_named_with_those_that_are_there() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    let ask = || closing_text_for(run.path(), "vote", TERMINAL).unwrap_err();
    assert!(
        ask().to_string().contains("expected records of the question `vote`, got those of none"),
        "{}",
        ask()
    );
    store(&run, &cases());
    assert!(ask().to_string().contains("got those of log_vs_sqlite"), "{}", ask());
    assert!(matches!(ask(), ReportError::NoSuchQuestion { .. }));
}

#[test]
fn a_broken_record_and_a_missing_directory_are_named() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    store(&run, &cases());
    fs::write(run.path().join("log_vs_sqlite/log.1.json"), "{").unwrap();
    let error = write_summary(run.path()).unwrap_err().to_string();
    assert!(error.contains("log_vs_sqlite/log.1.json"), "{error}");
    assert!(!run.path().join("summary.md").exists());
    fs::remove_dir_all(run.path()).unwrap();
    assert!(write_summary(run.path()).is_err());
}
