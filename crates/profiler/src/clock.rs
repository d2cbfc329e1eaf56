//! The clock whose time the samples stand for.

use std::fmt;

/// The environment variable that chooses the clock: `cpu` (also when unset or empty) or `wall`.
pub const CLOCK_VARIABLE: &str = "DURABENCH_PROFILE";

/// The highest sampling frequency in Hz. A sample takes up to a quarter of a millisecond where the
/// stack is deep; were it longer than the tick, samples of missed ticks would miss ever more.
pub const FREQUENCY_HZ_MAX: u32 = 1_000;

/// The clock whose ticks take the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// CPU time of the whole process, user and system: shows what computes, on every thread.
    OnCpu,
    /// Monotonic time of the thread that runs the bench: shows what waits too, but no other thread.
    Wall,
}

impl Clock {
    /// The name of this clock's files in a case's profile directory, without the extension.
    #[must_use]
    pub fn file_stem(self) -> &'static str {
        match self {
            Self::OnCpu => "flamegraph",
            Self::Wall => "flamegraph-wall",
        }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OnCpu => "on CPU, all threads",
            Self::Wall => "wall clock, bench thread only",
        })
    }
}
