//! Ctrl-C: noted by a signal handler, obeyed between two packets, so that scratch is removed and
//! finished results are kept.

use std::fs;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use crate::error::RunnerError;

static ASKED_TO_STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// The exit code of a process that Ctrl-C ended, as shells expect it (128 + SIGINT).
pub const EXIT_CODE: u8 = 130;

/// Installs the handler for SIGINT, SIGTERM and SIGHUP. The first signal asks the session to stop
/// in an orderly way, the second ends the process at once. A signal that was ignored when the process
/// began stays ignored: whoever started it with `nohup` wants it to go on.
pub fn install() {
    let ignored = ignored_signals();
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        if ignored & (1 << (signal - 1)) != 0 {
            continue;
        }
        if let Err(error) = handle(signal) {
            eprintln!("warning: signal {signal} will leave scratch files behind: {error}");
        }
    }
}

/// Has a write beyond the limit on the size of files (`ulimit -f`) fail with its error, which is told, instead of
/// ending the process where it stands.
pub fn outlive_file_limit() {
    // Without the handler the process ends with a signal, as it would without this call.
    drop(flag::register(SIGXFSZ, Arc::default()));
}

fn handle(signal: i32) -> io::Result<()> {
    // In this order: the first signal finds the flag down, and raises it.
    flag::register_conditional_shutdown(signal, EXIT_CODE.into(), ASKED_TO_STOP.clone())?;
    flag::register(signal, ASKED_TO_STOP.clone())?;
    Ok(())
}

/// A bit for each signal that this process ignores, that of signal 1 first (`proc_pid_status(5)`). None
/// where procfs does not tell.
fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// `Err` once the user has asked to stop.
///
/// # Errors
/// [`RunnerError::Interrupted`].
pub fn check() -> Result<(), RunnerError> {
    if ASKED_TO_STOP.load(Ordering::Relaxed) { Err(RunnerError::Interrupted) } else { Ok(()) }
}
