//! What a fit is made from: pieces with their yardsticks.

use serde::{Deserialize, Serialize};

use super::{StatsError, median};

/// A timed piece of a case, with the two yardsticks beside it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// The randomized block that it belongs to; blocks need not be in order, nor without gaps.
    pub block: u32,
    /// The time of a packet, ns.
    pub time_ns: f64,
    /// The floor beside it: the disk's least time for a synced write, ns.
    pub floor_ns: f64,
    /// The CPU reference beside it: the time of a fixed batch of work in memory, ns.
    pub reference_ns: f64,
}

impl Piece {
    /// The logarithm needs times above 0, and a piece without a time was not measured.
    pub(super) fn check(&self) -> Result<(), StatsError> {
        let times = [
            ("the time of a packet", self.time_ns),
            ("a floor", self.floor_ns),
            ("a reference", self.reference_ns),
        ];
        for (what, got) in times {
            if !(got.is_finite() && got > 0.0) {
                return Err(StatsError::NotATime { block: self.block, what, got });
            }
        }
        Ok(())
    }
}

/// Which of the two yardsticks a kind of case is fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Yardsticks {
    /// `a` floors + `b` references.
    Both,
    /// `a` floors: a case that waits for the disk and does nothing else.
    FloorOnly,
    /// `b` references: a case in memory.
    ReferenceOnly,
}

/// The yardsticks that a run's figures are told at, one pair for the whole run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nominal {
    /// The floor, ns.
    pub floor_ns: f64,
    /// The CPU reference, ns.
    pub reference_ns: f64,
}

impl Nominal {
    /// The medians over pieces, best over those of all the cases that are compared: far from the yardsticks that
    /// a case met, its figure rests on its coefficients, and its interval is wider.
    ///
    /// # Errors
    /// [`StatsError`] where there is no piece, or one has no time.
    pub fn of(pieces: &[Piece]) -> Result<Self, StatsError> {
        pieces.iter().try_for_each(Piece::check)?;
        let middle = |of: fn(&Piece) -> f64| median(&pieces.iter().map(of).collect::<Vec<f64>>());
        let floor = middle(|piece| piece.floor_ns);
        let reference = middle(|piece| piece.reference_ns);
        let (Some(floor_ns), Some(reference_ns)) = (floor, reference) else {
            return Err(StatsError::TooFewPieces { expected: 1, got: pieces.len() });
        };
        Ok(Self { floor_ns, reference_ns })
    }
}
