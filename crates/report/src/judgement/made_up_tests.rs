//! Findings for tests, made the way that real ones are.

use measure::record::{Class, ContrastKey, ContrastKind, Metric};
use measure::stats::NominalTime;

use super::class_variance::ClassVariance;
use super::contrast::Contrast;
use super::finding::{Estimate, Finding};
use super::moderation::{Prior, PriorDegrees, Variance};

pub(super) fn key(case: &str) -> ContrastKey {
    ContrastKey {
        question: "question".to_owned(),
        kind: ContrastKind::OneFactorAlone { axis: "synchronous".to_owned() },
        case: case.into(),
        baseline: "base".into(),
        metric: Metric::AckedTime,
    }
}

/// Blocks with these ratios, beside the base that all have in common, without the cost of a fit.
pub(super) fn contrast(case: &str, class: Class, log_ratios: &[f64]) -> Contrast {
    contrast_with(key(case), class, log_ratios)
}

/// The same beside a baseline of its own.
pub(super) fn contrast_apart(case: &str, class: Class, log_ratios: &[f64]) -> Contrast {
    let key = ContrastKey { baseline: format!("{case}-base").as_str().into(), ..key(case) };
    contrast_with(key, class, log_ratios)
}

fn contrast_with(key: ContrastKey, class: Class, log_ratios: &[f64]) -> Contrast {
    Contrast::from_logs(key, class, log_ratios, &[&NominalTime::unfitted(Vec::new())]).unwrap()
}

/// A finding of a class with a prior, of 8 blocks and 20 degrees of freedom, with this standard error.
pub(crate) fn finding(case: &str, factor: f64, standard_error: f64) -> Finding {
    let variance = 8.0 * standard_error * standard_error;
    let prior =
        Prior { standard_deviation: variance.sqrt(), degrees: PriorDegrees { finite: 13.0 } };
    let around = |index: i32| factor.ln() + if index % 2 == 0 { 0.01 } else { -0.01 };
    let contrast = contrast(case, Class::Disk, &(0..8).map(around).collect::<Vec<f64>>());
    let variance = Variance { value: variance, degrees: 20.0 };
    Finding::declared(&contrast, &Estimate::new(&contrast, variance, Some(prior)).unwrap())
}

/// A finding by its own four blocks alone, which lie `apart` from each other.
pub(super) fn plain_finding(case: &str, factor: f64, apart: f64) -> Finding {
    let middle = factor.ln();
    let ratios = [middle - apart, middle + apart, middle - apart, middle + apart];
    ClassVariance::unknown(Class::Disk).judge(&contrast(case, Class::Disk, &ratios)).unwrap()
}
