//! By how much the yardsticks changed within a block.

use std::collections::BTreeMap;

use super::replicate::Replicate;

/// A block is measured again, once, if a yardstick changed by more than this factor within it.
pub const YARDSTICK_CHANGE_MAX: f64 = 3.0;

/// The largest over the smallest reading of a yardstick among replicates, each with its packets' payload in bytes: the
/// floors of one payload are compared with each other alone.
pub(super) fn change_within<'replicate>(
    replicates: impl Iterator<Item = (usize, &'replicate Replicate)>,
) -> f64 {
    let mut floors: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    let mut references: Vec<f64> = Vec::new();
    for (payload, replicate) in replicates {
        for reading in &replicate.readings {
            references.push(reading.reference_ns);
            floors.entry(payload).or_default().extend(reading.floor_ns);
        }
    }
    floors.into_values().map(range_factor).fold(range_factor(references), f64::max)
}

/// The ninth decile over the first: a single burst that met a pause of the machine says nothing of the block.
fn range_factor(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return 1.0 };
    values[last * 9 / 10] / values[last.div_ceil(10)].max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_pause_is_no_change_and_another_regime_is() {
        let steady = (0..40).map(|number| 100.0 + f64::from(number % 7));
        let change =
            |further: &[f64]| range_factor(steady.clone().chain(further.iter().copied()).collect());
        assert!(change(&[]) < 1.1);
        assert!(change(&[4_000.0]) < 1.1, "one burst met a pause");
        assert!(change(&[4_000.0; 10]) > YARDSTICK_CHANGE_MAX);
        assert!((range_factor(Vec::new()) - 1.0).abs() < f64::EPSILON);
    }
}
