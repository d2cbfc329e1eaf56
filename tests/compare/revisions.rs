//! Two revisions in turns: of a tiny repository, whose bench copies what was made up for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::sides::in_turns;
use crate::{Run, said};

const MANIFEST: &str = r#"
[package]
name = "tiny"
version = "0.1.0"
edition = "2021"

[[bench]]
name = "made_up"
harness = false

[workspace]
"#;

/// Puts the next of its side's runs where a bench puts its own, and notes that it did. One file stops it for ever.
const BENCH: &str = r#"
use std::{env, fs, path::Path};

const SIDE: &str = "SIDE_OF_THIS_REVISION";

fn main() {
    let made_up = env::var("MADE_UP_RUNS").unwrap();
    let made_up = Path::new(&made_up);
    let runs = Path::new(&env::var("CARGO_TARGET_DIR").unwrap()).join("durabench/runs");
    fs::create_dir_all(&runs).unwrap();
    let number = fs::read_dir(&runs).unwrap().count();
    let arguments: Vec<String> = env::args().skip(1).collect();
    let told = fs::read_to_string(made_up.join("order")).unwrap_or_default();
    fs::write(made_up.join("order"), format!("{told}{SIDE} {}\n", arguments.join(" "))).unwrap();
    if number == 1 && made_up.join("stop").exists() {
        fs::write(made_up.join("stopped"), "").unwrap();
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
    copy(&made_up.join(format!("{SIDE}{number}")), &runs.join(format!("{SIDE}{number}")));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}
"#;

/// A repository of two commits, a program in a target directory of its own, and runs for the bench to copy.
struct Scene {
    all: TempDir,
    sides: [Vec<Run>; 2],
}

impl Scene {
    fn new(factors: [f64; 3]) -> Self {
        let all = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let sides = in_turns(factors, 0.02, |_| ());
        let scene = Self { all, sides };
        for directory in ["tiny/benches", "tiny/src", "made_up", "target/debug"] {
            fs::create_dir_all(scene.path(directory)).unwrap();
        }
        fs::write(scene.path("target/CACHEDIR.TAG"), "").unwrap();
        fs::hard_link(env!("CARGO_BIN_EXE_durabench"), scene.path("target/debug/durabench"))
            .unwrap();
        for (name, runs) in ["old", "new"].into_iter().zip(&scene.sides) {
            for (number, run) in runs.iter().enumerate() {
                let link = scene.path("made_up").join(format!("{name}{number}"));
                std::os::unix::fs::symlink(&run.path, link).unwrap();
            }
        }
        fs::write(scene.path("tiny/Cargo.toml"), MANIFEST).unwrap();
        fs::write(scene.path("tiny/src/lib.rs"), "").unwrap();
        scene.git(&["init", "--quiet"]);
        for side in ["old", "new"] {
            let bench = BENCH.replace("SIDE_OF_THIS_REVISION", side);
            fs::write(scene.path("tiny/benches/made_up.rs"), bench).unwrap();
            scene.git(&["add", "."]);
            scene.git(&["commit", "--quiet", "--no-gpg-sign", "-m", side]);
        }
        scene
    }

    fn path(&self, below: &str) -> PathBuf {
        self.all.path().join(below)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.path("tiny")).args(["-c", "user.name=tester"]);
        command.args(["-c", "user.email=tester@example.org"]).args(arguments);
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"GIT_") {
                command.env_remove(name);
            }
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.path("target/debug/durabench"));
        command.args(["compare", "--revisions", "HEAD~1", "HEAD"]).args(arguments);
        command.env("MADE_UP_RUNS", self.path("made_up"));
        command.env("CARGO_MANIFEST_DIR", self.path("tiny")).env_remove("CARGO");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn compare(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn assert_no_worktree(&self) {
        let listed = self.git(&["worktree", "list", "--porcelain"]);
        let count = listed.lines().filter(|line| line.starts_with("worktree ")).count();
        assert_eq!(count, 1, "{listed}");
        for side in ["old", "new"] {
            assert!(!self.path("target/durabench/revisions").join(side).exists(), "{side}");
        }
    }

    /// The runs that are kept of a side.
    fn kept(&self, side: &str) -> usize {
        let target = self.path("target/durabench/revisions").join(format!("{side}-target"));
        fs::read_dir(target.join("durabench/runs")).map_or(0, Iterator::count)
    }
}

#[test]
fn two_revisions_take_turns_and_are_judged() {
    let scene = Scene::new([1.0, 1.2, 1.0]);
    let output = scene.compare(&["--bench", "made_up", "--fail-above", "5%", "--", "a filter"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("second/400") && text.contains("in turns"), "{text}");
    let order = fs::read_to_string(scene.path("made_up/order")).unwrap();
    let expected = ["old", "new", "new", "old", "old", "new"];
    let expected: Vec<String> =
        expected.iter().map(|side| format!("{side} --bench a filter")).collect();
    assert_eq!(order.lines().collect::<Vec<_>>(), expected);
    scene.assert_no_worktree();
    assert_eq!((scene.kept("old"), scene.kept("new")), (3, 3));
    assert!(text.contains("again with  durabench compare "), "{text}");
}

#[test]
fn ctrl_c_ends_cleanly_and_keeps_what_is_finished() {
    let scene = Scene::new([1.0; 3]);
    fs::write(scene.path("made_up/stop"), "").unwrap();
    let mut child = scene.command(&["--bench", "made_up"]).spawn().unwrap();
    // The third run is the second of the new.
    while !scene.path("made_up/stopped").exists() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended too early");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let id = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(id, Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    scene.assert_no_worktree();
    assert_eq!((scene.kept("old"), scene.kept("new")), (1, 1));
    assert!(said(&output).contains("kept        "), "{}", said(&output));
    assert!(said(&output).contains("interrupted: the worktrees are removed"), "{}", said(&output));
}

#[test]
fn what_cannot_be_built_or_found_is_told_and_leaves_no_worktree() {
    let scene = Scene::new([1.0; 3]);
    let output = scene.compare(&["--bench", "another"]);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    assert!(said(&output).contains("expected a bench `another`"), "{}", said(&output));
    scene.assert_no_worktree();
    let output = Command::new(env!("CARGO_BIN_EXE_durabench"))
        .args(["compare", "--revisions", "HEAD", "no-such-revision", "--bench", "made_up"])
        .env("CARGO_MANIFEST_DIR", scene.path("tiny"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("no-such-revision"), "{}", said(&output));
    let nowhere: &Path = Path::new("/");
    let output = Command::new(env!("CARGO_BIN_EXE_durabench"))
        .args(["compare", "--revisions", "HEAD", "HEAD", "--bench", "made_up"])
        .env("CARGO_MANIFEST_DIR", nowhere)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
}
