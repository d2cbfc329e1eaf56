//! Counts over many runs.

use measure::stats::StudentT;
use report::judgement::{Finding, Verdict};

/// What became of one contrast in all runs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    runs: f64,
    held: f64,
    differs: f64,
    equal: f64,
    expected_to_differ: f64,
    error: f64,
    error_square: f64,
}

impl Tally {
    /// Counts a run's finding of a contrast whose true factor is `truth`.
    pub(crate) fn count(&mut self, finding: &Finding, truth: f64) {
        let error = (finding.factor / truth).ln();
        self.runs += 1.0;
        self.held += f64::from(finding.interval_95.contains(truth));
        self.differs += f64::from(matches!(finding.verdict, Verdict::Differs { .. }));
        self.equal += f64::from(matches!(finding.verdict, Verdict::EqualWithin { .. }));
        self.expected_to_differ += chance_to_differ(finding, truth);
        self.error += error;
        self.error_square += error * error;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.held += other.held;
        self.differs += other.differs;
        self.equal += other.equal;
        self.expected_to_differ += other.expected_to_differ;
        self.error += other.error;
        self.error_square += other.error_square;
    }

    /// The share of runs whose 95 % interval holds the truth.
    pub(crate) fn coverage(&self) -> f64 {
        self.held / self.runs
    }

    /// The share of runs that call it a difference.
    pub(crate) fn differs(&self) -> f64 {
        self.differs / self.runs
    }

    /// The share of runs that show it to be equal.
    pub(crate) fn equal(&self) -> f64 {
        self.equal / self.runs
    }

    /// The share of runs that should call it a difference, by their own standard errors.
    pub(crate) fn expected_to_differ(&self) -> f64 {
        self.expected_to_differ / self.runs
    }

    /// The mean error of the logarithm of the factor.
    pub(crate) fn bias(&self) -> f64 {
        self.error / self.runs
    }

    /// The standard error of `bias`.
    pub(crate) fn bias_error(&self) -> f64 {
        (self.error_square / self.runs - self.bias().powi(2)).sqrt() / self.runs.sqrt()
    }
}

/// The chance that a true factor above the smallest effect of interest is called a difference.
fn chance_to_differ(finding: &Finding, truth: f64) -> f64 {
    let student = StudentT::new(finding.degrees).unwrap();
    let beyond = (truth / finding.class.smallest_effect()).ln() / finding.standard_error;
    student.cdf(beyond - student.two_sided(0.99))
}
