//! What a class says of the variance of each contrast in it.

use measure::stats::{digamma, trigamma, trigamma_inverse};
use serde::{Deserialize, Serialize};

/// The degrees of freedom of a prior.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriorDegrees {
    /// As if so many further blocks, less one, had been seen.
    Finite(f64),
    /// The contrasts' variances differ no more than chance makes equal ones differ: all have one.
    Infinite,
}

/// What a contrast's variance is shrunk towards.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// The class's standard deviation from block to block, of the logarithm of a ratio.
    pub standard_deviation: f64,
    /// How much it weighs.
    pub degrees: PriorDegrees,
}

/// A variance with its degrees of freedom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variance {
    pub(crate) value: f64,
    pub(crate) degrees: f64,
}

impl Prior {
    /// The prior of at least two variances, by the moments of their logarithms (Smyth, "Linear models and empirical
    /// Bayes methods for assessing differential expression in microarray experiments", 2004, section 6.2).
    ///
    /// Contrasts that share a case are alike for that alone, which is no sign of one variance: of the spread that
    /// chance gives to the logarithms only the part `1 - alike` is expected, with `alike` the mean correlation of two
    /// variances.
    pub(super) fn by_moments(variances: &[Variance], alike: f64) -> Self {
        let count = variances.len() as f64;
        let centred = |variance: &Variance| {
            let half = variance.degrees / 2.0;
            variance.value.ln() - digamma(half) + half.ln()
        };
        let mean = variances.iter().map(centred).sum::<f64>() / count;
        let squares =
            variances.iter().map(|variance| (centred(variance) - mean).powi(2)).sum::<f64>();
        let chance =
            variances.iter().map(|variance| trigamma(variance.degrees / 2.0)).sum::<f64>() / count;
        let beyond_chance = squares / (count - 1.0) - chance * (1.0 - alike);
        if beyond_chance <= 0.0 {
            let degrees: f64 = variances.iter().map(|variance| variance.degrees).sum();
            let pooled: f64 =
                variances.iter().map(|variance| variance.degrees * variance.value).sum();
            let standard_deviation = (pooled / degrees).sqrt();
            return Self { standard_deviation, degrees: PriorDegrees::Infinite };
        }
        let half = trigamma_inverse(beyond_chance);
        let variance = (mean + digamma(half) - half.ln()).exp();
        Self { standard_deviation: variance.sqrt(), degrees: PriorDegrees::Finite(2.0 * half) }
    }

    /// The prior with at most so many degrees of freedom.
    pub(super) fn with_degrees_max(self, most: f64) -> Self {
        let degrees = match self.degrees {
            PriorDegrees::Finite(degrees) => degrees.min(most),
            PriorDegrees::Infinite => most,
        };
        Self { degrees: PriorDegrees::Finite(degrees), ..self }
    }

    /// A contrast's own variance, shrunk towards the prior. With `pooled` the degrees of freedom of the whole class:
    /// together they cannot know more than all contrasts do.
    pub(super) fn shrink(&self, own: Variance, pooled: f64) -> Variance {
        let squared = self.standard_deviation.powi(2);
        match self.degrees {
            PriorDegrees::Infinite => Variance { value: squared, degrees: pooled },
            PriorDegrees::Finite(degrees) => {
                let sum = degrees + own.degrees;
                let value = (degrees * squared + own.degrees * own.value) / sum;
                Variance { value, degrees: sum.min(pooled) }
            }
        }
    }
}
