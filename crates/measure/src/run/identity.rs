//! Which run a process belongs to.

use std::path::Path;

use procfs::process::{Process, Stat};
use serde::{Deserialize, Serialize};

use super::RunError;
use crate::git::GitState;
use crate::record::SCHEMA_VERSION;
use crate::utc::UtcSecond;

/// What all processes of one run share, and no other process ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunKey {
    /// The process that the run is: cargo, or the program itself when it was not started by cargo.
    pub process_id: i32,
    /// When that process started, in the kernel's ticks since boot: process ids are used again.
    pub start_ticks: u64,
    /// The boot that the ticks count from; null where the kernel does not tell.
    pub boot_id: Option<String>,
}

/// A run, as its `run.json` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunIdentity {
    /// The version of the records' schema.
    pub schema_version: u32,
    /// What the run's processes share.
    pub key: RunKey,
    /// When the run's process started.
    pub started_utc: UtcSecond,
    /// The revision when the run's first record directory was made; null outside of a repository.
    pub git: Option<GitState>,
    /// The command line of the process that made the directory.
    pub command_line: Vec<String>,
}

impl RunIdentity {
    /// The run that this process belongs to, with the state of the working tree that holds
    /// `working_tree`.
    ///
    /// Cargo sets `CARGO` for what it runs: then the parent process is the run. A program that was
    /// started by hand is a run of its own; its parent, a shell, would tie together whatever is
    /// typed into it.
    ///
    /// # Errors
    /// [`RunError::Identity`] when procfs does not tell about this process.
    pub fn of_this_run(working_tree: &Path) -> Result<Self, RunError> {
        let own = Process::myself()?.stat()?;
        let parent = std::env::var_os("CARGO").and_then(|_| stat_of(own.ppid));
        let process = parent.unwrap_or(own);
        let start_ticks = process.starttime;
        let started = procfs::boot_time_secs()? + start_ticks / procfs::ticks_per_second();
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            key: RunKey { process_id: process.pid, start_ticks, boot_id: boot_id() },
            started_utc: UtcSecond::from_seconds_since_epoch(started),
            git: GitState::capture(working_tree),
            command_line: command_line(),
        })
    }

    /// The name of the run's directory, unless another run has it already.
    pub(super) fn directory_name(&self) -> String {
        let revision = self.git.as_ref().map_or("nogit", |git| git.revision_short.as_str());
        format!("{}-{revision}", self.started_utc.compact())
    }
}

/// This process's command line: the program by its file name, since records are shared and its
/// directory says nothing about the measurement.
#[must_use]
pub fn command_line() -> Vec<String> {
    let mut arguments = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let program = arguments.next().map(|program| {
        let name = Path::new(&program).file_name();
        name.map_or(program.clone(), |name| name.to_string_lossy().into_owned())
    });
    program.into_iter().chain(arguments).collect()
}

/// A parent outside of this process's namespace has the id 0, and one that has just ended has none.
fn stat_of(process_id: i32) -> Option<Stat> {
    Process::new(process_id).and_then(|process| process.stat()).ok()
}

fn boot_id() -> Option<String> {
    crate::system_roots::read_fact("/proc/sys/kernel/random/boot_id")
}
