//! UTC times to the second: names of runs, and moments in run records.
//!
//! A process asks the system's clock once. From then on it counts on the clock that begins at boot and that nobody sets, so
//! that moments stand in the order in which they were; a process of a run counts from the run's start, as all others of it
//! do.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const SECONDS_PER_DAY: u64 = 86_400;

/// The first second of the year 10000, which four digits cannot tell.
const SECONDS_END: u64 = 253_402_300_800;

/// A moment in UTC, to the second, from 1970 to 9999. Its text is that of RFC 3339 with a `Z`:
/// `2026-11-22T03:04:05Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcSecond {
    seconds_since_epoch: u64,
}

/// A text is not a moment in UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a UTC time; expected the form 2026-11-22T03:04:05Z")]
pub struct NotUtc {
    text: String,
}

/// A moment as a calendar tells it.
#[derive(Clone, Copy)]
struct Calendar {
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
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
        let Calendar { year, month, day, hour, minute, second } = self.calendar();
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// Counts years from March on, so that the leap day is a year's last: Howard Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    fn calendar(self) -> Calendar {
        let (days, seconds) = (
            self.seconds_since_epoch / SECONDS_PER_DAY,
            self.seconds_since_epoch % SECONDS_PER_DAY,
        );
        let days_since_march_of_year_0 = days + 719_468;
        let era = days_since_march_of_year_0 / 146_097;
        let day_of_era = days_since_march_of_year_0 % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        Calendar {
            year: year_of_era + era * 400 + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            hour: seconds / 3_600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
        }
    }
}

/// When the system booted, in seconds since 1970, as this process counts.
static BOOT: OnceLock<u64> = OnceLock::new();

fn seconds_since_boot() -> u64 {
    u64::try_from(clock_gettime(ClockId::Boottime).tv_sec).unwrap_or_default()
}

impl Calendar {
    /// The inverse of [`UtcSecond::calendar`] (`days_from_civil` of the same source); a calendar
    /// that names no moment, such as 30 February, gives one that reads differently.
    fn to_utc(self) -> UtcSecond {
        let year = self.year - u64::from(self.month <= 2);
        let month_from_march = (self.month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day.saturating_sub(1);
        let year_of_era = year % 400;
        let day_of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = (year / 400 * 146_097 + day_of_era).saturating_sub(719_468);
        let seconds = self.hour * 3_600 + self.minute * 60 + self.second;
        UtcSecond::from_seconds_since_epoch(days * SECONDS_PER_DAY + seconds)
    }
}

impl fmt::Display for UtcSecond {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Calendar { year, month, day, hour, minute, second } = self.calendar();
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl FromStr for UtcSecond {
    type Err = NotUtc;

    fn from_str(text: &str) -> Result<Self, NotUtc> {
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u64>().ok();
        let parsed = || {
            let calendar = Calendar {
                year: number(0..4).filter(|year| *year >= 1970)?,
                month: number(5..7)?,
                day: number(8..10)?,
                hour: number(11..13)?,
                minute: number(14..16)?,
                second: number(17..19)?,
            };
            Some(calendar.to_utc())
        };
        // What does not read the same again was not a moment, or was written in another form.
        parsed()
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
