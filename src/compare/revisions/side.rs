//! One of the two revisions: its bench is built, then run again and again.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use measure::cargo::CARGO_VARIABLE;
use measure::run::runs_directory;
use serde_json::Value;

use super::worktree::Worktree;
use crate::child::{self, Said};
use crate::session::say;

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
        let said = Said::new()?;
        command.arg(bench).stdout(said.writer()?);
        in_place(&mut command, &worktree.package, &target_directory);
        let status = child::run(&mut command)?;
        ensure!(
            status.success(),
            "{}: expected a bench `{bench}` that cargo can build, got {status}; what cargo said stands above",
            worktree.package.display()
        );
        // A line of JSON each, of which one is about the bench.
        let executable = said.text()?.lines().find_map(|line| {
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
        let status = child::run(&mut command)?;
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
    command.current_dir(package);
    command.env("CARGO_TARGET_DIR", target_directory);
    command.env("CARGO_BUILD_BUILD_DIR", target_directory);
}
