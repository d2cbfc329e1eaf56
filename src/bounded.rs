//! Numbers and names of the command line. Each number has a bound, beyond which it would only use up memory, disk or a
//! lifetime.

use std::fmt::Display;
use std::num::NonZeroU32;
use std::str::FromStr;

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

/// A number from `least` to `most`, both included.
pub(crate) fn within<Number: Copy + FromStr + PartialOrd + Display>(
    text: &str,
    least: Number,
    most: Number,
) -> Result<Number, String> {
    let number = text.parse().ok().filter(|number| least <= *number && *number <= most);
    number.ok_or_else(|| format!("expected a whole number from {least} to {most}, got {text:?}"))
}

/// A value by its name; each name stands with what it means.
pub(crate) fn one_of<T: Copy + Send + Sync + 'static>(
    values: &'static [(&'static str, &'static str, T)],
) -> impl TypedValueParser<Value = T> {
    let named = values.iter().map(|(name, help, _)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(named).try_map(|said: String| {
        let value = values.iter().find(|(name, ..)| *name == said);
        value.map(|(.., value)| *value).ok_or("no such value")
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
}
