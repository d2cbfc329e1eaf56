//! Variance components of a nested design: placements (fresh stores) within moments (blocks), and pieces within
//! placements.

/// The logarithms of a case's pieces, for each moment and each placement in it.
pub(crate) type Nested = Vec<Vec<Vec<f64>>>;

/// Standard deviations, each without what lies below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Components {
    /// Between moments.
    pub(crate) moment: f64,
    /// Between placements of one moment.
    pub(crate) placement: f64,
    /// Between pieces of one placement.
    pub(crate) piece: f64,
}

impl Components {
    /// By the analysis of variance, whose estimates are not biased and may be negative: those are told as 0. `None` of fewer
    /// than two of anything, or where placements do not hold equally many pieces.
    pub(crate) fn of(nested: &Nested) -> Option<Self> {
        let (moments, placements) = (nested.len(), nested.first()?.len());
        let pieces = nested.first()?.first()?.len();
        let is_balanced = nested.iter().all(|moment| {
            moment.len() == placements && moment.iter().all(|placement| placement.len() == pieces)
        });
        if !is_balanced || moments < 2 || placements < 2 || pieces < 2 {
            return None;
        }
        let of_placements: Vec<Vec<f64>> =
            nested.iter().map(|moment| moment.iter().map(|them| mean(them)).collect()).collect();
        let of_moments: Vec<f64> = of_placements.iter().map(|them| mean(them)).collect();
        let within_placements: f64 = nested.iter().flatten().map(|them| squares(them)).sum();
        let within_moments: f64 = of_placements.iter().map(|them| squares(them)).sum();
        let (moments, placements, pieces) = (moments as f64, placements as f64, pieces as f64);
        let piece = within_placements / (moments * placements * (pieces - 1.0));
        let placement = pieces * within_moments / (moments * (placements - 1.0));
        let moment = placements * pieces * squares(&of_moments) / (moments - 1.0);
        Some(Self {
            moment: ((moment - placement) / (placements * pieces)).max(0.0).sqrt(),
            placement: ((placement - piece) / pieces).max(0.0).sqrt(),
            piece: piece.sqrt(),
        })
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sum of squares around the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use rand::rngs::SmallRng;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    /// Each with a standard deviation of `size`: the sum of twelve numbers between 0 and 1 has one of 1.
    fn drawn(random: &mut SmallRng, size: f64) -> f64 {
        size * ((0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0)
    }

    fn nested(sizes: Components, [moments, placements, pieces]: [usize; 3]) -> Nested {
        let random = &mut SmallRng::seed_from_u64(7);
        (0..moments)
            .map(|_| {
                let moment = drawn(random, sizes.moment);
                (0..placements)
                    .map(|_| {
                        let placement = moment + drawn(random, sizes.placement);
                        (0..pieces).map(|_| placement + drawn(random, sizes.piece)).collect()
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn each_component_is_found_without_the_others() {
        for [moment, placement, piece] in [[0.2, 0.1, 0.05], [0.0, 0.1, 0.1], [0.1, 0.0, 0.2]] {
            let sizes = Components { moment, placement, piece };
            let found = Components::of(&nested(sizes, [1000, 2, 8])).unwrap();
            for (found, planted) in
                [(found.moment, moment), (found.placement, placement), (found.piece, piece)]
            {
                assert!((found - planted).abs() < 0.02, "{found} of {planted}");
            }
        }
    }

    #[test]
    fn too_few_and_unequal_ones_tell_nothing() {
        let sizes = Components { moment: 0.1, placement: 0.1, piece: 0.1 };
        for counts in [[1, 2, 8], [8, 1, 8], [8, 2, 1]] {
            assert_eq!(Components::of(&nested(sizes, counts)), None, "{counts:?}");
        }
        let mut unequal = nested(sizes, [4, 2, 8]);
        unequal[1][1].pop();
        assert_eq!(Components::of(&unequal), None);
        assert_eq!(Components::of(&Vec::new()), None);
    }
}
