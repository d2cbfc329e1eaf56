//! What a fit is made from: pieces with their yardsticks.

use serde::{Deserialize, Serialize};

use super::{StatsError, quantile};

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
                let block = self.block;
                return Err(StatsError(format!(
                    "block {block}: expected {what} above 0 ns and finite, got {got}; the piece was not measured"
                )));
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

/// This share of the smallest and of the largest yardsticks has no part in the nominal ones.
const TRIMMED: f64 = 0.05;

impl Nominal {
    /// The geometric means over pieces without the smallest and the largest twentieth, best over the pieces of all
    /// the cases that are compared: far from the yardsticks that a case met, its figure rests on its coefficients, and
    /// its interval is wider.
    ///
    /// The median is not taken: a processor of two regimes has two values and hardly any between them, so the median
    /// is one or the other by luck, far from the middle, and another run's is not the same.
    ///
    /// # Errors
    /// [`StatsError`] where there is no piece, or one has no time.
    pub fn of(pieces: &[Piece]) -> Result<Self, StatsError> {
        pieces.iter().try_for_each(Piece::check)?;
        let middle = |of: fn(&Piece) -> f64| {
            trimmed_geometric_mean(&pieces.iter().map(of).collect::<Vec<f64>>())
        };
        let floor = middle(|piece| piece.floor_ns);
        let reference = middle(|piece| piece.reference_ns);
        let (Some(floor_ns), Some(reference_ns)) = (floor, reference) else {
            return Err(StatsError::too_few("pieces", 1, 0));
        };
        Ok(Self { floor_ns, reference_ns })
    }
}

/// Of samples above 0; none of no samples.
fn trimmed_geometric_mean(samples: &[f64]) -> Option<f64> {
    let logs: Vec<f64> = samples.iter().map(|sample| sample.ln()).collect();
    let (low, high) = (quantile(&logs, TRIMMED)?, quantile(&logs, 1.0 - TRIMMED)?);
    let kept: Vec<f64> = logs.into_iter().filter(|log| (low..=high).contains(log)).collect();
    // The quantiles of two samples have none between them.
    if kept.is_empty() {
        return Some(((low + high) / 2.0).exp());
    }
    Some((kept.iter().sum::<f64>() / kept.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(floors: &[f64]) -> Vec<Piece> {
        let piece = |&floor_ns| Piece { block: 0, time_ns: 1.0, floor_ns, reference_ns: 100.0 };
        floors.iter().map(piece).collect()
    }

    #[test]
    fn two_regimes_have_their_middle() {
        let mut floors = vec![100.0; 20];
        floors.extend([400.0; 20]);
        let nominal = Nominal::of(&pieces(&floors)).unwrap();
        assert!((nominal.floor_ns - 200.0).abs() < 1e-9, "{nominal:?}");
        assert!((nominal.reference_ns - 100.0).abs() < 1e-9, "{nominal:?}");
    }

    #[test]
    fn a_stall_has_no_part() {
        let mut floors = vec![100.0; 39];
        floors.push(1e9);
        assert!((Nominal::of(&pieces(&floors)).unwrap().floor_ns - 100.0).abs() < 1e-9);
    }

    #[test]
    fn few_pieces_have_a_middle_too() {
        assert!((Nominal::of(&pieces(&[100.0])).unwrap().floor_ns - 100.0).abs() < 1e-9);
        let of_two = Nominal::of(&pieces(&[100.0, 400.0])).unwrap().floor_ns;
        assert!((of_two - 200.0).abs() < 1e-9, "{of_two}");
    }
}
