//! Two cases' times, block by block.

use std::collections::BTreeMap;

use measure::record::{Class, ContrastKey};
use measure::stats::NominalTime;

use super::between_runs;
use super::moderation::Variance;
use super::why_not::WhyNotJudged;

/// A run of fewer blocks is incomplete, and nothing of it is judged.
const BLOCKS_MIN: usize = 4;

/// Two cases compared, block by block; not judged yet. All that is known is of the logarithm of the ratio of their times.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// What is compared.
    pub key: ContrastKey,
    /// Its class.
    pub class: Class,
    /// How many blocks hold both cases.
    pub blocks: usize,
    /// The mean over blocks.
    pub(super) mean: f64,
    /// The variance from block to block.
    pub(super) variance: Variance,
    /// The variance of `mean`, in units of the variance from block to block.
    pub(super) variance_of_mean: f64,
    /// The standard deviation of `mean` from run to run, beyond what the blocks show.
    pub(super) between_runs: f64,
}

impl Contrast {
    /// The contrast of two cases over the blocks that both were measured in.
    ///
    /// The degrees of freedom are the blocks less one, less what the two fits have spent (the mean of both, since each
    /// case gives half of the variance); the variance of the mean grows likewise by the mean of both inflations.
    ///
    /// # Errors
    /// [`WhyNotJudged`] where fewer than 4 blocks hold both, a time is none, or the blocks do not vary.
    pub fn new(
        key: ContrastKey,
        class: Class,
        case: &NominalTime,
        baseline: &NominalTime,
    ) -> Result<Self, WhyNotJudged> {
        let times: BTreeMap<u32, f64> =
            baseline.blocks.iter().map(|block| (block.block, block.time_ns)).collect();
        let mut log_ratios = Vec::new();
        for block in &case.blocks {
            let Some(&baseline_ns) = times.get(&block.block) else { continue };
            let log_ratio = (block.time_ns / baseline_ns).ln();
            if !(log_ratio.is_finite() && baseline_ns > 0.0) {
                return Err(WhyNotJudged(format!(
                    "block {}: expected times above 0 ns and finite, got {} and {baseline_ns}",
                    block.block, block.time_ns
                )));
            }
            log_ratios.push(log_ratio);
        }
        Self::from_logs(key, class, &log_ratios, &[case, baseline])
    }

    /// The contrast with these logarithms of ratios in its blocks, which were made from these times.
    pub(super) fn from_logs(
        key: ContrastKey,
        class: Class,
        log_ratios: &[f64],
        times: &[&NominalTime],
    ) -> Result<Self, WhyNotJudged> {
        let blocks = log_ratios.len();
        if blocks < BLOCKS_MIN {
            return Err(WhyNotJudged::too_few("blocks with both cases", BLOCKS_MIN, blocks));
        }
        let of_fits = |of: fn(&NominalTime) -> f64| {
            times.iter().map(|time| of(time)).sum::<f64>() / times.len() as f64
        };
        let mean = log_ratios.iter().sum::<f64>() / blocks as f64;
        let squares: f64 = log_ratios.iter().map(|log_ratio| (log_ratio - mean).powi(2)).sum();
        let degrees = (blocks - 1) as f64 - of_fits(|time| time.spent_degrees);
        let variance = Variance { value: squares / degrees, degrees };
        // All blocks agree to the last digit, which no measurement does.
        if variance.value <= f64::EPSILON * f64::EPSILON {
            let why = "expected ratios that vary from block to block, got one and the same; were they measured?";
            return Err(WhyNotJudged(why.to_owned()));
        }
        let variance_of_mean = of_fits(|time| time.variance_inflation) / blocks as f64;
        Ok(Self { key, class, blocks, mean, variance, variance_of_mean, between_runs: 0.0 })
    }

    /// The same contrast of two cases whose syncs take these shares of their times, 0 to 1: another run would find another
    /// factor, and the more so the less they are alike, of which the blocks of one run know nothing.
    #[must_use]
    pub fn with_sync_shares(self, case: f64, baseline: f64) -> Self {
        Self { between_runs: between_runs::of_a_factor(self.class, case, baseline), ..self }
    }

    /// The case's time over the baseline's: the ratio of the two geometric means over the blocks that hold both.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.mean.exp()
    }
}

#[cfg(test)]
mod tests;
