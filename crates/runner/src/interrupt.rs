//! Ctrl-C: noted by a signal handler, obeyed between two packets, so that scratch is removed and
//! finished results are kept.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::RunnerError;

static ASKED_TO_STOP: AtomicBool = AtomicBool::new(false);

/// The exit code of a process that Ctrl-C ended, as shells expect it (128 + SIGINT).
pub const EXIT_CODE: u8 = 130;

/// Installs the handler for SIGINT, SIGTERM and SIGHUP. The first signal asks the session to stop
/// in an orderly way, the second ends the process at once.
pub fn install() {
    let handler = || {
        if ASKED_TO_STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(EXIT_CODE));
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        eprintln!("warning: Ctrl-C will leave scratch files behind: {error}");
    }
}

/// `Err` once the user has asked to stop.
///
/// # Errors
/// [`RunnerError::Interrupted`].
pub fn check() -> Result<(), RunnerError> {
    if ASKED_TO_STOP.load(Ordering::Relaxed) { Err(RunnerError::Interrupted) } else { Ok(()) }
}
