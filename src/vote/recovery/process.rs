//! Runs a process of a recovery until it has told its figures.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus};

use anyhow::anyhow;
use serde::de::DeserializeOwned;

use crate::child::{self, Said};

/// The signal of `abort`.
const SIGNAL_ABORT: i32 = 6;

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
    // Files, which need no relay: its thread would die with the process before it has handed on the figures.
    let (figures, errors) = (Said::new()?, Said::new()?);
    let status = child::run(command.stdout(figures.writer()?).stderr(errors.writer()?))?;
    anyhow::ensure!(
        is_expected(status),
        "{command:?}: expected it {expected}, got {status}: {}",
        errors.text()?.trim()
    );
    let figures = figures.text()?;
    let mut told = csv::Reader::from_reader(figures.as_bytes());
    match told.deserialize().next() {
        Some(Ok(figures)) => Ok(figures),
        Some(Err(error)) => Err(anyhow!("{command:?}: reading its figures: {error}")),
        None => Err(anyhow!("{command:?}: expected a line of figures, got none")),
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
