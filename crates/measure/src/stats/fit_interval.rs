//! The intervals of a fit's coefficients, by the jackknife over blocks.

use std::collections::BTreeSet;

use super::robust::{Pair, Solution};
use super::{Interval, Piece, StatsError, StudentT, Yardsticks};

const CONFIDENCE: f64 = 0.95;

/// The 95 % intervals of both coefficients.
pub(super) struct Intervals {
    pub(super) floors: Interval,
    pub(super) references: Interval,
}

/// Leaves out each block in turn. The last step of the fit is solved again without it, the weights of the
/// pieces kept and the signs free; so a coefficient that the fit holds at 0 has an upper end too. With B blocks the
/// interval is Student's t with B - 1 degrees of freedom, cut at 0 and never without the estimate.
pub(super) fn jackknife(
    pieces: &[Piece],
    blocks: &BTreeSet<u32>,
    yardsticks: Yardsticks,
    solution: &Solution,
) -> Result<Intervals, StatsError> {
    let all = solution.newton(pieces.iter());
    let whole = all.free(yardsticks).ok_or(StatsError::SameYardsticks { pieces: pieces.len() })?;
    let mut squares = Pair { floors: 0.0, references: 0.0 };
    let rows_of = |block| solution.newton(pieces.iter().filter(move |piece| piece.block == block));
    for &block in blocks {
        let without = all.without(&rows_of(block)).free(yardsticks);
        let without = without.ok_or(StatsError::OneBlockTellsAll { block })?;
        squares.floors += (without.floors - whole.floors).powi(2);
        squares.references += (without.references - whole.references).powi(2);
    }
    let degrees = (blocks.len() - 1) as f64;
    let reach = StudentT::new(degrees)?.two_sided(CONFIDENCE);
    let interval = |free: f64, squares: f64, estimate: f64| {
        let standard_error = (squares * degrees / (degrees + 1.0)).sqrt();
        let Interval { low, high } = Interval::around(free, reach * standard_error);
        Interval { low: low.max(0.0).min(estimate), high: high.max(estimate) }
    };
    Ok(Intervals {
        floors: interval(whole.floors, squares.floors, solution.pair.floors),
        references: interval(whole.references, squares.references, solution.pair.references),
    })
}
