//! The program in a target directory of its own, so that the user's runs and scratch are not touched.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Where the program lies, as in cargo's target directory.
const PROGRAM: &str = "debug/durabench";

/// Loads of several programs at once would starve each other.
static TURN: Mutex<()> = Mutex::new(());

/// The program, and where it may write.
pub(crate) struct Program {
    target: TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// The program while it runs.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// What was read of it so far.
    said: String,
}

/// How the program ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Its standard output.
    pub(crate) said: String,
    pub(crate) errors: String,
}

impl Program {
    pub(crate) fn new() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let target = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        // What cargo writes into a target directory, and by which the program knows its own.
        fs::write(target.path().join("CACHEDIR.TAG"), "").unwrap();
        let program = target.path().join(PROGRAM);
        fs::create_dir(program.parent().unwrap()).unwrap();
        fs::hard_link(env!("CARGO_BIN_EXE_durabench"), program).unwrap();
        Self { target, _turn: turn }
    }

    /// Starts `durabench vote` with these arguments.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut child = Command::new(self.target.path().join(PROGRAM))
            .arg("vote")
            .args(arguments)
            // Other tests may run beside, and nothing is timed that anyone reads.
            .env("DURABENCH_ALLOW_SHARED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Running { child, lines, said: String::new() }
    }

    /// The only run that there is.
    pub(crate) fn run_directory(&self) -> PathBuf {
        let runs = entries(&self.target.path().join("durabench/runs"));
        assert_eq!(runs.len(), 1, "{runs:?}");
        runs[0].clone()
    }

    /// Files below a directory of the run that end so.
    pub(crate) fn files(&self, directory: &str, ending: &str) -> Vec<PathBuf> {
        let all = entries(&self.run_directory().join(directory));
        all.into_iter().filter(|path| path.to_str().unwrap().ends_with(ending)).collect()
    }

    /// Fails if scratch was left.
    pub(crate) fn assert_no_scratch(&self) {
        let left = entries(&self.target.path().join("durabench/scratch"));
        assert!(left.is_empty(), "{left:?}");
    }
}

impl Running {
    /// Reads on until a line holds this text.
    pub(crate) fn read_until(&mut self, text: &str) {
        loop {
            let mut line = String::new();
            let bytes = self.lines.read_line(&mut line).unwrap();
            self.said += &line;
            if line.contains(text) {
                return;
            }
            if bytes == 0 {
                let mut errors = String::new();
                self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
                panic!("expected {text:?}, got {}\n{errors}", self.said);
            }
        }
    }

    /// Sends a signal to the program alone, not to what it has started.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Reads the rest and waits.
    pub(crate) fn end(mut self) -> Ended {
        self.lines.read_to_string(&mut self.said).unwrap();
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        Ended { status: self.child.wait().unwrap(), said: self.said, errors }
    }
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let Ok(listed) = fs::read_dir(directory) else { return Vec::new() };
    let mut entries: Vec<PathBuf> = listed.map(|entry| entry.unwrap().path()).collect();
    entries.sort_unstable();
    entries
}
