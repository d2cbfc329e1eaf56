//! One of the two revisions: its bench is built, then run again and again.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail, ensure};
use measure::cargo::CARGO_VARIABLE;
use measure::run::runs_directory;
use runner::RunnerError;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use super::worktree::Worktree;
use crate::session::say;

/// How often it is looked whether a child has ended, or Ctrl-C was pressed.
const GLANCE: Duration = Duration::from_millis(20);

/// A revision whose bench was built.
pub(super) struct Side {
    pub(super) worktree: Worktree,
    /// What it has measured, in the order of measuring.
    pub(super) runs: Vec<PathBuf>,
    target_directory: PathBuf,
    executable: PathBuf,
}

impl Side {
    /// Builds a bench of a revision in a target directory of its own.
    pub(super) fn build(
        worktree: Worktree,
        target_directory: PathBuf,
        bench: &str,
    ) -> anyhow::Result<Self> {
        say(format_args!("building    {}, {}", worktree.name, worktree.commit));
        let cargo = std::env::var_os(CARGO_VARIABLE).unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.args(["bench", "--no-run", "--message-format=json-render-diagnostics", "--bench"]);
        command.arg(bench).stdout(Stdio::piped());
        in_place(&mut command, &worktree.package, &target_directory);
        let mut child = start(&mut command)?;
        let said = child.stdout.take().context("cargo has no output")?;
        let reader = thread::spawn(move || io::read_to_string(said));
        let status = wait(&mut child)?;
        let said = reader.join().map_err(|_| anyhow!("cargo's output was not read"))??;
        ensure!(
            status.success(),
            "{}: expected a bench `{bench}` that cargo can build, got {status}; what cargo said stands above",
            worktree.package.display()
        );
        // A line of JSON each, of which one is about the bench.
        let executable = said.lines().find_map(|line| {
            let message: Value = serde_json::from_str(line).ok()?;
            let target = &message["target"];
            let is_it = target["name"] == bench && target["kind"][0] == "bench";
            is_it.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
        });
        let executable = executable.with_context(|| {
            format!("expected cargo to name the executable of `{bench}`, got none")
        })?;
        Ok(Self { runs: Vec::new(), worktree, target_directory, executable })
    }

    /// Runs the bench once. It is asked to stop when this process is, and keeps what it has finished.
    pub(super) fn measure(&mut self, handed_on: &[PathBuf]) -> anyhow::Result<()> {
        let before = self.all_runs();
        let package = &self.worktree.package;
        let mut command = Command::new(&self.executable);
        command.arg("--bench").args(handed_on).stdout(Stdio::null());
        in_place(&mut command, package, &self.target_directory);
        // Each run is one of its own, whatever cargo stands above this process.
        command.env_remove(CARGO_VARIABLE).env("CARGO_MANIFEST_DIR", package);
        let status = wait(&mut start(&mut command)?)?;
        let made: Vec<PathBuf> = self.all_runs().difference(&before).cloned().collect();
        ensure!(
            made.len() <= 1,
            "{}: expected one new run, got {}; does another program measure there?",
            self.target_directory.display(),
            made.len()
        );
        if !status.success() {
            say(format_args!("warning: the bench of {} ended with {status}", self.worktree.name));
        }
        self.runs.extend(made);
        Ok(())
    }

    /// The runs in its target directory, of earlier comparisons too.
    fn all_runs(&self) -> BTreeSet<PathBuf> {
        let entries = fs::read_dir(runs_directory(&self.target_directory)).into_iter().flatten();
        // A hidden one is not whole.
        let whole = entries
            .flatten()
            .filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
        whole.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    }
}

/// In a package, with everything that is built and measured below one directory, whatever cargo's configuration says.
fn in_place(command: &mut Command, package: &Path, target_directory: &Path) {
    command.current_dir(package).stdin(Stdio::null());
    command.env("CARGO_TARGET_DIR", target_directory);
    command.env("CARGO_BUILD_BUILD_DIR", target_directory);
}

/// Starts a child in a process group of its own, so that Ctrl-C reaches it once and through this process.
fn start(command: &mut Command) -> anyhow::Result<Child> {
    let program = command.get_program().display().to_string();
    command.process_group(0).spawn().with_context(|| format!("{program} could not be started"))
}

/// How a child ended. Where this process was asked to stop, the child is too, and [`RunnerError::Interrupted`] comes after
/// it has.
fn wait(child: &mut Child) -> anyhow::Result<ExitStatus> {
    let mut was_told = false;
    loop {
        let asked = fixture::check_interrupt();
        if let Some(status) = child.try_wait()? {
            asked?;
            if status.code() == Some(i32::from(fixture::INTERRUPTED_EXIT_CODE)) {
                bail!(RunnerError::Interrupted);
            }
            return Ok(status);
        }
        if asked.is_err() && !was_told {
            was_told = true;
            if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                // It may have ended just now.
                kill_process_group(group, Signal::INT).ok();
            }
        }
        thread::sleep(GLANCE);
    }
}
