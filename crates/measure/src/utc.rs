//! UTC times to the second: names of runs, and moments in run records.
//!
//! A process asks the system's clock once. From then on it counts on the clock that begins at boot and that nobody sets, so
//! that moments stand in the order in which they were; a process of a run counts from the run's start, as all others of it
//! do.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first second of the year 10000, which four digits cannot tell.
const SECONDS_END: u64 = 253_402_300_800;

/// A moment in UTC, to the second, from 1970 to 9999. Its text is that of RFC 3339 with a `Z`:
/// `2026-11-22T03:04:05Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcSecond {
    seconds_since_epoch: u64,
}

/// A text is not a moment in UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a UTC time; expected the form 2026-11-22T03:04:05Z")]
pub struct NotUtc {
    text: String,
}

impl UtcSecond {
    /// The moment so many seconds after 1970 began; a later one than the year 9999 is its end.
    #[must_use]
    pub fn from_seconds_since_epoch(seconds: u64) -> Self {
        Self { seconds_since_epoch: seconds.min(SECONDS_END - 1) }
    }

    /// The moment that it is; a clock before 1970 is 1970.
    #[must_use]
    pub fn now() -> Self {
        let seconds = seconds_since_boot();
        let boot = BOOT.get_or_init(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            since.as_secs().saturating_sub(seconds)
        });
        Self::from_seconds_since_epoch(boot.saturating_add(seconds))
    }

    /// Has [`Self::now`] count from a moment so many seconds after boot, unless it was asked before.
    pub(crate) fn count_from(self, seconds_after_boot: u64) {
        // A moment that is still to come after this boot belongs to another clock.
        if seconds_after_boot <= seconds_since_boot() {
            BOOT.get_or_init(|| self.seconds_since_epoch.saturating_sub(seconds_after_boot));
        }
    }

    /// The seconds since 1970 began.
    #[must_use]
    pub fn seconds_since_epoch(self) -> u64 {
        self.seconds_since_epoch
    }

    /// The text without marks, fit for file names: `20261122T030405Z`.
    #[must_use]
    pub fn compact(self) -> String {
        self.to_string().replace(['-', ':'], "")
    }
}

/// When the system booted, in seconds since 1970, as this process counts.
static BOOT: OnceLock<u64> = OnceLock::new();

fn seconds_since_boot() -> u64 {
    u64::try_from(clock_gettime(ClockId::Boottime).tv_sec).unwrap_or_default()
}

impl fmt::Display for UtcSecond {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = UNIX_EPOCH + Duration::from_secs(self.seconds_since_epoch);
        write!(formatter, "{}", humantime::format_rfc3339_seconds(moment))
    }
}

impl FromStr for UtcSecond {
    type Err = NotUtc;

    fn from_str(text: &str) -> Result<Self, NotUtc> {
        let moment = humantime::parse_rfc3339(text).ok();
        let since_epoch = moment.and_then(|moment| moment.duration_since(UNIX_EPOCH).ok());
        // What does not read the same again was not a moment, or was written in another form.
        since_epoch
            .map(|since| Self::from_seconds_since_epoch(since.as_secs()))
            .filter(|moment| moment.to_string() == text)
            .ok_or_else(|| NotUtc { text: text.to_owned() })
    }
}

impl Serialize for UtcSecond {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcSecond {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments_read_as_they_should() {
        // The seconds are what `date -u -d <text> +%s` says.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_316_645, "2026-11-22T03:04:05Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            let moment = UtcSecond::from_seconds_since_epoch(seconds);
            assert_eq!(moment.to_string(), text);
            assert_eq!(text.parse(), Ok(moment));
        }
        let moment: UtcSecond = "2026-11-22T03:04:05Z".parse().unwrap();
        assert_eq!(moment.compact(), "20261122T030405Z");
        assert!(UtcSecond::now() > moment.min("2026-01-01T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-11-22T03:04:05",
            "2026-11-22 03:04:05Z",
            "2026-11-22T03:04:05+00:00",
            "2026-11-2\u{e9}T03:04:05Z",
        ] {
            assert!(text.parse::<UtcSecond>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_reads_back(seconds in 0..SECONDS_END) {
            let moment = UtcSecond::from_seconds_since_epoch(seconds);
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<UtcSecond>();
        }
    }
}
