//! `durabench report`: the page of a run, or one sentence that says why there is none.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Program;

/// A reference run of the project.
fn reference_run() -> PathBuf {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    let entries = fs::read_dir(reports).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|entry| entry.is_dir()).max().unwrap()
}

#[test]
fn a_run_has_a_page() {
    let program = Program::new();
    let file = program.target.path().join("page.html");
    let run = reference_run();
    let arguments = ["report", run.to_str().unwrap(), "--out", file.to_str().unwrap()];
    let output = program.command(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8(output.stdout).unwrap().contains("page.html"));
    assert!(fs::read_to_string(&file).unwrap().starts_with("<!DOCTYPE html>"));
}

#[test]
fn what_is_no_run_is_named_and_nothing_is_written() {
    let program = Program::new();
    let file = program.target.path().join("page.html");
    let out = file.to_str().unwrap();
    for (arguments, expected) in [
        (vec!["report", "/nowhere/at/all", "--out", out], "/nowhere/at/all"),
        (vec!["report", "one", "two"], "--out FILE"),
    ] {
        let output = program.command(&arguments).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(expected), "{told}");
    }
    assert!(!file.exists());
}
