//! A case's time in each block, as it would be at the run's nominal yardsticks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::robust::weight;
use super::{Fit, Nominal, Piece, StatsError, StudentT, median};

/// A case's time in one block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockTime {
    /// The block.
    pub block: u32,
    /// The time of a packet at the nominal yardsticks, ns.
    pub time_ns: f64,
}

/// A case's times at the nominal yardsticks, with what the fit behind them takes of their evidence.
///
/// A block's time is the median over its pieces of `time / model`, times the model at the nominal yardsticks.
/// All blocks share the two coefficients, and those come from the same pieces. That has two costs, as in an analysis
/// of covariance: the blocks agree with each other a little too well, because the fit has bent towards them
/// (`spent_degrees`); and where a case met other yardsticks than the nominal ones, all its times are off by
/// one and the same error of the coefficients, which no spread over blocks shows (`variance_inflation`). A fit of
/// one yardstick has neither cost: its coefficient cancels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NominalTime {
    /// The time in each block, by rising block.
    pub blocks: Vec<BlockTime>,
    /// How many degrees of freedom of the blocks the fit has used up, 0 to 1.
    pub spent_degrees: f64,
    /// By how much the variance of the mean over blocks is larger than that of independent blocks; at least 1.
    pub variance_inflation: f64,
}

impl NominalTime {
    /// The times of a fitted case; `pieces` are those that the fit was made from.
    ///
    /// # Errors
    /// [`StatsError`] where there is no piece, or one has no time.
    pub fn of(fit: &Fit, pieces: &[Piece], nominal: &Nominal) -> Result<Self, StatsError> {
        pieces.iter().try_for_each(Piece::check)?;
        let (pair, at_nominal) = (fit.pair(), fit.predict_ns(nominal));
        let mut residuals: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for piece in pieces {
            residuals.entry(piece.block).or_default().push(pair.residual(piece));
        }
        let time = |(&block, residuals): (&u32, &Vec<f64>)| {
            let middle = median(residuals)?;
            Some(BlockTime { block, time_ns: middle.exp() * at_nominal })
        };
        let blocks: Vec<BlockTime> = residuals.iter().filter_map(time).collect();
        if blocks.is_empty() {
            return Err(StatsError::too_few("pieces", 1, 0));
        }
        let cost = Cost::of(fit, pieces, nominal);
        Ok(Self {
            blocks,
            spent_degrees: cost.spent_degrees,
            variance_inflation: cost.variance_inflation,
        })
    }

    /// Times that need no fit, such as those of two cases that took turns within the same second.
    #[must_use]
    pub fn unfitted(blocks: Vec<BlockTime>) -> Self {
        let Cost { spent_degrees, variance_inflation } = Cost::NONE;
        Self { blocks, spent_degrees, variance_inflation }
    }

    /// The case's figure: the geometric mean over blocks, ns.
    #[must_use]
    pub fn geometric_mean_ns(&self) -> f64 {
        let sum: f64 = self.blocks.iter().map(|block| block.time_ns.ln()).sum();
        (sum / self.blocks.len() as f64).exp()
    }

    /// Half of the 95 % interval of that figure, relative: 0.02 is 2 % to either side. `None` of blocks that are too few
    /// to tell, after what the fit has spent.
    #[must_use]
    pub fn half_width_95(&self) -> Option<f64> {
        let student = StudentT::new(self.degrees()).ok()?;
        let half_width = (student.two_sided(0.95) * self.log_variance().sqrt()).exp_m1();
        half_width.is_finite().then_some(half_width)
    }

    /// The variance of the logarithm of that figure, as far as the blocks tell it; no number of too few of them.
    #[must_use]
    pub fn log_variance(&self) -> f64 {
        let middle = self.geometric_mean_ns().ln();
        let squares = self.blocks.iter().map(|block| (block.time_ns.ln() - middle).powi(2));
        let of_a_block = squares.sum::<f64>() / self.degrees();
        of_a_block / self.blocks.len() as f64 * self.variance_inflation
    }

    fn degrees(&self) -> f64 {
        self.blocks.len() as f64 - 1.0 - self.spent_degrees
    }
}

/// What the fit takes of the blocks' evidence.
struct Cost {
    spent_degrees: f64,
    variance_inflation: f64,
}

impl Cost {
    const NONE: Self = Self { spent_degrees: 0.0, variance_inflation: 1.0 };

    /// The fit is a level and a direction: how the time is shared between the yardsticks. The direction of a piece is
    /// how far its prediction moves when that share does, which is 0 at the nominal yardsticks.
    ///
    /// With `rho` the part of the direction's sum of squares that lies between blocks, the sum of squares
    /// of the blocks loses `rho` degrees of freedom where errors belong to pieces, and `2 rho - rho^2` where they
    /// belong to blocks. Few blocks cannot tell which; the middle of the two is at most an eighth of a degree off. The variance of the level at the nominal yardsticks is
    /// `1 / n + mean^2 / sum of squares` in place of `1 / n`.
    fn of(fit: &Fit, pieces: &[Piece], nominal: &Nominal) -> Self {
        if fit.floors.estimate <= 0.0 || fit.references.estimate <= 0.0 {
            return Self::NONE;
        }
        let (pair, at_nominal) = (fit.pair(), fit.predict_ns(nominal));
        let mut of_blocks: BTreeMap<u32, Direction> = BTreeMap::new();
        let mut of_all = Direction::default();
        for piece in pieces {
            let apart =
                piece.floor_ns / nominal.floor_ns - piece.reference_ns / nominal.reference_ns;
            let direction =
                apart * at_nominal / pair.predict_ns(piece.floor_ns, piece.reference_ns);
            let weight = weight(pair.residual(piece), fit.residual_spread);
            of_blocks.entry(piece.block).or_default().add(direction, weight);
            of_all.add(direction, weight);
        }
        let within: f64 = of_blocks.values().map(Direction::squares_around_mean).sum();
        let total = of_all.squares_around_mean();
        if total <= 0.0 {
            return Self::NONE;
        }
        let between = (1.0 - within / total).clamp(0.0, 1.0);
        Self {
            spent_degrees: between * (3.0 - between) / 2.0,
            variance_inflation: 1.0 + of_all.weight * of_all.mean().powi(2) / total,
        }
    }
}

/// Sums of a weighted direction.
#[derive(Clone, Copy, Debug, Default)]
struct Direction {
    weight: f64,
    sum: f64,
    squares: f64,
}

impl Direction {
    fn add(&mut self, value: f64, weight: f64) {
        self.weight += weight;
        self.sum += weight * value;
        self.squares += weight * value * value;
    }

    fn mean(&self) -> f64 {
        self.sum / self.weight
    }

    fn squares_around_mean(&self) -> f64 {
        (self.squares - self.sum * self.mean()).max(0.0)
    }
}

#[cfg(test)]
mod tests;
