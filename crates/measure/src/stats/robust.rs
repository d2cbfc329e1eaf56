//! The arithmetic of the fit: iteratively reweighted least squares of relative errors, with coefficients
//! that are not negative.

use super::location::MAD_TO_STANDARD_DEVIATION;
use super::{Piece, StatsError, Yardsticks, median};

/// Huber's constant: 95 % of the efficiency of least squares where errors are normal, in standard deviations.
const HUBER: f64 = 1.345;

/// Most fits take some ten steps. Pieces that follow neither yardstick may take any number.
const STEPS_MAX: usize = 1_000;

/// From here on the scale of the errors stands still and steps are halved, so that scale, weights and coefficients
/// cannot chase each other.
const CALMED_FROM: usize = 15;

/// The coefficients stand still when none of them moves the prediction by more than this, relative.
const STILL: f64 = 1e-7;

/// From here on a step is small enough at this part of one piece's error. Where the yardsticks hardly vary apart, the
/// coefficients creep along a valley whose floor is flat; its intervals say so, and its end is no better than its middle.
const CREEPING_FROM: usize = 100;
const CREEPING: f64 = 1e-3;

/// Beyond this the two yardsticks are one: the squared cosine of the angle between them.
const COSINE_SQUARE_MAX: f64 = 1.0 - 1e-10;

/// Two coefficients: a packet takes this many floors and this many references.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) floors: f64,
    pub(super) references: f64,
}

impl Pair {
    pub(super) fn predict_ns(self, floor_ns: f64, reference_ns: f64) -> f64 {
        self.floors * floor_ns + self.references * reference_ns
    }

    fn halfway_from(self, other: Self) -> Self {
        Self {
            floors: (self.floors + other.floors) / 2.0,
            references: (self.references + other.references) / 2.0,
        }
    }

    /// How far a piece's prediction is from another's, relative.
    fn moved_from(self, other: Self, piece: &Piece) -> f64 {
        let Piece { floor_ns, reference_ns, .. } = *piece;
        (self.predict_ns(floor_ns, reference_ns) / other.predict_ns(floor_ns, reference_ns) - 1.0)
            .abs()
    }

    /// The logarithm of a piece's time over its prediction.
    pub(super) fn residual(self, piece: &Piece) -> f64 {
        (piece.time_ns / self.predict_ns(piece.floor_ns, piece.reference_ns)).ln()
    }
}

/// A piece in a weighted least-squares problem.
struct Row {
    floor: f64,
    reference: f64,
    weight: f64,
    /// The time times the weight.
    weighted_time: f64,
}

/// The sums that a weighted least-squares problem of two coefficients is made of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    floor_floor: f64,
    floor_reference: f64,
    reference_reference: f64,
    floor_time: f64,
    reference_time: f64,
}

impl Sums {
    /// Adds a row: yardsticks and time in one unit, which cancels.
    fn add(&mut self, row: &Row) {
        let Row { floor, reference, weight, weighted_time } = *row;
        self.floor_floor += weight * floor * floor;
        self.floor_reference += weight * floor * reference;
        self.reference_reference += weight * reference * reference;
        self.floor_time += floor * weighted_time;
        self.reference_time += reference * weighted_time;
    }

    /// These sums without those of some of the rows.
    pub(super) fn without(&self, rows: &Self) -> Self {
        Self {
            floor_floor: self.floor_floor - rows.floor_floor,
            floor_reference: self.floor_reference - rows.floor_reference,
            reference_reference: self.reference_reference - rows.reference_reference,
            floor_time: self.floor_time - rows.floor_time,
            reference_time: self.reference_time - rows.reference_time,
        }
    }

    /// The least squares, of any sign; `None` where the two yardsticks are one.
    pub(super) fn free(&self, yardsticks: Yardsticks) -> Option<Pair> {
        match yardsticks {
            Yardsticks::FloorOnly => Some(self.floor_only()),
            Yardsticks::ReferenceOnly => Some(self.reference_only()),
            Yardsticks::Both => {
                let product = self.floor_floor * self.reference_reference;
                let square = self.floor_reference * self.floor_reference;
                let determinant = product - square;
                (square < COSINE_SQUARE_MAX * product).then(|| Pair {
                    floors: (self.floor_time * self.reference_reference
                        - self.reference_time * self.floor_reference)
                        / determinant,
                    references: (self.reference_time * self.floor_floor
                        - self.floor_time * self.floor_reference)
                        / determinant,
                })
            }
        }
    }

