//! Criterion's hooks around a case under `--profile-time`.

use std::fmt;
use std::path::Path;

use criterion::profiler::Profiler;

use crate::clock::FREQUENCY_HZ_MAX;
use crate::output::write_profile;
use crate::sampling::Sampling;
use crate::{Clock, ProfilerError};

/// Draws a flamegraph of each case that Criterion profiles. Failures never end the bench: each is
/// one line on stderr that names the case.
pub struct FlamegraphProfiler {
    clock: Clock,
    frequency_hz: u32,
    sampling: Option<Sampling>,
}

impl FlamegraphProfiler {
    /// A profiler that samples `frequency_hz` times a second of `clock`'s time. The kernel grants
    /// the CPU clock at most `CONFIG_HZ`.
    ///
    /// # Errors
    ///
    /// [`ProfilerError::FrequencyOutOfRange`] outside 1 to [`FREQUENCY_HZ_MAX`].
    pub fn new(clock: Clock, frequency_hz: u32) -> Result<Self, ProfilerError> {
        if !(1..=FREQUENCY_HZ_MAX).contains(&frequency_hz) {
            return Err(ProfilerError::FrequencyOutOfRange { found_hz: frequency_hz });
        }
        Ok(Self { clock, frequency_hz, sampling: None })
    }
}

impl Profiler for FlamegraphProfiler {
    fn start_profiling(&mut self, benchmark_id: &str, _benchmark_dir: &Path) {
        // A case that failed has unwound past its stop: its samples must not be taken for this
        // one's, and a process takes one profile at a time.
        self.sampling = None;
        match Sampling::start(self.clock, self.frequency_hz) {
            Ok(sampling) => self.sampling = Some(sampling),
            Err(error) => warn(benchmark_id, &error),
        }
    }

    fn stop_profiling(&mut self, benchmark_id: &str, benchmark_dir: &Path) {
        // A profile that did not start has been warned of already.
        let Some(sampling) = self.sampling.take() else { return };
        let written = sampling.finish(module_path!()).and_then(|taken| {
            write_profile(benchmark_id, self.clock, self.frequency_hz, &taken, benchmark_dir)
        });
        if let Err(error) = written {
            warn(benchmark_id, &error);
        }
    }
}

impl fmt::Debug for FlamegraphProfiler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FlamegraphProfiler")
            .field("clock", &self.clock)
            .field("frequency_hz", &self.frequency_hz)
            .field("is_sampling", &self.sampling.is_some())
            .finish()
    }
}

fn warn(case_id: &str, error: &ProfilerError) {
    eprintln!("warning: no flamegraph of `{case_id}`: {error}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frequency_has_bounds() {
        for found_hz in [0, FREQUENCY_HZ_MAX + 1] {
            let error = FlamegraphProfiler::new(Clock::OnCpu, found_hz).unwrap_err();
            assert!(error.to_string().contains(&format!("got {found_hz} Hz")), "{error}");
        }
        for frequency_hz in [1, FREQUENCY_HZ_MAX] {
            FlamegraphProfiler::new(Clock::Wall, frequency_hz).unwrap();
        }
    }
}
