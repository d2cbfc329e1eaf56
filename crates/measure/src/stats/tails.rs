//! Student's t and Fisher's F, for degrees of freedom that are known to be usable.

use statrs::distribution::{ContinuousCDF, FisherSnedecor, Normal, StudentsT};

use super::StatsError;

/// From here on Student's t is the normal distribution to 5 digits of its quantiles.
const NORMAL_FROM: f64 = 1e6;

/// Student's t with some degrees of freedom, which need not be whole and may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StudentT(Tail);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Tail {
    Student(StudentsT),
    Normal(Normal),
}

impl StudentT {
    /// The distribution with `degrees` of freedom.
    ///
    /// # Errors
    /// [`StatsError`] unless they are above 0.
    pub fn new(degrees: f64) -> Result<Self, StatsError> {
        if degrees > NORMAL_FROM {
            return Ok(Self(Tail::Normal(Normal::standard())));
        }
        let student = StudentsT::new(0.0, 1.0, degrees);
        student.map(|t| Self(Tail::Student(t))).map_err(|_| unusable(degrees))
    }

    /// The chance of a value of at most `t`.
    #[must_use]
    pub fn cdf(&self, t: f64) -> f64 {
        match self.0 {
            Tail::Student(student) => student.cdf(t),
            Tail::Normal(normal) => normal.cdf(t),
        }
    }

    /// The value that is not passed with a chance of `probability`, which is clamped to 0 to 1.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        let probability = probability.clamp(0.0, 1.0);
        match self.0 {
            Tail::Student(student) => student.inverse_cdf(probability),
            Tail::Normal(normal) => normal.inverse_cdf(probability),
        }
    }

    /// How many standard errors an interval of this two-sided `confidence` (0.95 for 95 %) reaches to
    /// either side.
    #[must_use]
    pub fn two_sided(&self, confidence: f64) -> f64 {
        self.quantile(0.5 + confidence / 2.0)
    }
}

/// Fisher's F: the ratio of two variances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FisherF(FisherSnedecor);

impl FisherF {
    /// The distribution with these degrees of freedom above and below the line.
    ///
    /// # Errors
    /// [`StatsError`] unless both are above 0 and finite.
    pub fn new(numerator: f64, denominator: f64) -> Result<Self, StatsError> {
        let got = if numerator.is_finite() && numerator > 0.0 { denominator } else { numerator };
        FisherSnedecor::new(numerator, denominator).map(Self).map_err(|_| unusable(got))
    }

    /// The chance of a ratio above `ratio`.
    #[must_use]
    pub fn above(&self, ratio: f64) -> f64 {
        self.0.sf(ratio)
    }
}

fn unusable(degrees: f64) -> StatsError {
    StatsError(format!("expected degrees of freedom above 0, got {degrees}; measure more blocks"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (degrees, probability, expected) in [
            (1.0, 0.975, 12.706_204_736),
            (3.0, 0.975, 3.182_446_305),
            (3.0, 0.995, 5.840_909_310),
            (5.0, 0.95, 2.015_048_373),
            (11.0, 0.995, 3.105_806_516),
            (120.0, 0.975, 1.979_930_405),
            (f64::INFINITY, 0.975, 1.959_963_985),
        ] {
            let found = StudentT::new(degrees).unwrap().quantile(probability);
            assert!((found - expected).abs() < 1e-7, "{degrees}: expected {expected}, got {found}");
            assert!((StudentT::new(degrees).unwrap().cdf(expected) - probability).abs() < 1e-9);
        }
    }

    #[test]
    fn fractions_of_a_degree_and_both_sides_work() {
        let t = StudentT::new(3.4).unwrap();
        assert!((t.cdf(t.quantile(0.2)) - 0.2).abs() < 1e-9);
        assert!((t.quantile(0.2) + t.quantile(0.8)).abs() < 1e-9);
        assert!((t.two_sided(0.9) - t.quantile(0.95)).abs() < 1e-12);
    }

    #[test]
    fn fisher_is_that_of_the_tables() {
        // The upper 5 % point of F with 4 and 10 degrees.
        assert!((FisherF::new(4.0, 10.0).unwrap().above(3.478_049_69) - 0.05).abs() < 1e-8);
    }

    #[test]
    fn impossible_degrees_are_refused() {
        for degrees in [0.0, -1.0, f64::NAN] {
            assert!(StudentT::new(degrees).unwrap_err().0.contains("above 0, got"), "{degrees}");
            assert!(FisherF::new(degrees, 1.0).is_err() && FisherF::new(1.0, degrees).is_err());
        }
    }
}
