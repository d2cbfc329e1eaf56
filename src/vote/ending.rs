//! How Ctrl-C ends a command around a load.

use runner::RunnerError;
use vote_load::LoadError;

/// Says that Ctrl-C ended a measurement of several points.
pub(super) fn say_interrupted(what: &str) {
    eprintln!("interrupted at {what}: the points that are shown are kept, and scratch is removed");
}

/// Tells Ctrl-C, after which what was measured is kept, from a failure.
pub(super) fn is_interrupt(error: &LoadError) -> bool {
    matches!(error, LoadError::Runner(RunnerError::Interrupted))
        || (matches!(error, LoadError::NothingMeasured) && fixture::check_interrupt().is_err())
}
