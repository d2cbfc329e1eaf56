//! Ctrl-C, and what asks in the same way: what is finished is kept, and nothing else is left.

use std::fs;

use rustix::process::Signal;

use crate::program::{Ended, Program};

/// As shells expect it: 128 and SIGINT.
const INTERRUPTED: i32 = 130;

/// Longer than any test.
const FOR_LONG: [&str; 2] = ["--seconds", "3600"];

fn assert_interrupted(ended: &Ended, message: &str) {
    assert_eq!(ended.status.code(), Some(INTERRUPTED), "{}\n{}", ended.said, ended.errors);
    let all = format!("{}{}", ended.said, ended.errors);
    assert!(all.contains(message), "expected {message:?}, got {all}");
}

/// Starts a load and waits until so many lines of its series are there.
fn interrupted_load(program: &Program, signal: Signal) -> Ended {
    let load = ["--path", "log", "--target", "2000", "--warm-up-seconds", "0.1"];
    let mut running = program.start(&[&load[..], &FOR_LONG].concat());
    running.read_until("scratch");
    let lines = || -> usize {
        let series = program.files("vote_load", ".csv");
        series.iter().map(|file| fs::read_to_string(file).unwrap().lines().count()).sum()
    };
    // The headings, the warm-up, and some of what is measured.
    while lines() < 6 {
        std::thread::yield_now();
    }
    running.signal(signal);
    running.end()
}

#[test]
fn a_load_that_is_interrupted_keeps_what_it_measured() {
    for signal in [Signal::INT, Signal::TERM] {
        let program = Program::new();
        let ended = interrupted_load(&program, signal);
        assert_interrupted(&ended, "ended early by Ctrl-C");
        assert!(
            ended.said.contains("verified") && ended.said.contains("records"),
            "{}",
            ended.said
        );
        let records = program.files("vote_load", ".2000.json");
        assert_eq!(records.len(), 1, "{records:?}");
        let record = fs::read_to_string(&records[0]).unwrap();
        assert!(
            record.contains(r#""end":"interrupted""#) && record.contains(r#""digest_ok":true"#)
        );
        program.assert_no_scratch();
    }
}

#[test]
fn a_load_that_is_interrupted_before_it_is_measured_says_so() {
    let program = Program::new();
    // The warm-up does not end before the test does.
    let warm_up = ["--path", "null", "--target", "100", "--warm-up-seconds", "3600"];
    let mut running = program.start(&warm_up);
    running.read_until("scratch");
    running.signal(Signal::INT);
    assert_interrupted(&running.end(), "interrupted before anything was measured");
    assert!(program.files("vote_load", ".json").is_empty());
    program.assert_no_scratch();
}

#[test]
fn a_search_that_is_interrupted_keeps_its_points() {
    for command in ["knee", "saturation"] {
        let program = Program::new();
        let search = [command, "--path", "null", "--first", "500", "--highest", "1000000"];
        let short = ["--seconds", "0.2", "--warm-up-seconds", "0.1", "--articles", "100"];
        let mut running = program.start(&[&search[..], &short].concat());
        running.read_until("500 /s");
        running.signal(Signal::INT);
        assert_interrupted(&running.end(), "interrupted at null");
        assert!(!program.files("vote_load", ".500.json").is_empty(), "{command}");
        assert!(program.files("", "summary.md").len() == 1, "{command}");
        program.assert_no_scratch();
    }
}

#[test]
fn a_tuning_that_is_interrupted_keeps_the_variants_before() {
    let program = Program::new();
    let short = ["tune", "--target", "2000", "--seconds", "0.2", "--warm-up-seconds", "0.1"];
    let mut running = program.start(&short);
    // Which one comes first is drawn.
    running.read_until("-free ");
    running.signal(Signal::INT);
    assert_interrupted(&running.end(), "interrupted at tuned, ");
    let kept = program.files("vote_load", ".2000.json").len();
    assert!((1..=2).contains(&kept), "{kept} of many variants");
    program.assert_no_scratch();
}

#[test]
fn a_recovery_that_is_interrupted_ends_its_process_and_keeps_the_paths_before() {
    let program = Program::new();
    let paths = ["recovery", "--path", "log", "--path", "arm-a", "--votes", "400000"];
    let mut running = program.start(&paths);
    running.read_until("reading everything");
    running.signal(Signal::INT);
    let ended = running.end();
    assert_interrupted(&ended, "interrupted: 1 of 2 paths are finished and kept, arm-a is not");
    let rows = fs::read_to_string(program.run_directory().join("vote_recovery.csv")).unwrap();
    assert!(rows.contains("\nlog,1,400000,") && rows.lines().count() == 2, "{rows}");
    program.assert_no_scratch();
}
