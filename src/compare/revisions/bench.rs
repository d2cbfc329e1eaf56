//! A revision's bench: built, then run again and again.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use measure::cargo::CARGO_VARIABLE;
use measure::run::runs_directory;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;

/// How often it is looked whether a child has ended, or Ctrl-C was pressed.
const GLANCE: Duration = Duration::from_millis(20);

/// A bench that was built.
pub(super) struct Bench {
    executable: PathBuf,
    package: PathBuf,
    target_directory: PathBuf,
}

/// How a run of a bench ended.
pub(super) enum Ended {
    /// By itself.
    Ran {
        /// The run that it made; none where it measured nothing.
        run: Option<PathBuf>,
        /// How it ended, where a case failed.
        failed: Option<ExitStatus>,
    },
    /// By Ctrl-C.
    Interrupted,
}

/// What matters here of what cargo tells of a build, a line each.
#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Bench {
    /// Builds a bench of a package in a target directory of its own; none after Ctrl-C.
    pub(super) fn build(
        package: &Path,
        target_directory: &Path,
        name: &str,
    ) -> anyhow::Result<Option<Self>> {
        let cargo = std::env::var_os(CARGO_VARIABLE).unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.args(["bench", "--no-run", "--message-format=json-render-diagnostics", "--bench"]);
        command.arg(name).stdout(Stdio::piped());
        in_place(&mut command, package, target_directory);
        let mut child = start(&mut command)?;
        let said = child.stdout.take().context("cargo has no output")?;
        let reader = thread::spawn(move || std::io::read_to_string(said));
        let Some(status) = wait(&mut child)? else { return Ok(None) };
        let said = reader.join().map_err(|_| anyhow::anyhow!("cargo's output was not read"))??;
        if !status.success() {
            bail!(
                "{}: expected a bench `{name}` that cargo can build, got {status}; what cargo said stands above",
                package.display()
            );
        }
        let executable = said
            .lines()
            .filter_map(|line| serde_json::from_str::<Message>(line).ok())
            .filter(|message| {
                let is_it = |target: &Target| {
                    target.name == name && target.kind.iter().any(|kind| kind == "bench")
                };
                message.target.as_ref().is_some_and(is_it)
            })
            .find_map(|message| message.executable)
            .with_context(|| {
                format!("expected cargo to name the executable of `{name}`, got none")
            })?;
        let (package, target_directory) = (package.to_owned(), target_directory.to_owned());
        Ok(Some(Self { executable, package, target_directory }))
    }

    /// Runs it once. It is asked to stop when this process is, and keeps what it has finished.
    pub(super) fn run(&self, handed_on: &[OsString]) -> anyhow::Result<Ended> {
        let before = self.runs();
        let mut command = Command::new(&self.executable);
        command.arg("--bench").args(handed_on).stdout(Stdio::null());
        in_place(&mut command, &self.package, &self.target_directory);
        // Each run is one of its own, whatever cargo stands above this process.
        command.env_remove(CARGO_VARIABLE).env("CARGO_MANIFEST_DIR", &self.package);
        let mut child = start(&mut command)?;
        let Some(status) = wait(&mut child)? else { return Ok(Ended::Interrupted) };
        let mut made: Vec<PathBuf> = self.runs().difference(&before).cloned().collect();
        if made.len() > 1 {
            bail!(
                "{}: expected one new run, got {}; does another program measure there?",
                self.target_directory.display(),
                made.len()
            );
        }
        Ok(Ended::Ran { run: made.pop(), failed: (!status.success()).then_some(status) })
    }

    /// The runs in its target directory.
    fn runs(&self) -> BTreeSet<PathBuf> {
        let entries = fs::read_dir(runs_directory(&self.target_directory)).into_iter().flatten();
        let paths = entries.flatten().map(|entry| entry.path());
        paths.filter(|path| path.is_dir() && !is_hidden(path)).collect()
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// In a package, with everything that is built and measured below one directory, whatever cargo's configuration says.
fn in_place(command: &mut Command, package: &Path, target_directory: &Path) {
    command.current_dir(package).stdin(Stdio::null());
    command.env("CARGO_TARGET_DIR", target_directory);
    command.env("CARGO_BUILD_BUILD_DIR", target_directory);
}

/// Starts a child in a process group of its own, so that Ctrl-C reaches it once and through this process.
fn start(command: &mut Command) -> anyhow::Result<Child> {
    let program: &OsStr = command.get_program();
    let program = program.display().to_string();
    command.process_group(0).spawn().with_context(|| format!("{program} could not be started"))
}

/// How a child ended; none where this process was asked to stop, after the child has stopped too.
fn wait(child: &mut Child) -> anyhow::Result<Option<ExitStatus>> {
    let mut was_told = false;
    loop {
        if let Some(status) = child.try_wait()? {
            let is_interrupted = was_told
                || fixture::check_interrupt().is_err()
                || status.code() == Some(i32::from(fixture::INTERRUPTED_EXIT_CODE));
            return Ok((!is_interrupted).then_some(status));
        }
        if !was_told && fixture::check_interrupt().is_err() {
            was_told = true;
            let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            if let Some(group) = group {
                // It may have ended just now.
                kill_process_group(group, Signal::INT).ok();
            }
        }
        thread::sleep(GLANCE);
    }
}
