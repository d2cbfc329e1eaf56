//! How a person chooses the clock.

use std::env;
use std::ffi::OsStr;
use std::str::FromStr;

use crate::ProfilerError;
use crate::clock::{CLOCK_VARIABLE, Clock};

impl Clock {
    /// Reads [`CLOCK_VARIABLE`]; on-CPU where it is unset or empty.
    ///
    /// # Errors
    ///
    /// [`ProfilerError::UnknownClock`] if the value is neither `cpu` nor `wall`.
    pub fn from_env() -> Result<Self, ProfilerError> {
        Self::from_value(env::var_os(CLOCK_VARIABLE).as_deref())
    }

    fn from_value(value: Option<&OsStr>) -> Result<Self, ProfilerError> {
        match value {
            None => Ok(Self::OnCpu),
            Some(value) if value.is_empty() => Ok(Self::OnCpu),
            Some(value) => value.to_string_lossy().parse(),
        }
    }
}

impl FromStr for Clock {
    type Err = ProfilerError;

    /// Parses `cpu` or `wall`, the values of [`CLOCK_VARIABLE`].
    fn from_str(value: &str) -> Result<Self, ProfilerError> {
        match value {
            "cpu" => Ok(Self::OnCpu),
            "wall" => Ok(Self::Wall),
            found => Err(ProfilerError::UnknownClock { found: found.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn the_two_values_choose_the_two_clocks() {
        assert_eq!("cpu".parse::<Clock>().unwrap(), Clock::OnCpu);
        assert_eq!("wall".parse::<Clock>().unwrap(), Clock::Wall);
    }

    #[test]
    fn without_a_value_it_is_the_cpu() {
        assert_eq!(Clock::from_value(None).unwrap(), Clock::OnCpu);
        assert_eq!(Clock::from_value(Some(OsStr::new(""))).unwrap(), Clock::OnCpu);
    }

    #[test]
    fn a_value_that_is_not_unicode_is_an_unknown_one() {
        let error = Clock::from_value(Some(OsStr::from_bytes(b"wal\xff"))).unwrap_err();
        assert!(matches!(error, ProfilerError::UnknownClock { .. }), "{error}");
    }

    #[test]
    fn an_unknown_value_is_answered_with_both_values() {
        let message = "Wall".parse::<Clock>().unwrap_err().to_string();
        for part in [CLOCK_VARIABLE, "`cpu`", "`wall`", "`Wall`"] {
            assert!(message.contains(part), "{part} is missing in: {message}");
        }
    }
}
