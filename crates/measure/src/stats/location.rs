//! Where samples lie and how far apart: median, quantiles, median absolute deviation.

/// Turns the median absolute deviation of a normal distribution into its standard deviation:
/// 1 / quantile of the normal at 3/4.
pub(super) const MAD_TO_STANDARD_DEVIATION: f64 = 1.482_602_218_505_602;

/// The median, in the samples' unit; `None` of no samples, or where one is NaN.
#[must_use]
pub fn median(samples: &[f64]) -> Option<f64> {
    quantile(samples, 0.5)
}

/// The median of times in ns; `None` of no times.
#[must_use]
pub fn median_ns(times_ns: &[u64]) -> Option<f64> {
    median(&times_ns.iter().map(|time_ns| *time_ns as f64).collect::<Vec<f64>>())
}

/// The quantile `q` of the samples, in their unit: of `n` sorted samples the one at place `q * (n - 1)`,
/// counted from 0, linear between the two neighbours (type 7 of Hyndman and Fan, "Sample Quantiles in
/// Statistical Packages", 1996; the default of R).
///
/// `None` of no samples, where a sample is NaN, and for a `q` outside of 0 to 1.
#[must_use]
pub fn quantile(samples: &[f64], q: f64) -> Option<f64> {
    let unordered = samples.iter().any(|sample| sample.is_nan());
    if samples.is_empty() || unordered || !(0.0..=1.0).contains(&q) {
        return None;
    }
    let position = q * (samples.len() - 1) as f64;
    // The index is at most `len - 1`, because q is at most 1.
    let below = position.floor() as usize;
    let mut samples = samples.to_vec();
    let (_, low, above) = samples.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    // A whole position needs no neighbour, and an infinite one would make it NaN.
    let weight = position - below as f64;
    if weight == 0.0 {
        return Some(low);
    }
    let high = above.iter().copied().fold(f64::INFINITY, f64::min);
    Some(low + (high - low) * weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        // The same as numpy.quantile([1, 2, 4, 8], ...).
        let samples = [4.0, 1.0, 8.0, 2.0];
        for (q, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile(&samples, q).unwrap() - expected).abs() < 1e-12, "{q}");
        }
        assert_eq!(median(&[5.0]), Some(5.0));
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
    }

    #[test]
    fn what_has_no_quantile_has_none() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[1.0, f64::NAN]), None);
        assert_eq!(quantile(&[1.0], 1.1), None);
        assert_eq!(quantile(&[1.0], f64::NAN), None);
    }

    #[test]
    fn an_infinite_neighbour_does_not_spoil_a_whole_position() {
        assert_eq!(median(&[1.0, 2.0, f64::INFINITY]), Some(2.0));
    }

    proptest! {
        #[test]
        fn a_quantile_is_that_of_the_sorted_samples(
            mut samples in prop::collection::vec(-1e6..1e6_f64, 1..40), q in 0.0..=1.0_f64,
        ) {
            let found = quantile(&samples, q).unwrap();
            samples.sort_by(f64::total_cmp);
            let position = q * (samples.len() - 1) as f64;
            let (below, above) = (samples[position.floor() as usize], samples[position.ceil() as usize]);
            let expected = below + (above - below) * position.fract();
            prop_assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0));
        }
    }
}
