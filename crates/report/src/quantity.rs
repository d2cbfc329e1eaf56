//! Figures as people read them: few digits, the unit beside them, plain ASCII.

/// A rate in records per second: `812 /s`, `310 k/s`, `1.23 M/s`.
#[must_use]
pub fn rate(per_second: f64) -> String {
    let units = [(1.0, "/s"), (1e3, "k/s"), (1e6, "M/s"), (1e9, "G/s")];
    let (scale, unit) = fitting(per_second, &units);
    format!("{} {unit}", factor(per_second / scale))
}

/// A time: `4.1 ms`, `152 us`.
#[must_use]
pub fn duration_ns(nanoseconds: f64) -> String {
    in_unit(nanoseconds, &[(1.0, "ns"), (1e3, "us"), (1e6, "ms"), (1e9, "s")])
}

/// A count: `8123`, `81 k`, `1.2 M`.
#[must_use]
pub fn count(count: u64) -> String {
    if count < 10_000 {
        return count.to_string();
    }
    in_unit(count as f64, &[(1e3, "k"), (1e6, "M"), (1e9, "G")])
}

/// A size in bytes, decimal: `16 B`, `6.4 kB`.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    in_unit(bytes as f64, &[(1.0, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB"), (1e12, "TB")])
}

/// A share of 1 in percent: `83 %`, `3.2 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 9.95 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

/// A factor: `1.46`, `12.3`, `310`; three significant digits from 1 to 999, two decimals below, none left out above.
#[must_use]
pub fn factor(factor: f64) -> String {
    let decimals = usize::from(factor < 9.995) + usize::from(factor < 99.95);
    format!("{factor:.decimals$}")
}

/// Beyond this a factor says only that nothing is known.
const RATIO_MAX: f64 = 10_000.0;

/// A factor of which tenths of a percent matter near 1: `1.046`, `0.0312`, `12.3`.
#[must_use]
pub fn ratio(ratio: f64) -> String {
    if ratio >= RATIO_MAX {
        return format!("over {RATIO_MAX:.0}");
    }
    let decimals = match ratio {
        ratio if ratio < 0.0995 => 4,
        ratio if ratio < 9.995 => 3,
        ratio if ratio < 99.95 => 1,
        _ => 0,
    };
    format!("{ratio:.decimals$}")
}

/// A small number as short as it is exact to two decimals: `4`, `0.05`, `4.25`.
#[must_use]
pub fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The scale and the name of a unit.
type Unit = (f64, &'static str);

/// The first unit in which the value has at most three digits before the point. It is chosen after
/// rounding, so that 999.7 us is 1.0 ms.
fn fitting(value: f64, units: &[Unit]) -> Unit {
    let fits = |(scale, _): &&Unit| (value / scale).round() < 1_000.0;
    let largest = units.last().copied().unwrap_or((1.0, ""));
    units.iter().find(fits).copied().unwrap_or(largest)
}

/// Two digits or a whole number in the fitting unit. The first unit is counted, not measured: it has no
/// decimals where its scale is 1.
fn in_unit(value: f64, units: &[Unit]) -> String {
    let (scale, name) = fitting(value, units);
    let scaled = value / scale;
    let decimals = usize::from(scaled < 9.95 && scale > 1.0);
    format!("{scaled:.decimals$} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_three_digits() {
        let texts = [0.5, 8.0, 812.4, 999.7, 310_200.0, 1_234_000.0, 99_960.0].map(rate);
        let expected =
            ["0.50 /s", "8.00 /s", "812 /s", "1.00 k/s", "310 k/s", "1.23 M/s", "100 k/s"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn times_have_two_digits_or_a_whole_number() {
        let texts =
            [812.0, 4_100.0, 9_960.0, 152_300.0, 999_700.0, 4.12e6, 1.25e9].map(duration_ns);
        assert_eq!(texts, ["812 ns", "4.1 us", "10 us", "152 us", "1.0 ms", "4.1 ms", "1.2 s"]);
    }

    #[test]
    fn counts_and_sizes_are_short() {
        assert_eq!(
            [812, 9_999, 81_234, 999_700, 1_240_000].map(count),
            ["812", "9999", "81 k", "1.0 M", "1.2 M"]
        );
        assert_eq!([16, 6_400, 65_536, 999_700].map(bytes), ["16 B", "6.4 kB", "66 kB", "1.0 MB"]);
    }

    #[test]
    fn ratios_have_three_digits_where_they_are_far_from_1_and_tenths_of_a_percent_near_it() {
        let texts = [0.03124, 0.9995, 1.0456, 12.34, 310.2, f64::MAX].map(ratio);
        assert_eq!(texts, ["0.0312", "1.000", "1.046", "12.3", "310", "over 10000"]);
    }

    #[test]
    fn shares_factors_and_small_numbers_are_short() {
        assert_eq!([0.832, 0.032, 1.07].map(percent), ["83 %", "3.2 %", "107 %"]);
        assert_eq!([1.456, 12.34, 310.2].map(factor), ["1.46", "12.3", "310"]);
        assert_eq!([4.0, 0.05, 4.251, 0.0].map(short), ["4", "0.05", "4.25", "0"]);
    }
}
