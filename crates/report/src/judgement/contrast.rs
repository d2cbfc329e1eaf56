//! Two cases' times, block by block.

use std::collections::BTreeMap;

use measure::record::{Class, ContrastKey};
use measure::stats::NominalTime;

use super::between_runs;
use super::error::JudgementError;

/// A run of fewer blocks is incomplete, and nothing of it is judged.
pub(super) const BLOCKS_MIN: usize = 4;

/// The logarithm of the ratio of two cases' times in one block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BlockRatio {
    pub(super) block: u32,
    pub(super) log_ratio: f64,
}

/// Two cases compared, block by block; not judged yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    key: ContrastKey,
    class: Class,
    ratios: Vec<BlockRatio>,
    mean: f64,
    variance: f64,
    degrees: f64,
    variance_inflation: f64,
    between_runs: f64,
}

impl Contrast {
    /// The contrast of two cases over the blocks that both were measured in.
    ///
    /// The degrees of freedom are the blocks less one, less what the two fits have spent (the mean of both, since each
    /// case gives half of the variance); the variance of the mean grows likewise by the mean of both inflations.
    ///
    /// # Errors
    /// [`JudgementError`] where fewer than 4 blocks hold both, a time is none, or the blocks do not vary.
    pub fn new(
        key: ContrastKey,
        class: Class,
        case: &NominalTime,
        baseline: &NominalTime,
    ) -> Result<Self, JudgementError> {
        let times: BTreeMap<u32, f64> =
            baseline.blocks.iter().map(|block| (block.block, block.time_ns)).collect();
        let mut ratios = Vec::new();
        for block in &case.blocks {
            let Some(&baseline_ns) = times.get(&block.block) else { continue };
            let log_ratio = (block.time_ns / baseline_ns).ln();
            if !(log_ratio.is_finite() && baseline_ns > 0.0) {
                let (contrast, case_ns) = (Box::new(key), block.time_ns);
                let block = block.block;
                return Err(JudgementError::NotATime { contrast, block, case_ns, baseline_ns });
            }
            ratios.push(BlockRatio { block: block.block, log_ratio });
        }
        let cost = FitCost {
            spent_degrees: (case.spent_degrees + baseline.spent_degrees) / 2.0,
            variance_inflation: (case.variance_inflation + baseline.variance_inflation) / 2.0,
        };
        Self::from_ratios(key, class, ratios, cost)
    }

    pub(super) fn from_ratios(
        key: ContrastKey,
        class: Class,
        ratios: Vec<BlockRatio>,
        cost: FitCost,
    ) -> Result<Self, JudgementError> {
        let blocks = ratios.len();
        if blocks < BLOCKS_MIN {
            let (contrast, expected) = (Box::new(key), BLOCKS_MIN);
            return Err(JudgementError::TooFewBlocks { contrast, expected, got: blocks });
        }
        let mean = ratios.iter().map(|ratio| ratio.log_ratio).sum::<f64>() / blocks as f64;
        let squares: f64 = ratios.iter().map(|ratio| (ratio.log_ratio - mean).powi(2)).sum();
        let degrees = (blocks - 1) as f64 - cost.spent_degrees;
        let variance = squares / degrees;
        if variance <= f64::EPSILON * f64::EPSILON {
            return Err(JudgementError::NoSpread { contrast: Box::new(key) });
        }
        let variance_inflation = cost.variance_inflation;
        let between_runs = 0.0;
        Ok(Self { key, class, ratios, mean, variance, degrees, variance_inflation, between_runs })
    }

    /// The same contrast of two cases whose syncs take these shares of their times, 0 to 1: where they are unlike,
    /// another run would find another factor, of which the blocks of one run know nothing.
    #[must_use]
    pub fn with_sync_shares(self, case: f64, baseline: f64) -> Self {
        Self { between_runs: between_runs::standard_deviation(case, baseline), ..self }
    }

    /// What is compared.
    #[must_use]
    pub fn key(&self) -> &ContrastKey {
        &self.key
    }

    /// Its class.
    #[must_use]
    pub fn class(&self) -> Class {
        self.class
    }

    /// The case's time over the baseline's: the ratio of the two geometric means over the blocks that hold both.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.mean.exp()
    }

    /// How many blocks hold both cases.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.ratios.len()
    }

    /// The mean over blocks of the logarithm of the ratio.
    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance from block to block of the logarithm of the ratio.
    pub(super) fn variance(&self) -> f64 {
        self.variance
    }

    /// The degrees of freedom of `variance`.
    pub(super) fn degrees(&self) -> f64 {
        self.degrees
    }

    /// The standard deviation of `mean` from run to run, beyond what the blocks show.
    pub(super) fn between_runs(&self) -> f64 {
        self.between_runs
    }

    /// The variance of `mean`, in units of the variance from block to block.
    pub(super) fn variance_of_mean(&self) -> f64 {
        self.variance_inflation / self.ratios.len() as f64
    }
}

/// What the fits take of the blocks' evidence; the fields of [`NominalTime`].
#[derive(Clone, Copy, Debug)]
pub(super) struct FitCost {
    pub(super) spent_degrees: f64,
    pub(super) variance_inflation: f64,
}

#[cfg(test)]
mod tests;
