//! How ticks of an axis are written.

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
    /// A factor, or something that is told whole.
    Plain,
}

impl Unit {
    /// The names of its multiples, by what each stands for.
    fn multiples(self) -> &'static [(f64, &'static str)] {
        match self {
            Self::Rate => &[(1.0, " /s"), (1e3, " k/s"), (1e6, " M/s"), (1e9, " G/s")],
            Self::Nanoseconds => &[(1.0, " ns"), (1e3, " us"), (1e6, " ms"), (1e9, " s")],
            Self::Seconds => &[(1e-9, " ns"), (1e-6, " us"), (1e-3, " ms"), (1.0, " s")],
            Self::Bytes => &[(1.0, " B"), (1e3, " kB"), (1e6, " MB"), (1e9, " GB")],
            Self::Count => &[(1.0, ""), (1e3, " k"), (1e6, " M"), (1e9, " G")],
            Self::Plain => &[(1.0, "")],
        }
    }

    /// A value at a tick, which is a round one: `100 us`, `0.5`, `20`. Digits that floating point adds are not shown.
    pub(super) fn tick(self, value: f64) -> String {
        let multiples = self.multiples();
        let fits = |(of, _): &&(f64, &str)| value.abs() >= of * 0.999_999;
        let (of, name) = multiples.iter().rfind(fits).unwrap_or(&multiples[0]);
        let number = format!("{:.6}", value / of);
        match number.trim_end_matches('0').trim_end_matches('.') {
            "" | "0" | "-0" => "0".to_owned(),
            number => format!("{number}{name}"),
        }
    }
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
            (Unit::Plain, 0.1 + 0.2, "0.3"),
            (Unit::Plain, 1.02, "1.02"),
            (Unit::Plain, 65_536.0, "65536"),
        ];
        for (unit, value, expected) in ticks {
            assert_eq!(unit.tick(value), expected, "{unit:?}");
        }
    }
}
