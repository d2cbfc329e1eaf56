//! How many floors and how many references a packet takes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::robust::{Pair, Solution, solve};
use super::{Interval, Nominal, Piece, StatsError, StudentT, Yardsticks};

/// Two coefficients and their spread take at least this many pieces.
const PIECES_MIN: usize = 4;

/// Of fewer blocks nothing tells how far another block would differ.
const BLOCKS_MIN: usize = 2;

const CONFIDENCE: f64 = 0.95;

/// A coefficient with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// How many yardsticks a packet takes; not negative.
    pub estimate: f64,
    /// 95 %, by the jackknife over blocks; not negative.
    pub interval: Interval,
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
            return Err(StatsError::too_few("pieces", PIECES_MIN, pieces.len()));
        }
        let blocks: BTreeSet<u32> = pieces.iter().map(|piece| piece.block).collect();
        if blocks.len() < BLOCKS_MIN {
            return Err(StatsError::too_few("blocks", BLOCKS_MIN, blocks.len()));
        }
        let solution = solve(pieces, yardsticks)?;
        let (floors, references) = jackknife(pieces, &blocks, yardsticks, &solution)?;
        Ok(Self {
            yardsticks,
            floors,
            references,
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

/// Both coefficients with their 95 % intervals, by the jackknife over blocks; one that the model does not have is 0.
///
/// Leaves out each block in turn. The last step of the fit is solved again without it, the weights of the
/// pieces kept and the signs free; so a coefficient that the fit holds at 0 has an upper end too. With B blocks the
/// interval is Student's t with B - 1 degrees of freedom, cut at 0 and never without the estimate.
fn jackknife(
    pieces: &[Piece],
    blocks: &BTreeSet<u32>,
    yardsticks: Yardsticks,
    solution: &Solution,
) -> Result<(Coefficient, Coefficient), StatsError> {
    let all = solution.newton(pieces.iter());
    let whole = all.free(yardsticks).ok_or_else(|| StatsError::same_yardsticks(pieces.len()))?;
    let mut squares = Pair { floors: 0.0, references: 0.0 };
    let rows_of = |block| solution.newton(pieces.iter().filter(move |piece| piece.block == block));
    for &block in blocks {
        let without = all.without(&rows_of(block)).free(yardsticks).ok_or_else(|| {
            StatsError(format!(
                "expected yardsticks that vary in every block but one, got block {block} alone; measure more blocks"
            ))
        })?;
        squares.floors += (without.floors - whole.floors).powi(2);
        squares.references += (without.references - whole.references).powi(2);
    }
    let degrees = (blocks.len() - 1) as f64;
    let reach = StudentT::new(degrees)?.two_sided(CONFIDENCE);
    let coefficient = |estimate: f64, free: f64, squares: f64| {
        let standard_error = (squares * degrees / (degrees + 1.0)).sqrt();
        let Interval { low, high } = Interval::around(free, reach * standard_error);
        let interval = Interval { low: low.max(0.0).min(estimate), high: high.max(estimate) };
        Coefficient { estimate, interval }
    };
    Ok((
        coefficient(solution.pair.floors, whole.floors, squares.floors),
        coefficient(solution.pair.references, whole.references, squares.references),
    ))
}

#[cfg(test)]
mod tests;
