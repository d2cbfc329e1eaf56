//! A contrast's figures as they are printed, in tables and in sentences alike.

use crate::judgement::{Direction, Finding, TrendFinding, Verdict};

/// Beyond this a factor says only that nothing is known.
const FACTOR_MAX: f64 = 10_000.0;

/// The case's time over the baseline's.
pub(crate) fn factor(finding: &Finding) -> String {
    ratio(finding.factor)
}

/// The interval of the factor at 95 %: `1.02 to 1.08`.
pub(crate) fn interval(finding: &Finding) -> String {
    let interval = finding.interval_95;
    format!("{} to {}", ratio(interval.low), ratio(interval.high))
}

/// How many times as long it takes at twice the value.
pub(crate) fn per_doubling(trend: &TrendFinding) -> String {
    ratio(trend.per_doubling)
}

/// The interval of that at 95 %.
pub(crate) fn per_doubling_interval(trend: &TrendFinding) -> String {
    let interval = trend.per_doubling_interval_95;
    format!("{} to {}", ratio(interval.low), ratio(interval.high))
}

/// What a contrast says: `differs: longer`, `equal within 1.05`, `undecided: no instruction counts`.
pub(crate) fn verdict(finding: &Finding) -> String {
    match finding.verdict {
        Verdict::Differs { direction: Direction::Longer } => "differs: longer".to_owned(),
        Verdict::Differs { direction: Direction::Shorter } => "differs: shorter".to_owned(),
        Verdict::EqualWithin { factor } => format!("equal within {}", ratio(factor)),
        Verdict::Undecided => match finding.undecided_because {
            Some(because) => format!("undecided: {because}"),
            None => "undecided".to_owned(),
        },
    }
}

/// A factor of which tenths of a percent matter near 1: `1.046`, `0.0312`, `12.3`.
pub(crate) fn ratio(factor: f64) -> String {
    if factor >= FACTOR_MAX {
        return format!("over {FACTOR_MAX:.0}");
    }
    let decimals = match factor {
        factor if factor < 0.0995 => 4,
        factor if factor < 9.995 => 3,
        factor if factor < 99.95 => 1,
        _ => 0,
    };
    format!("{factor:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::ratio;

    #[test]
    fn factors_have_three_digits_where_they_are_far_from_1_and_tenths_of_a_percent_near_it() {
        let texts = [0.03124, 0.9995, 1.0456, 12.34, 310.2, f64::MAX].map(ratio);
        assert_eq!(texts, ["0.0312", "1.000", "1.046", "12.3", "310", "over 10000"]);
    }
}
