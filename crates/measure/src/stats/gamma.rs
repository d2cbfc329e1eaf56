//! The derivatives of the logarithm of the gamma function, which the moderated t needs.

/// From here on the asymptotic series is exact to the last digits.
const ASYMPTOTIC_FROM: f64 = 15.0;

/// Beyond these a further step of Newton's method is worth nothing: `1 / x` and `1 / sqrt(x)` are exact to
/// rounding (Smyth, "Linear models and empirical Bayes methods", 2004, appendix).
const INVERSE_LARGE: f64 = 1e7;
const INVERSE_SMALL: f64 = 1e-6;

/// Newton's method for the inverse converges from any start, and in practice within ten steps.
const NEWTON_STEPS_MAX: usize = 50;

/// The first derivative of the logarithm of the gamma function.
#[must_use]
pub fn digamma(x: f64) -> f64 {
    statrs::function::gamma::digamma(x)
}

/// The second derivative of the logarithm of the gamma function, for `x` above 0; NaN elsewhere.
#[must_use]
pub fn trigamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut x, mut sum) = (x, 0.0);
    // trigamma(x) = trigamma(x + 1) + 1 / x^2
    while x < ASYMPTOTIC_FROM {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    // The series with the Bernoulli numbers 1/6, -1/30, 1/42, -1/30, 5/66.
    let square = 1.0 / (x * x);
    let series = 1.0 / 6.0
        + square
            * (-1.0 / 30.0 + square * (1.0 / 42.0 + square * (-1.0 / 30.0 + square * 5.0 / 66.0)));
    sum + 1.0 / x + square / 2.0 + square / x * series
}

/// The `x` above 0 whose [`trigamma`] is `y`, for `y` above 0; NaN elsewhere.
///
/// Newton's method on `1 / trigamma`, which is convex and nearly linear, so each step keeps one sign
/// (Smyth 2004, appendix).
#[must_use]
pub fn trigamma_inverse(y: f64) -> f64 {
    if y.is_nan() || y <= 0.0 {
        return f64::NAN;
    }
    if y > INVERSE_LARGE {
        return 1.0 / y.sqrt();
    }
    if y < INVERSE_SMALL {
        return 1.0 / y;
    }
    let mut x = 0.5 + 1.0 / y;
    for _ in 0..NEWTON_STEPS_MAX {
        let value = trigamma(x);
        let step = value * (1.0 - value / y) / tetragamma(x);
        x += step;
        if -step / x < 1e-10 {
            break;
        }
    }
    x
}

/// The third derivative of the logarithm of the gamma function, for `x` above 0.
fn tetragamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < ASYMPTOTIC_FROM {
        sum -= 2.0 / (x * x * x);
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = 0.5
        + square
            * (-1.0 / 6.0 + square * (1.0 / 6.0 + square * (-3.0 / 10.0 + square * 5.0 / 6.0)));
    sum - square - square / x - square * square * series
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn assert_close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 1e-11 * expected.abs().max(1e-300),
            "expected {expected}, got {found}"
        );
    }

    #[test]
    fn trigamma_has_its_known_values() {
        const CATALAN: f64 = 0.915_965_594_177_219;
        let square = PI * PI;
        for (x, expected) in [
            (0.25, square + 8.0 * CATALAN),
            (0.5, square / 2.0),
            (1.0, square / 6.0),
            (1.5, square / 2.0 - 4.0),
            (2.0, square / 6.0 - 1.0),
            (2.5, square / 2.0 - 4.0 - 4.0 / 9.0),
            // The rest of the series of 1 / n^2 after its first 99 terms.
            (100.0, square / 6.0 - (1..100).map(|n| 1.0 / f64::from(n * n)).sum::<f64>()),
        ] {
            assert_close(trigamma(x), expected);
        }
        assert!(trigamma(0.0).is_nan() && trigamma(-1.5).is_nan() && trigamma(f64::NAN).is_nan());
    }

    #[test]
    fn digamma_has_its_known_values() {
        const EULER: f64 = 0.577_215_664_901_532_9;
        assert_close(digamma(1.0), -EULER);
        assert_close(digamma(0.5), -EULER - 2.0 * 2.0_f64.ln());
        assert_close(digamma(3.5), -EULER - 2.0 * 2.0_f64.ln() + 2.0 + 2.0 / 3.0 + 2.0 / 5.0);
    }

    #[test]
    fn tetragamma_is_the_slope_of_trigamma() {
        const APERY: f64 = 1.202_056_903_159_594_2;
        assert_close(tetragamma(1.0), -2.0 * APERY);
        assert_close(tetragamma(0.5), -14.0 * APERY);
    }

    #[test]
    fn the_inverse_undoes_trigamma() {
        for x in [1e-5, 1e-3, 0.1, 0.5, 1.0, 2.0, 4.5, 30.0, 1e3, 1e5, 1e8] {
            let back = trigamma_inverse(trigamma(x));
            assert!((back / x - 1.0).abs() < 1e-6, "expected {x}, got {back}");
        }
        assert!(trigamma_inverse(0.0).is_nan() && trigamma_inverse(-1.0).is_nan());
    }
}
