//! How values of an axis are written.

use report::quantity;

/// What an axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Records or operations per second.
    Rate,
    /// A time in ns.
    Nanoseconds,
    /// A time in seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// Things.
    Count,
    /// Bytes of something that is a power of two: told to the byte.
    ExactBytes,
    /// How many times, to two decimals near 1.
    Factor,
    /// How many times, where tenths of a percent matter.
    Ratio,
}

impl Unit {
    /// A value with its unit.
    pub(crate) fn figure(self, value: f64) -> String {
        match self {
            Self::Rate => quantity::rate(value),
            Self::Nanoseconds => quantity::duration_ns(value),
            Self::Seconds => quantity::duration_ns(value * 1e9),
            Self::Bytes => quantity::bytes(value.round() as u64),
            Self::ExactBytes => format!("{value:.0} B"),
            Self::Count => quantity::count(value.round() as u64),
            Self::Factor => quantity::factor(value),
            Self::Ratio => quantity::ratio(value),
        }
    }

    /// A value at a tick, which is a round one: `100 us`, `0.5`, `20`.
    pub(super) fn tick(self, value: f64) -> String {
        match self {
            Self::Rate => {
                scaled(value, &[(1.0, " /s"), (1e3, " k/s"), (1e6, " M/s"), (1e9, " G/s")])
            }
            Self::Nanoseconds => time(value),
            Self::Seconds => time(value * 1e9),
            Self::Bytes => scaled(value, &[(1.0, " B"), (1e3, " kB"), (1e6, " MB"), (1e9, " GB")]),
            Self::Count => scaled(value, &[(1.0, ""), (1e3, " k"), (1e6, " M"), (1e9, " G")]),
            Self::Factor | Self::Ratio | Self::ExactBytes => plain(value),
        }
    }
}

fn time(nanoseconds: f64) -> String {
    scaled(nanoseconds, &[(1.0, " ns"), (1e3, " us"), (1e6, " ms"), (1e9, " s")])
}

fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let fitting = units.iter().rev().find(|(scale, _)| value.abs() >= scale * 0.999_999);
    let (scale, unit) = fitting.or(units.first()).copied().unwrap_or((1.0, ""));
    format!("{}{unit}", plain(value / scale))
}

/// A round number without the digits that floating point adds.
fn plain(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_short_and_carry_their_unit() {
        let ticks = [
            (Unit::Nanoseconds, 1e5, "100 us"),
            (Unit::Nanoseconds, 1e9, "1 s"),
            (Unit::Seconds, 2.5, "2.5 s"),
            (Unit::Seconds, 0.0, "0"),
            (Unit::Rate, 1e6, "1 M/s"),
            (Unit::Bytes, 5e8, "500 MB"),
            (Unit::Count, 4_000.0, "4 k"),
            (Unit::Factor, 0.1 + 0.2, "0.3"),
            (Unit::Ratio, 1.02, "1.02"),
        ];
        for (unit, value, expected) in ticks {
            assert_eq!(unit.tick(value), expected, "{unit:?}");
        }
    }
}