    /// The least squares of coefficients that are not negative. Times are above 0, so at most one of the
    /// free coefficients is negative, and then the other is alone.
    fn not_negative(&self, yardsticks: Yardsticks) -> Option<Pair> {
        let free = self.free(yardsticks)?;
        Some(if free.floors < 0.0 {
            self.reference_only()
        } else if free.references < 0.0 {
            self.floor_only()
        } else {
            free
        })
    }

    fn floor_only(&self) -> Pair {
        Pair { floors: self.floor_time / self.floor_floor, references: 0.0 }
    }

    fn reference_only(&self) -> Pair {
        Pair { floors: 0.0, references: self.reference_time / self.reference_reference }
    }
}

/// Where the iterations ended.
pub(super) struct Solution {
    pub(super) pair: Pair,
    /// The standard deviation of the relative errors, robust.
    pub(super) scale: f64,
}

/// The coefficients for which Huber's function of the pieces' logarithmic residuals is least.
///
/// Each step is Gauss and Newton's: near a prediction `m` the residual `ln(t / x)` is that of the row
/// `x / m` beside `1 + ln(t / m)`, so all rows count by their relative error.
pub(super) fn solve(pieces: &[Piece], yardsticks: Yardsticks) -> Result<Solution, StatsError> {
    let same = || StatsError::same_yardsticks(pieces.len());
    let mut start = Sums::default();
    for piece in pieces {
        let (floor, reference) =
            (piece.floor_ns / piece.time_ns, piece.reference_ns / piece.time_ns);
        start.add(&Row { floor, reference, weight: 1.0, weighted_time: 1.0 });
    }
    let mut pair = start.not_negative(yardsticks).ok_or_else(same)?;
    let mut scale = spread(pieces, pair);
    let mut moved = f64::INFINITY;
    for step in 0..STEPS_MAX {
        let mut sums = Sums::default();
        pieces.iter().for_each(|piece| sums.add(&Row::near(piece, pair, scale)));
        let mut next = sums.not_negative(yardsticks).ok_or_else(same)?;
        if step >= CALMED_FROM {
            next = next.halfway_from(pair);
        }
        moved = pieces.iter().map(|piece| next.moved_from(pair, piece)).fold(0.0, f64::max);
        pair = next;
        let still = if step < CREEPING_FROM { STILL } else { CREEPING * scale.min(1.0) };
        if moved < still {
            return Ok(Solution { pair, scale: spread(pieces, pair) });
        }
        if step < CALMED_FROM {
            scale = spread(pieces, pair);
        }
    }
    Err(StatsError(format!(
        "expected coefficients that settle, got ones that still move the prediction by {moved:.1e} of itself after \
         {STEPS_MAX} steps; the {} pieces follow neither yardstick",
        pieces.len()
    )))
}

impl Row {
    /// A piece's row of the problem near `pair`.
    fn near(piece: &Piece, pair: Pair, scale: f64) -> Self {
        let prediction = pair.predict_ns(piece.floor_ns, piece.reference_ns);
        let (floor, reference) = (piece.floor_ns / prediction, piece.reference_ns / prediction);
        let residual = pair.residual(piece);
        let weight = weight(residual, scale);
        Self { floor, reference, weight, weighted_time: weight * (1.0 + residual) }
    }
}

impl Solution {
    /// The rows of Newton's step from the solution: where it would go if the pieces were others. In it a piece
    /// beyond Huber's limit pulls as hard as it does, but does not yield when the solution moves.
    pub(super) fn newton<'piece>(&self, pieces: impl Iterator<Item = &'piece Piece>) -> Sums {
        let mut sums = Sums::default();
        for piece in pieces {
            let row = Row::near(piece, self.pair, self.scale);
            let pull = row.weighted_time - row.weight;
            let weight = if row.weight < 1.0 { 0.0 } else { 1.0 };
            sums.add(&Row { weight, weighted_time: weight + pull, ..row });
        }
        sums
    }
}

/// Huber's weight of a residual: 1 near 0, falling with its size beyond.
pub(super) fn weight(residual: f64, scale: f64) -> f64 {
    let limit = HUBER * scale;
    if residual.abs() <= limit { 1.0 } else { limit / residual.abs() }
}

/// The standard deviation of the residuals, robust: a fifth of the pieces may be anything.
fn spread(pieces: &[Piece], pair: Pair) -> f64 {
    let sizes: Vec<f64> = pieces.iter().map(|piece| pair.residual(piece).abs()).collect();
    // Exact data has no spread; the least one keeps its weights at 1 rather than 0 / 0.
    MAD_TO_STANDARD_DEVIATION * median(&sizes).unwrap_or(0.0).max(f64::EPSILON)
}
