//! How many floors and how many references a packet takes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::robust::{Pair, solve};
use super::{Interval, Nominal, Piece, StatsError, Yardsticks, fit_interval};

/// Two coefficients and their spread take at least this many pieces.
const PIECES_MIN: usize = 4;

/// Of fewer blocks nothing tells how far another block would differ.
const BLOCKS_MIN: usize = 2;

/// A coefficient with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// How many yardsticks a packet takes; not negative.
    pub estimate: f64,
    /// 95 %, by the jackknife over blocks; not negative.
    pub interval: Interval,
}

impl Coefficient {
    /// The coefficient of a yardstick that is not in the model.
    const ABSENT: Self = Self { estimate: 0.0, interval: Interval { low: 0.0, high: 0.0 } };
}

/// A case's time per packet as `floors` x floor + `references` x CPU reference.
///
/// The errors are multiplicative: the fit is least by Huber's function of `ln(time / model)`, with coefficients that
/// are not negative, so pieces count by their relative error, and a stall counts little. Both yardsticks are
/// measured with noise, which shifts some of a coefficient to the other one (by the square of the noise over
/// that of the yardstick's own variation); the time at yardsticks like those that were met hardly changes by that.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Which yardsticks the model has.
    pub yardsticks: Yardsticks,
    /// Floors per packet.
    pub floors: Coefficient,
    /// CPU references per packet.
    pub references: Coefficient,
    /// The relative spread of the pieces around the model: 1.4826 times the median size of
    /// `ln(time / model)`, a standard deviation where errors are normal.
    pub residual_spread: f64,
    /// How many pieces it is made from.
    pub pieces: usize,
    /// How many blocks they are of.
    pub blocks: usize,
}

impl Fit {
    /// Fits all pieces of one case.
    ///
    /// # Errors
    /// [`StatsError`] where the pieces cannot tell: too few, of one block, a time that is none, two yardsticks that
    /// vary alike, or pieces that follow neither.
    pub fn of(pieces: &[Piece], yardsticks: Yardsticks) -> Result<Self, StatsError> {
        pieces.iter().try_for_each(Piece::check)?;
        if pieces.len() < PIECES_MIN {
            return Err(StatsError::TooFewPieces { expected: PIECES_MIN, got: pieces.len() });
        }
        let blocks: BTreeSet<u32> = pieces.iter().map(|piece| piece.block).collect();
        if blocks.len() < BLOCKS_MIN {
            return Err(StatsError::TooFewBlocks { expected: BLOCKS_MIN, got: blocks.len() });
        }
        let solution = solve(pieces, yardsticks)?;
        let intervals = fit_interval::jackknife(pieces, &blocks, yardsticks, &solution)?;
        let coefficient = |estimate, interval| Coefficient { estimate, interval };
        let floors = coefficient(solution.pair.floors, intervals.floors);
        let references = coefficient(solution.pair.references, intervals.references);
        Ok(Self {
            yardsticks,
            floors: if yardsticks == Yardsticks::ReferenceOnly {
                Coefficient::ABSENT
            } else {
                floors
            },
            references: if yardsticks == Yardsticks::FloorOnly {
                Coefficient::ABSENT
            } else {
                references
            },
            residual_spread: solution.scale,
            pieces: pieces.len(),
            blocks: blocks.len(),
        })
    }

    /// The time of a packet at these yardsticks, ns: of the run itself, of another minute, or of another machine.
    #[must_use]
    pub fn predict_ns(&self, at: &Nominal) -> f64 {
        self.pair().predict_ns(at.floor_ns, at.reference_ns)
    }

    pub(super) fn pair(&self) -> Pair {
        Pair { floors: self.floors.estimate, references: self.references.estimate }
    }
}

#[cfg(test)]
mod tests;
