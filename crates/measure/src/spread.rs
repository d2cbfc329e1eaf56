//! A figure with its spread: the median of several samples and what lies around it.

use serde::{Deserialize, Serialize};

use crate::stats::{median, quantile};

/// From this many samples on the spread is told by quartiles, below it by the extremes.
pub const QUARTILES_FROM: usize = 8;

/// A median, a range around it, and the samples that both come from.
///
/// `low` and `high` are the quartiles (linear interpolation) from [`QUARTILES_FROM`] samples on; of
/// fewer samples a quartile says little, so they are the least and the largest sample then.
/// The unit is in the name of the field that holds the spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The median of `samples`.
    pub median: f64,
    /// The lower quartile, or the least sample when there are few.
    pub low: f64,
    /// The upper quartile, or the largest sample when there are few.
    pub high: f64,
    /// Every sample in the order of measuring.
    pub samples: Vec<f64>,
}

impl Spread {
    /// The spread of `samples`; `None` when there are none or one is not a finite number, which
    /// JSON could not hold.
    #[must_use]
    pub fn of(samples: Vec<f64>) -> Option<Self> {
        if samples.iter().any(|sample| !sample.is_finite()) {
            return None;
        }
        let (low, high) = if samples.len() >= QUARTILES_FROM { (0.25, 0.75) } else { (0.0, 1.0) };
        Some(Self {
            median: median(&samples)?,
            low: quantile(&samples, low)?,
            high: quantile(&samples, high)?,
            samples,
        })
    }

    /// The spread of a single figure: median, low and high are the same.
    #[must_use]
    pub fn single(sample: f64) -> Option<Self> {
        Self::of(vec![sample])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_samples_are_told_by_their_extremes() {
        let spread = Spread::of(vec![3.0, 1.0, 2.0, 9.0]).unwrap();
        assert_eq!((spread.low, spread.median, spread.high), (1.0, 2.5, 9.0));
        assert_eq!(spread.samples, [3.0, 1.0, 2.0, 9.0]);
    }

    #[test]
    fn many_samples_are_told_by_their_quartiles() {
        let spread = Spread::of((1..=9).map(f64::from).collect()).unwrap();
        assert_eq!((spread.low, spread.median, spread.high), (3.0, 5.0, 7.0));
    }

    #[test]
    fn what_json_cannot_hold_is_refused() {
        for samples in [vec![], vec![1.0, f64::NAN], vec![f64::INFINITY]] {
            assert_eq!(Spread::of(samples), None);
        }
        assert_eq!(Spread::single(4.0).map(|spread| (spread.low, spread.high)), Some((4.0, 4.0)));
    }

    proptest! {
        #[test]
        fn the_range_holds_the_median(samples in prop::collection::vec(-1e12..1e12_f64, 1..60)) {
            let spread = Spread::of(samples).unwrap();
            prop_assert!(spread.low <= spread.median && spread.median <= spread.high);
        }
    }
}
