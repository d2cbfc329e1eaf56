//! `durabench` as a program: what it leaves behind when it is stopped, and what it does with numbers that
//! are too large and with pipes that nobody reads.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod bad_inputs;
mod calibrate;
mod crash;
mod flamegraphs;
mod html_page;
mod log_driver;
mod predict;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use measure::run::{latest_link, read_run};
use runner::scratch::DiskClaim;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Where the program lies, as in cargo's target directory.
const PROGRAM: &str = "debug/durabench";

/// The program in a target directory of its own, so that the user's runs and scratch are not touched.
struct Program {
    target: TempDir,
}

impl Program {
    fn new() -> Self {
        let target = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        // What cargo writes into a target directory, and by which the program knows its own.
        fs::write(target.path().join("CACHEDIR.TAG"), "").unwrap();
        fs::create_dir(target.path().join("debug")).unwrap();
        fs::hard_link(env!("CARGO_BIN_EXE_durabench"), target.path().join(PROGRAM)).unwrap();
        Self { target }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.target.path().join(PROGRAM));
        command.args(arguments).stdin(Stdio::null()).env_remove("CARGO");
        // Tests run side by side, and time nothing that anyone reads.
        command.env_remove("DURABENCH_DIR").env("DURABENCH_ALLOW_SHARED", "1");
        command
    }
}

/// A pipe that nobody reads from.
fn closed_pipe() -> Stdio {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// The exit code while nobody listens to either channel.
fn code_unheard(command: &mut Command) -> Option<i32> {
    command.stdout(closed_pipe()).stderr(closed_pipe()).status().unwrap().code()
}

fn names_in(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Waits until a process has a file open in a directory, seen there or not.
fn wait_until_it_writes_in(directory: &Path, child: &mut Child) {
    let opened = PathBuf::from(format!("/proc/{}/fd", child.id()));
    let directory = directory.to_str().unwrap();
    loop {
        assert_eq!(child.try_wait().unwrap(), None, "it ended too early");
        let files = fs::read_dir(&opened).into_iter().flatten().flatten();
        let files = files.filter_map(|file| fs::read_link(file.path()).ok());
        if files.into_iter().any(|file| file.to_string_lossy().starts_with(directory)) {
            return;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_floor_that_is_stopped_leaves_no_file() {
    for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
        let place = tempfile::tempdir().unwrap();
        let program = Program::new();
        let mut child = program
            .command(&["floor", "--writes", "10000000", "--directory"])
            .arg(place.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        wait_until_it_writes_in(place.path(), &mut child);
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert!(!child.wait().unwrap().success());
        assert_eq!(names_in(place.path()), Vec::<PathBuf>::new(), "{signal:?}");
    }
}

#[test]
fn a_huge_payload_is_refused_with_its_bound_and_leaves_no_file() {
    let place = tempfile::tempdir().unwrap();
    let program = Program::new();
    for bytes in ["18446744073709551615", "67108865", "0"] {
        let mut command = program.command(&["floor", "--payload-bytes", bytes, "--directory"]);
        let Output { status, stderr, .. } = command.arg(place.path()).output().unwrap();
        let errors = String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(2), "{errors}");
        assert!(errors.contains("expected a whole number from 1 to 67108864, got"), "{errors}");
        assert_eq!(names_in(place.path()), Vec::<PathBuf>::new());
    }
}

#[test]
fn a_load_that_nobody_reads_is_measured_and_kept() {
    let program = Program::new();
    let short = ["--seconds", "0.2", "--warm-up-seconds", "0.1", "--articles", "100"];
    let load = [&["vote", "--path", "null", "--target", "500"], &short[..]].concat();
    assert_eq!(code_unheard(&mut program.command(&load)), Some(0));
    let latest = latest_link(program.target.path());
    assert_eq!(read_run(&latest).unwrap().len(), 1);
    // Its tables too, and the summary that stands behind them.
    fs::remove_file(latest.join("summary.md")).unwrap();
    // The last run is that of the program's own target directory, from wherever it is asked for.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut tables = program.command(&["tables"]);
    assert_eq!(code_unheard(tables.current_dir(elsewhere.path())), Some(0));
    assert!(latest.join("summary.md").is_file());
    // 256 MiB of address space are enough for them.
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -v 262144; exec \"$0\" tables \"$1\""]);
    let limited = limited.arg(program.target.path().join(PROGRAM)).arg(&latest).output().unwrap();
    assert!(limited.status.success(), "{limited:?}");
}

#[test]
fn a_second_load_on_the_disk_is_refused_unless_that_is_allowed() {
    let program = Program::new();
    let scratch = program.target.path().join("durabench/scratch");
    fs::create_dir_all(&scratch).unwrap();
    // Other tests may measure on the disk; nobody else does in this directory.
    runner::scratch::allow_shared();
    let _holder = DiskClaim::of(&scratch).unwrap();
    let load = ["vote", "--path", "null", "--seconds", "0.2", "--warm-up-seconds", "0.1"];
    let floor = ["floor", "--writes", "3", "--directory", scratch.to_str().unwrap()];
    for arguments in [&load[..], &floor] {
        let mut command = program.command(arguments);
        let output = command.env_remove("DURABENCH_ALLOW_SHARED").output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(
            errors.contains("expected no other session that measures on this disk"),
            "{errors}"
        );
        let mut command = program.command(&[arguments, &["--allow-shared"]].concat());
        let output = command.env_remove("DURABENCH_ALLOW_SHARED").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("another session measured on this disk"), "{said}");
    }
    assert!(names_in(&scratch).is_empty());
}

#[test]
fn what_keeps_nothing_ends_quietly_when_nobody_reads() {
    let program = Program::new();
    for arguments in [&["builds"][..], &["vote", "paths"], &["--help"]] {
        let code = code_unheard(&mut program.command(arguments));
        assert_eq!(code, Some(0), "{arguments:?}");
    }
    // A failure is a failure, also when nobody hears of it.
    assert_eq!(code_unheard(&mut program.command(&["tables", "/nonexistent"])), Some(1));
    assert_eq!(code_unheard(&mut program.command(&["floor", "--writes", "0"])), Some(2));
}
