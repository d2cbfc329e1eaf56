//! Runs a process of a recovery until it has told its figures, and ends it after Ctrl-C.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use serde::de::DeserializeOwned;

/// The signal of `abort`.
const SIGNAL_ABORT: i32 = 6;

/// How often a process is looked after.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What a process tells before it aborts.
pub(super) fn kill_after<Figures: DeserializeOwned>(command: Command) -> anyhow::Result<Figures> {
    figures_of(command, "to abort", |status| status.signal() == Some(SIGNAL_ABORT))
}

/// What a process tells that ends in order.
pub(super) fn end_of<Figures: DeserializeOwned>(command: Command) -> anyhow::Result<Figures> {
    figures_of(command, "to succeed", |status| status.success())
}

fn figures_of<Figures: DeserializeOwned>(
    mut command: Command,
    wished: &str,
    is_wished: fn(ExitStatus) -> bool,
) -> anyhow::Result<Figures> {
    let Output { status, stdout, stderr } = wait(&mut command)?;
    anyhow::ensure!(
        is_wished(status),
        "{command:?}: wished it {wished}, found {status}: {}",
        String::from_utf8_lossy(&stderr).trim()
    );
    let mut told = csv::Reader::from_reader(stdout.as_slice());
    match told.deserialize().next() {
        Some(Ok(figures)) => Ok(figures),
        Some(Err(error)) => Err(anyhow!("{command:?}: reading its figures: {error}")),
        None => Err(anyhow!("{command:?}: wished a line of figures, found none")),
    }
}

/// Waits until the process has ended. What it tells fits into a pipe, so that it never waits for a
/// reader.
fn wait(command: &mut Command) -> anyhow::Result<Output> {
    let started =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|error| anyhow!("starting {command:?}: {error}"))?;
    let waited = wait_or_interrupt(&mut child);
    if waited.is_err() {
        // A process that has ended meanwhile cannot be killed, and need not be.
        let _ = child.kill();
    }
    let output = child.wait_with_output()?;
    waited?;
    Ok(output)
}

fn wait_or_interrupt(child: &mut Child) -> anyhow::Result<()> {
    loop {
        let has_ended = child.try_wait()?.is_some();
        // A terminal sends Ctrl-C to both processes: the other one may have died of it a moment before
        // this one hears of it.
        thread::sleep(LOOK_EVERY);
        fixture::check_interrupt()?;
        if has_ended {
            return Ok(());
        }
    }
}
