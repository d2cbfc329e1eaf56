//! Numbers and names of the command line. Each number has a bound, beyond which it would only use up memory, disk or a
//! lifetime.

use std::fmt::Display;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// The longest time that anything may take, in seconds: a day.
pub(crate) const SECONDS_MAX: u32 = 86_400;

/// A whole number from 1.
pub(crate) fn from_one_to(
    most: u32,
) -> impl Fn(&str) -> Result<NonZeroU32, String> + Clone + Send + Sync + 'static {
    move |text| within(text, NonZeroU32::MIN, NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN))
}

/// A whole number that may be 0.
pub(crate) fn up_to(
    most: u32,
) -> impl Fn(&str) -> Result<u32, String> + Clone + Send + Sync + 'static {
    move |text| within(text, 0, most)
}

/// A length as a whole number of a unit, from `least` to `most`.
pub(crate) fn whole(
    unit: fn(u64) -> Duration,
    least: u32,
    most: u32,
) -> impl Fn(&str) -> Result<Duration, String> + Clone + Send + Sync + 'static {
    move |text| within(text, least, most).map(|number| unit(number.into()))
}

/// A number from `least` to `most`, both included.
pub(crate) fn within<Number: Copy + FromStr + PartialOrd + Display>(
    text: &str,
    least: Number,
    most: Number,
) -> Result<Number, String> {
    let number = text.parse().ok().filter(|number| least <= *number && *number <= most);
    number.ok_or_else(|| format!("expected a whole number from {least} to {most}, got {text:?}"))
}

/// A value by its name; each name stands with what it means, where that needs saying.
pub(crate) fn one_of<T: Copy + Send + Sync + 'static>(
    values: impl Into<Vec<(&'static str, &'static str, T)>>,
) -> impl TypedValueParser<Value = T> {
    let values = values.into();
    let named = values.iter().map(|(name, help, _)| {
        let help = (!help.is_empty()).then_some(*help);
        PossibleValue::new(*name).help(help)
    });
    PossibleValuesParser::new(named.collect::<Vec<_>>()).try_map(move |said: String| {
        let value = values.iter().find(|(name, ..)| *name == said);
        value.map(|(.., value)| *value).ok_or("no such value")
    })
}

/// All values of a type, for [`one_of`].
pub(crate) fn named<T: Copy>(
    all: &[T],
    name: fn(T) -> &'static str,
) -> Vec<(&'static str, &'static str, T)> {
    all.iter().map(|value| (name(*value), "", *value)).collect()
}

/// A length in seconds: more than none, and at most a day.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    length(text, "seconds", 1.0, SECONDS_MAX.into())
}

/// A length in milliseconds: more than none, and at most a minute.
pub(crate) fn milliseconds(text: &str) -> Result<Duration, String> {
    length(text, "milliseconds", 1e-3, 60_000.0)
}

fn length(text: &str, unit: &str, seconds: f64, most: f64) -> Result<Duration, String> {
    let number = text.parse::<f64>().ok().filter(|number| *number > 0.0 && *number <= most);
    number.map(|number| Duration::from_secs_f64(number * seconds)).ok_or_else(|| {
        format!("expected a number of {unit} above 0 and up to {most}, got {text:?}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_within_its_bounds() {
        assert_eq!(from_one_to(3)("3").map(NonZeroU32::get), Ok(3));
        assert_eq!(up_to(3)("0"), Ok(0));
        for refused in ["0", "4", "-1", "1.5", "", "many", "18446744073709551616"] {
            let error = from_one_to(3)(refused).expect_err(refused);
            assert!(error.starts_with("expected a whole number from 1 to 3, got "), "{error}");
        }
    }

    #[test]
    fn a_length_is_more_than_none() {
        assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1_500)));
        assert_eq!(milliseconds("10"), Ok(Duration::from_millis(10)));
        for refused in ["0", "-3", "NaN", "inf", "1e9", "long"] {
            assert!(seconds(refused).is_err() && milliseconds(refused).is_err(), "{refused}");
        }
    }
}
