//! A process that this one waits for.

use std::fs::File;
use std::io::{self, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use runner::RunnerError;
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::{Pid, Signal, kill_process_group};

/// How often it is looked whether a child has ended, or Ctrl-C was pressed.
const GLANCE: Duration = Duration::from_millis(20);

/// This program once more. Linux keeps the name valid for as long as the process lives, also when the file is replaced.
pub(crate) fn this_program() -> Command {
    Command::new("/proc/self/exe")
}

/// Runs a child to its end, in a process group of its own, so that Ctrl-C reaches it once and through this process. Where
/// this process was asked to stop, the child is too, and [`RunnerError::Interrupted`] comes after it has.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<ExitStatus> {
    let program = command.get_program().display().to_string();
    let started = command.stdin(Stdio::null()).process_group(0).spawn();
    let mut child = started.with_context(|| format!("{program} could not be started"))?;
    let mut was_told = false;
    loop {
        let asked = fixture::check_interrupt();
        if let Some(status) = child.try_wait()? {
            asked?;
            let was_asked = status.code() == Some(fixture::INTERRUPTED_EXIT_CODE.into());
            return if was_asked { Err(RunnerError::Interrupted.into()) } else { Ok(status) };
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

/// What a child writes: a file in memory, for a pipe that nobody empties would hold it up.
pub(crate) struct Said(File);

impl Said {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(memfd_create("said", MemfdFlags::CLOEXEC)?.into()))
    }

    /// Where the child writes it.
    pub(crate) fn writer(&self) -> io::Result<Stdio> {
        Ok(self.0.try_clone()?.into())
    }

    /// All of it, once the child has ended.
    pub(crate) fn text(mut self) -> io::Result<String> {
        self.0.rewind()?;
        io::read_to_string(self.0)
    }
}
