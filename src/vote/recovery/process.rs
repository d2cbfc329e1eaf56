//! Runs a process of a recovery until it has told its figures, and ends it after Ctrl-C.

use std::io::{self, Read};
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
    expected: &str,
    is_expected: fn(ExitStatus) -> bool,
) -> anyhow::Result<Figures> {
    let Output { status, stdout, stderr } = wait(&mut command)?;
    anyhow::ensure!(
        is_expected(status),
        "{command:?}: expected it {expected}, got {status}: {}",
        String::from_utf8_lossy(&stderr).trim()
    );
    let mut told = csv::Reader::from_reader(stdout.as_slice());
    match told.deserialize().next() {
        Some(Ok(figures)) => Ok(figures),
        Some(Err(error)) => Err(anyhow!("{command:?}: reading its figures: {error}")),
        None => Err(anyhow!("{command:?}: expected a line of figures, got none")),
    }
}

/// Waits until the process has ended. Whatever it tells is read meanwhile: a process that wrote more than a
/// pipe holds would wait for its reader for ever.
fn wait(command: &mut Command) -> anyhow::Result<Output> {
    let started =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|error| anyhow!("starting {command:?}: {error}"))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let stdout = scope.spawn(move || read_all(stdout));
        let stderr = scope.spawn(move || read_all(stderr));
        let status = end_or_kill(&mut child);
        // The process has ended, and so its pipes end.
        let [stdout, stderr] = [stdout, stderr]
            .map(|reader| reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        Ok(Output { status: status?, stdout: stdout?, stderr: stderr? })
    })
}

fn read_all(pipe: Option<impl Read>) -> io::Result<Vec<u8>> {
    let mut told = Vec::new();
    pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut told))?;
    Ok(told)
}

fn end_or_kill(child: &mut Child) -> anyhow::Result<ExitStatus> {
    let waited = wait_or_interrupt(child);
    if waited.is_err() {
        // A process that has ended meanwhile cannot be killed, and need not be.
        let _ = child.kill();
    }
    let status = child.wait()?;
    waited?;
    Ok(status)
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

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Figures {
        votes: u64,
    }

    /// Far more than a pipe holds.
    const MANY_BYTES: usize = 1 << 20;

    fn script(end: &str) -> Command {
        let mut command = Command::new("sh");
        let script = format!("head -c {MANY_BYTES} /dev/zero >&2; echo votes; echo 7; {end}");
        command.args(["-c", &script]);
        command
    }

    #[test]
    fn a_process_that_tells_much_on_standard_error_ends() {
        assert_eq!(end_of::<Figures>(script("exit 0")).expect("ended"), Figures { votes: 7 });
        let killed = kill_after::<Figures>(script("kill -ABRT $$"));
        assert_eq!(killed.expect("aborted"), Figures { votes: 7 });
    }

    #[test]
    fn a_failure_tells_what_the_process_said() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out of luck >&2; exit 3"]);
        let error = end_of::<Figures>(command).expect_err("failed").to_string();
        assert!(error.contains("exit status: 3: out of luck"), "{error}");
    }
}
