//! Which run a process belongs to.

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use procfs::process::Process;
use serde::{Deserialize, Serialize};

use crate::cargo::{self, CargoRecord};
use crate::git::GitState;
use crate::record::SCHEMA_VERSION;
use crate::utc::UtcSecond;

/// What all processes of one run share, and no other process ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunKey {
    /// The process that the run is: cargo, or the program itself when it was not started by cargo.
    pub process_id: i32,
    /// When that process started, in the kernel's ticks since boot: process ids are used again. Without procfs it
    /// is when the key was made, in ns since 1970.
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
    /// How the process that made the directory was built and started; null in records from before this was kept, and
    /// where nothing tells.
    #[serde(default)]
    pub cargo: Option<CargoRecord>,
    /// The command line of the process that made the directory.
    pub command_line: Vec<String>,
}

impl RunIdentity {
    /// The run that this process belongs to, with the state of the working tree that holds
    /// `working_tree`.
    ///
    /// What cargo runs, through whatever wrappers, belongs to the run of that cargo. A program that was
    /// started by hand is a run of its own; its parent, a shell, would tie together whatever is
    /// typed into it. So is a process of which the kernel does not tell.
    #[must_use]
    pub fn of_this_run(working_tree: &Path) -> Self {
        let told = cargo::process()
            .map(|cargo| (cargo.process_id, cargo.start_ticks))
            .or_else(own_process);
        let started = told.and_then(|(_, start_ticks)| started_seconds(start_ticks));
        let (process_id, start_ticks) = told.unwrap_or_else(untold_process);
        Self {
            schema_version: SCHEMA_VERSION,
            key: RunKey { process_id, start_ticks, boot_id: boot_id() },
            started_utc: UtcSecond::from_seconds_since_epoch(
                started.unwrap_or_else(|| since_1970().as_secs()),
            ),
            git: GitState::capture(working_tree),
            cargo: CargoRecord::of_this_process(),
            command_line: command_line(),
        }
    }

    /// Has this process count its moments from the run's start, as all others of the run do: the clock may be set
    /// meanwhile.
    pub(super) fn count_moments_from_its_start(&self) {
        self.started_utc.count_from(self.key.start_ticks / procfs::ticks_per_second());
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

/// This process's id and start.
fn own_process() -> Option<(i32, u64)> {
    let own = Process::myself().and_then(|process| process.stat()).ok()?;
    Some((own.pid, own.starttime))
}

/// What stands for this process where the kernel does not tell: no other one has the same moment and the same id.
fn untold_process() -> (i32, u64) {
    static PROCESS: OnceLock<(i32, u64)> = OnceLock::new();
    *PROCESS.get_or_init(|| {
        let id = i32::try_from(std::process::id()).unwrap_or(i32::MAX);
        (id, u64::try_from(since_1970().as_nanos()).unwrap_or(u64::MAX))
    })
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// When a process started, in seconds since 1970.
fn started_seconds(start_ticks: u64) -> Option<u64> {
    Some(procfs::boot_time_secs().ok()? + start_ticks / procfs::ticks_per_second())
}

fn boot_id() -> Option<String> {
    crate::system_roots::read_fact("/proc/sys/kernel/random/boot_id")
}
