//! What can go wrong between the wish for a flamegraph and its file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::Clock;
use crate::clock::{CLOCK_VARIABLE, FREQUENCY_HZ_MAX};

/// Why there is no profiler, or no flamegraph of a case.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProfilerError {
    /// The environment variable holds neither of the two clocks.
    #[error(
        "{CLOCK_VARIABLE}: expected `cpu` (on-CPU time, the default) or `wall` (wall-clock time of the \
         bench thread), got `{found}`; set it to one of the two or unset it"
    )]
    UnknownClock {
        /// The value found, with what is not Unicode replaced.
        found: String,
    },
    /// The frequency is zero, or so high that taking a sample would take longer than the tick.
    #[error(
        "sampling frequency: expected 1 to {FREQUENCY_HZ_MAX} Hz, got {found_hz} Hz; choose one within \
         (997 avoids lockstep with work that repeats every millisecond)"
    )]
    FrequencyOutOfRange {
        /// The frequency asked for, in samples per second.
        found_hz: u32,
    },
    /// pprof could not start, or could not hand out its samples.
    #[error("pprof failed: {0}; only one profile can be taken at a time in a process")]
    Sampler(#[from] pprof::Error),
    /// pprof cannot keep its samples.
    #[error(
        "cannot make a temporary file for the samples in {}: {source}; set TMPDIR to a directory that \
         exists and is writable",
        path.display()
    )]
    TemporaryDirectory {
        /// The directory, as `TMPDIR` names it; `/tmp` where it is unset.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The kernel refused the wall-clock timer or the signal handler.
    #[error("the kernel refused {call} for the wall-clock timer: {source}; try the clock `cpu`")]
    Timer {
        /// The system call that failed.
        call: &'static str,
        /// What the kernel answered.
        source: io::Error,
    },
    /// The profile holds no sample of the case, so there is nothing to draw.
    #[error("no sample was taken ({clock}); {}", advice_for_no_samples(*.clock))]
    NoSamples {
        /// The clock that did not tick.
        clock: Clock,
    },
    /// The directory for the profile could not be made.
    #[error("cannot create the directory {}: {source}; make its parent writable", path.display())]
    CreateDirectory {
        /// The directory.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A file of the profile could not be written, renamed into its place, or removed.
    #[error("cannot write {}: {source}; make it writable, or make space", path.display())]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The folded stacks could not be drawn.
    #[error("cannot draw the flamegraph: {reason}; please report this with the case's name")]
    Draw {
        /// What the drawing library answered.
        reason: String,
    },
}

fn advice_for_no_samples(clock: Clock) -> &'static str {
    match clock {
        Clock::OnCpu => {
            "profile for longer (--profile-time), or on the wall clock if the case mostly waits"
        }
        Clock::Wall => "profile for longer (--profile-time)",
    }
}
