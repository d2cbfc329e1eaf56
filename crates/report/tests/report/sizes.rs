//! However many cases, contrasts and questions a run has: what is read of it stays short, and the files have the rest.

use std::fs;
use std::path::Path;

use measure::record::{Class, Column, ContrastKind, ContrastRecord};
use measure::run::RunDirectory;
use report::closing::{self, closing_text};
use report::evidence::Evidence;
use report::model::QuestionModel;
use report::screen::{self, screen_text};
use report::terminal::{Marking, Terminal};
use report::{summary, write_summary};

use crate::in_blocks::{InBlocks, Session, contrast};
use crate::judged;
use crate::kept::kept_runs;

const TERMINAL: Terminal = Terminal { columns: 200, marking: Marking::Plain };

/// The closing output of a question.
const CLOSING_LINES_MAX: usize = 60;

/// The summary of a whole run.
const SUMMARY_LINES_MAX: usize = 400;

/// Questions of a whole run: those of this project, and the load curves.
const NAMES: [&str; 15] = [
    "auto_vacuum",
    "cache_and_mmap",
    "checkpoint_interval",
    "checkpoint_strategy",
    "compile_flags",
    "durability_price",
    "indexes",
    "log_vs_sqlite",
    "native_log",
    "packet_size",
    "page_size",
    "vote",
    "vote_load",
    "wal_read_cost",
    "why_45k",
];

/// A question of many cases with long ids, of many contrasts, of which some cannot be judged, and of much to say beside.
fn large(name: &'static str, cases: usize) -> Evidence {
    let label = |number: usize| format!("wal-full-fdatasync-exclusive-auto10000-variant{number}");
    let labels: Vec<String> = (0..cases).map(label).collect();
    let of = |number: usize| InBlocks::disk(1.0 + number as f64 / 40.0, 2.0, 0.03);
    let made: Vec<(&str, InBlocks)> =
        labels.iter().enumerate().map(|(number, label)| (label.as_str(), of(number))).collect();
    let pairs = labels.iter().flat_map(|case| labels[..3].iter().map(move |base| (case, base)));
    let contrasts: Vec<ContrastRecord> = pairs
        .filter(|(case, base)| case != base)
        .map(|(case, base)| {
            let (case, base) = (format!("{case}/400"), format!("{base}/400"));
            contrast(name, ContrastKind::AgainstBase, &case, &base, Class::Disk)
        })
        .collect();
    let mut evidence = judged::evidence(name, &made, contrasts, Session::USUAL);
    evidence.records.truncate(cases - 3);
    let question = evidence.question.as_mut().unwrap();
    question.columns =
        Some(vec![Column::WalMax, Column::SyncsPerCommit, Column::Spread, Column::FloorsPerAck]);
    question.warnings = (0..9)
        .map(|number| {
            format!("warning {number}: {}", "the disk was busy with something else ".repeat(4))
        })
        .collect();
    for record in &mut evidence.records {
        record.notes.push("the disk had not come to rest when the case began".into());
        record.space.wal_bytes_max = Some(4_000_000);
    }
    evidence
}

fn store(target: &Path, questions: &[Evidence]) -> RunDirectory {
    let run = RunDirectory::of_this_run(target).unwrap();
    for evidence in questions {
        evidence.records.iter().for_each(|record| drop(run.write_record(record).unwrap()));
        run.write_question(evidence.question.as_ref().unwrap()).unwrap();
    }
    run
}

fn longest_line(text: &str) -> usize {
    let is_place = |line: &&str| !line.contains("/durabench/runs/") && !line.contains("reports/");
    text.lines().filter(is_place).map(|line| line.chars().count()).max().unwrap_or(0)
}

fn assert_is_short(text: &str, lines_max: usize) {
    let lines = text.lines().count();
    assert!(lines <= lines_max, "{lines} lines, expected at most {lines_max}:\n{text}");
}

#[test]
fn the_closing_output_of_the_largest_question_fits_a_screen_and_says_what_is_missing() {
    let target = tempfile::tempdir().unwrap();
    let run = store(target.path(), &[large("checkpoint_strategy", 64)]);
    write_summary(run.path()).unwrap();
    for columns in [60, 80, 120, 200] {
        let terminal = Terminal { columns, ..TERMINAL };
        let text = closing_text(run.path(), "checkpoint_strategy", terminal).unwrap();
        assert_is_short(&text, CLOSING_LINES_MAX);
        assert!(longest_line(&text) <= 120, "{text}");
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(one_line.contains(" of 61 cases, the rest in the files"), "{text}");
        assert!(text.contains(" of 189 contrasts, the rest in the files"), "{text}");
        assert!(text.contains("3 not run; the files have the reasons"), "{text}");
        assert!(text.contains("6 more in the summary"), "{text}");
    }
}

#[test]
fn a_small_question_is_shown_whole() {
    let target = tempfile::tempdir().unwrap();
    let run = store(target.path(), &[large("checkpoint_strategy", 12)]);
    let text = closing_text(run.path(), "checkpoint_strategy", TERMINAL).unwrap();
    assert_is_short(&text, CLOSING_LINES_MAX);
    assert!(!text.contains(" of 9 cases"), "{text}");
}

#[test]
fn the_summary_of_a_whole_run_is_short_and_its_pages_have_every_case() {
    let target = tempfile::tempdir().unwrap();
    let questions: Vec<Evidence> = NAMES.iter().map(|name| large(name, 20)).collect();
    let run = store(target.path(), &questions);
    let files = write_summary(run.path()).unwrap();
    let summary = fs::read_to_string(files.summary).unwrap();
    assert_is_short(&summary, SUMMARY_LINES_MAX);
    for evidence in &questions {
        assert!(summary.contains(&format!("\n## {}\n", evidence.name)), "{}", evidence.name);
        let page = fs::read_to_string(run.path().join(format!("{}.md", evidence.name))).unwrap();
        for record in &evidence.records {
            assert!(page.contains(&format!("| `{}` |", record.case.id)), "{}", record.case.id);
        }
    }
    let screen = screen_text(run.path(), TERMINAL).unwrap();
    assert_is_short(&screen, NAMES.len() + 3);
    assert!(longest_line(&screen) <= 120, "{screen}");
    for name in NAMES {
        let lines = screen.lines().filter(|line| line.starts_with(&format!("{name} ")));
        assert_eq!(lines.count(), 1, "{name}\n{screen}");
    }
}

#[test]
fn every_kept_run_is_told_within_the_same_lines() {
    let runs = kept_runs();
    assert!(!runs.is_empty());
    for run in runs {
        assert_is_short(&summary::markdown(run), SUMMARY_LINES_MAX);
        let models: Vec<QuestionModel<'_>> = run.iter().map(QuestionModel::of).collect();
        for model in &models {
            let text = closing::text(model, TERMINAL);
            assert_is_short(&text, CLOSING_LINES_MAX);
            assert!(longest_line(&text) <= 120, "{}:\n{text}", model.evidence.name);
        }
        let screen = screen::text(&models, TERMINAL);
        assert_is_short(&screen, run.len() + 1);
        assert!(longest_line(&screen) <= 120, "{screen}");
    }
}
