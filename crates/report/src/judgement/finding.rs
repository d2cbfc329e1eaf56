//! A judged contrast.

use measure::record::{Class, ContrastKey};
use measure::stats::{Interval, StudentT};
use serde::{Deserialize, Serialize};

use super::contrast::Contrast;
use super::moderation::{Prior, Variance};
use super::verdict::{Verdict, WhyUndecided};
use super::why_not::WhyNotJudged;

/// The chance with which a difference of the size `could_have_seen` would have been called one.
const POWER: f64 = 0.8;

/// The confidence of each of so many comparisons so that all hold with `confidence` (Sidak).
pub(crate) fn of_each(confidence: f64, comparisons: usize) -> f64 {
    confidence.powf(1.0 / comparisons.max(1) as f64)
}

/// A contrast with its verdict; a row of `findings.json`.
///
/// Factors are of times: 2 says that the case takes twice as long as its baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What is compared.
    #[serde(flatten)]
    pub key: ContrastKey,
    /// Whose variance it was judged by.
    pub class: Class,
    /// The ratio of the two printed times: of their geometric means over the blocks that hold both.
    pub factor: f64,
    /// The interval of the factor at 95 %.
    pub interval_95: Interval,
    /// The interval of the factor at 99 %, by which it differs or not.
    pub interval_99: Interval,
    /// The interval of the factor at 90 %, by which it is equal or not.
    pub interval_90: Interval,
    /// What it says.
    pub verdict: Verdict,
    /// Why a difference that the intervals show is not called one; null where the verdict is theirs, and in files from
    /// before it was stored.
    #[serde(default)]
    pub undecided_because: Option<WhyUndecided>,
    /// The smallest factor above 1 that this design would have called a difference in 4 of 5 runs.
    pub could_have_seen: f64,
    /// How many blocks hold both cases.
    pub blocks: usize,
    /// The standard error of the logarithm of the factor, with what runs vary by.
    pub standard_error: f64,
    /// The degrees of freedom behind it, those of the prior included.
    pub degrees: f64,
    /// What its variance was shrunk towards; none where it was judged by its own blocks alone.
    pub prior: Option<Prior>,
    /// For how many comparisons the intervals answer at once; 1 where it was declared, not chosen.
    pub comparisons: usize,
}

/// A contrast's mean over blocks with a standard error that has been moderated; of the logarithm of the factor.
pub(super) struct Estimate {
    pub(super) mean: f64,
    standard_error: f64,
    degrees: f64,
    student: StudentT,
    prior: Option<Prior>,
}

impl Estimate {
    pub(super) fn new(
        contrast: &Contrast,
        variance: Variance,
        prior: Option<Prior>,
    ) -> Result<Self, WhyNotJudged> {
        let within_run = variance.value * contrast.variance_of_mean;
        let all = within_run + contrast.between_runs.powi(2);
        // What is known of other runs is no estimate of this one (Welch and Satterthwaite).
        let degrees = variance.degrees * (all / within_run).powi(2);
        let student = StudentT::new(degrees).map_err(|error| WhyNotJudged(error.to_string()))?;
        let standard_error = all.sqrt();
        Ok(Self { mean: contrast.mean, standard_error, degrees, student, prior })
    }

    /// Half of the width of an interval that answers for so many comparisons at once.
    pub(super) fn reach(&self, confidence: f64, comparisons: usize) -> f64 {
        self.student.two_sided(of_each(confidence, comparisons)) * self.standard_error
    }
}

impl Finding {
    /// Half of the factor's 95 % interval, relative: 0.05 for 5 %.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        let Interval { low, high } = self.interval_95;
        ((high / low).ln() / 2.0).exp_m1()
    }

    /// The logarithm of the factor.
    #[must_use]
    pub fn log_factor(&self) -> f64 {
        self.factor.ln()
    }

    /// A contrast that was declared, not chosen by its outcome.
    pub(super) fn declared(contrast: &Contrast, estimate: &Estimate) -> Self {
        let interval = |level| Interval::around(estimate.mean, estimate.reach(level, 1));
        Self::of(contrast, estimate, 1, interval)
    }

    /// The finding with these intervals of the logarithm of the factor, by their confidence.
    pub(super) fn of(
        contrast: &Contrast,
        estimate: &Estimate,
        comparisons: usize,
        interval: impl Fn(f64) -> Interval,
    ) -> Self {
        let class = contrast.class;
        let [of_90, of_95, of_99] = [0.90, 0.95, 0.99].map(interval);
        let power = estimate.student.quantile(POWER) * estimate.standard_error;
        let beyond = estimate.reach(0.99, comparisons) + power;
        Self {
            key: contrast.key.clone(),
            class,
            factor: contrast.factor(),
            interval_90: factors(of_90),
            interval_95: factors(of_95),
            interval_99: factors(of_99),
            verdict: Verdict::of(class, of_90, of_99),
            undecided_because: None,
            could_have_seen: finite(class.smallest_effect() * beyond.exp()),
            blocks: contrast.blocks,
            standard_error: estimate.standard_error,
            degrees: estimate.degrees,
            prior: estimate.prior,
            comparisons,
        }
    }

    /// The same whose difference is not called one.
    #[must_use]
    pub(crate) fn undecided(self, because: WhyUndecided) -> Self {
        Self { verdict: Verdict::Undecided, undecided_because: Some(because), ..self }
    }
}

/// The interval of a factor from that of its logarithm.
fn factors(log: Interval) -> Interval {
    Interval { low: log.low.exp(), high: finite(log.high.exp()) }
}

/// JSON holds no infinity.
fn finite(factor: f64) -> f64 {
    factor.min(f64::MAX)
}
