//! By how much the machine changed while a block was measured.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use crate::yardstick::Reading;

/// A block is measured again, once, if a yardstick changed by more than this factor within it.
pub const YARDSTICK_CHANGE_MAX: f64 = 3.0;

/// The largest yardstick over the smallest among some readings, the floors of one payload compared with each other
/// alone.
pub(super) fn among<'readings>(
    readings: impl Iterator<Item = (Option<NonZeroUsize>, &'readings Reading)>,
) -> f64 {
    // The references are those without a payload.
    let mut yardsticks: BTreeMap<Option<NonZeroUsize>, Vec<f64>> = BTreeMap::new();
    for (payload, reading) in readings {
        yardsticks.entry(None).or_default().push(reading.reference_ns);
        if let (Some(_), Some(floor_ns)) = (payload, reading.floor_ns) {
            yardsticks.entry(payload).or_default().push(floor_ns);
        }
    }
    yardsticks.into_values().map(|values| range_factor(values.into_iter())).fold(1.0, f64::max)
}

/// The ninth decile over the first: a single burst that met a pause of the machine says nothing of the block.
fn range_factor(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return 1.0 };
    sorted[last * 9 / 10] / sorted[last.div_ceil(10)].max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_pause_is_no_change_and_another_regime_is() {
        let steady = (0..40).map(|number| 100.0 + f64::from(number % 7));
        assert!(range_factor(steady.clone()) < 1.1);
        assert!(range_factor(steady.clone().chain([4_000.0])) < 1.1, "one burst met a pause");
        let changed = steady.chain(std::iter::repeat_n(4_000.0, 10));
        assert!(range_factor(changed) > YARDSTICK_CHANGE_MAX);
        assert!((range_factor(std::iter::empty()) - 1.0).abs() < f64::EPSILON);
    }
}
