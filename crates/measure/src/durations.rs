//! Durations as figures.

use std::time::Duration;

/// A duration in ns; of more than 584 years, those.
#[must_use]
pub fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
