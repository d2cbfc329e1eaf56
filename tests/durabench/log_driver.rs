//! `durabench log-driver` as a program: killed, interrupted, deadlocked, and with bad input.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use measure::run::{latest_link, read_run};
use report::judgement::Findings;
use rustix::process::{Pid, Signal, kill_process};

use super::Program;

const FAST: [&str; 4] = ["log-driver", "--rate", "fast", "--input-messages=500"];

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

/// Files of the program's runs whose names end so; a run without a record is not the latest one.
fn files(program: &Program, ending: &str) -> Vec<PathBuf> {
    let runs = program.target.path().join("durabench/runs");
    let entries = |directory: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let in_runs: Vec<PathBuf> = entries(&runs).iter().flat_map(|run| entries(run)).collect();
    let below = in_runs.iter().flat_map(|file| entries(file));
    let mut files: Vec<PathBuf> = in_runs.iter().cloned().chain(below).collect();
    files.retain(|file| file.to_string_lossy().ends_with(ending));
    files
}

#[test]
fn every_store_survives_kills_at_random_moments() {
    let program = Program::new();
    let kills = ["log-driver", "kill", "--trials=3", "--kills=2", "--moment-max-ms=200"];
    let output = program.command(&kills).output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said.matches("6 kills").count(), 6, "{said}");
    assert_eq!(said.matches("none is lost, none came back").count(), 6, "{said}");
}

#[test]
fn a_run_keeps_its_record_and_its_series() {
    let program = Program::new();
    let run = program.command(&FAST).args(["--messages=300", "--slice-ms=20"]).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert!(said(&run).contains("verified    300 acked: 300 delivered, 0 wait"), "{}", said(&run));
    let records = read_run(&latest_link(program.target.path())).unwrap();
    let queue = records[0].queue.as_ref().unwrap();
    assert_eq!((queue.counts.inserted, queue.counts.deleted), (300, 300));
    let series = fs::read_to_string(&files(&program, "_fast.csv")[0]).unwrap();
    assert_eq!(series.lines().count(), 1 + queue.series.len());
    assert!(series.starts_with("end_seconds,"), "{series}");
    let note = &records[0].notes[0];
    assert!(note.contains("slow phase"), "{note}");
    assert!(said(&run).contains(note.as_str()), "{}", said(&run));
}

#[test]
fn a_deadlock_is_told_and_fails() {
    let program = Program::new();
    let circle = ["--topology=shared-bounded", "--channel-capacity=2", "--sink-batch=20"];
    let slow = ["--sink-batch-age-ms=60000", "--messages=5000"];
    let output = program.command(&FAST).args(circle).args(slow).output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("deadlock: thread `"), "{said}");
    assert!(said.contains("wait in the store for the next start"), "{said}");
}

#[test]
fn ctrl_c_ends_an_endless_run_with_no_ack_lost() {
    let program = Program::new();
    let mut endless = program.command(&FAST);
    endless.args(["--messages=endless", "--slice-ms=20"]);
    endless.args(["--topology=acks-first", "--channel-capacity=100"]);
    let child = endless.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let has_series = || {
        let series = files(&program, ".csv");
        series.iter().any(|file| fs::read_to_string(file).unwrap().lines().count() > 3)
    };
    while !has_series() {
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("interrupted") && said.contains("verified"), "{said}");
    assert!(said.contains(", 0 wait in the store"), "each ack was obeyed: {said}");
    let queue = read_run(&latest_link(program.target.path())).unwrap().remove(0).queue.unwrap();
    assert_eq!(queue.counts.deleted, queue.counts.delivered);
}

#[test]
fn the_documents_figures_become_rows() {
    let program = Program::new();
    let small = ["--messages=50", "--input-messages=100"];
    let published = program.command(&["log-driver", "published"]).args(small).output().unwrap();
    assert_eq!(published.status.code(), Some(0), "{}", said(&published));
    assert_eq!(said(&published).matches("does not sleep").count(), 2, "{}", said(&published));
}

/// Four blocks are as few as are judged; what they say is noise.
#[test]
fn the_documents_questions_are_judged_in_the_runs_findings_and_on_its_page() {
    let program = Program::new();
    let kept = program.target.path().join("kept");
    let small = ["--messages=20", "--input-messages=100", "--blocks=4", "--keep"];
    let questions = ["log-driver", "questions"];
    let output = program.command(&questions).args(small).arg(&kept).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("Do deletes starve? A message stays"), "{}", said(&output));
    let findings = fs::read_to_string(kept.join("findings.json")).unwrap();
    let findings: Findings = serde_json::from_str(&findings).unwrap();
    let declared = findings.rows.len() + findings.not_judged.len();
    assert!(declared > 25 && findings.rows.len() > 15, "{findings:?}");
    assert!(findings.rows.iter().all(|row| row.key.question == "log_driver_questions"));
    let page = fs::read_to_string(kept.join("index.html")).unwrap();
    assert!(page.contains("Do deletes starve?"), "the page has the answers");
}

#[test]
fn bad_input_is_a_clear_error() {
    let program = Program::new();
    let place = tempfile::tempdir().unwrap();
    let input = place.path().join("input.jsonl");
    fs::write(&input, "{\"messages\":500}\n").unwrap();
    let damaged = program.command(&FAST).arg("--input").arg(&input).output().unwrap();
    assert_eq!(damaged.status.code(), Some(1));
    assert!(said(&damaged).contains("delete it, and it is generated again"), "{}", said(&damaged));
    for (option, named) in [
        ("--topology=ring", "possible values: shared-bounded"),
        ("--rate=bursts:0", "expected fast, sleep:MICROSECONDS"),
        ("--journal-mode=none", "possible values: delete"),
        ("--messages=0", "or `endless`"),
    ] {
        let output = program.command(&["log-driver", option]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert!(said(&output).contains(named), "{option}: {}", said(&output));
    }
    let refused = program.command(&["log-driver", "--journal-mode=off"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("journal_mode: expected"), "{}", said(&refused));
}
