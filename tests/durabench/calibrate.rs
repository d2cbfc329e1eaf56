//! `durabench calibrate`: the shape of its tables, and that its exit code says what they show.

use std::process::{Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::Program;

/// The figures of a table's row.
fn row(said: &str, name: &str) -> Vec<f64> {
    let row = said
        .lines()
        .map(str::trim_start)
        .find(|line| line.starts_with(name))
        .unwrap_or_else(|| panic!("{said}"));
    let words = row.split_whitespace().skip(1);
    words.filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn a_round_of_null_pairs_has_its_table_and_its_exit_code() {
    let program = Program::new();
    let arguments =
        ["calibrate", "--rounds", "1", "--blocks", "4", "--kinds", "memory", "--seed", "7"];
    let Output { status, stdout, stderr } = program.command(&arguments).output().unwrap();
    let (said, errors) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(said.starts_with("1 rounds of 3 pairs in 4 blocks, "), "{said}{errors}");
    assert!(said.lines().next().unwrap().ends_with(" seed 7"), "{said}");
    assert!(errors.contains("round 1 of 1: block 4 of 4\n"), "{errors}");
    assert!(errors.contains("a round takes "), "{errors}");
    let (memory, all) = (row(&said, "memory"), row(&said, "all"));
    assert_eq!(memory, all, "{said}");
    // Pairs, misses, expected misses, differs, half-width.
    let [pairs, misses, expected, differs, half_width] = all[..] else { panic!("{said}") };
    assert_eq!(pairs, 3.0, "{said}");
    assert!((expected - 0.15).abs() < 0.051, "0.05 x 3, rounded: {said}");
    assert!(half_width >= 0.0 && misses <= pairs && differs <= pairs, "{said}");
    assert!(said.contains("at most 1 misses of 95 % intervals and 1 times"), "{said}");
    let expected_code = if misses > 1.0 || differs > 1.0 { 3 } else { 4 };
    assert_eq!(status.code(), Some(expected_code), "{said}{errors}");
    let last = said.lines().last().unwrap();
    let sentence = if expected_code == 3 { "beyond the limits" } else { "within the limits, but" };
    assert!(last.starts_with(sentence), "{said}");
}

#[test]
fn an_interrupted_calibration_prints_what_it_has() {
    let program = Program::new();
    let mut child = program
        .command(&["calibrate", "--rounds", "2000", "--kinds", "memory"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It has come so far that its handler is installed.
    let scratch = program.target.path().join("durabench").join("scratch");
    while !scratch.is_dir() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended too early");
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let Output { status, stdout, .. } = child.wait_with_output().unwrap();
    let said = String::from_utf8(stdout).unwrap();
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(said.contains("rounds of 3 pairs in 8 blocks"), "{said}");
    assert!(said.ends_with("interrupted: what stands here was finished before\n"), "{said}");
}

#[test]
fn options_of_one_way_are_refused_in_the_other() {
    let program = Program::new();
    for arguments in [
        &["--runs", "2"][..],
        &["--in", "path"],
        &["--planted", "3", "--rounds", "2"],
        &["--planted", "3", "--kinds", "disk"],
        &["--planted", "0"],
        &["--blocks", "3"],
        &["--kinds", "tape"],
    ] {
        let output = program.command(&[&["calibrate"], arguments].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
