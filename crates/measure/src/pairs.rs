//! Paired statistics: a case beside its reference, in the same moment.
//!
//! A disk and a shared machine have regimes: for a second everything is 30 % slower, and a case that
//! ran then looks slower than one that did not. So each timed piece of a case is bracketed by
//! its reference, and what is compared is the ratio of the two. Pieces whose reference changed
//! while they ran, or which fell into a regime far from the others', are left out and counted.

use serde::{Deserialize, Serialize};
use statrs::distribution::{Binomial, DiscreteCDF as _};

use crate::spread::Spread;
use crate::stats::median;

/// Only pieces whose references lie within this factor of each other are compared.
pub const REFERENCE_FACTOR_MAX: f64 = 2.0;

/// The interval's confidence: 95 %, so 2.5 % lie beyond each end.
const BEYOND_EACH_END: f64 = 0.025;

/// One timed piece of a case and its two neighbouring references, all in ns per packet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// The case's time in ns per packet.
    pub value: f64,
    /// The reference's time in ns per packet, measured just before.
    pub reference_before: f64,
    /// The reference's time in ns per packet, measured just after.
    pub reference_after: f64,
}

/// The pieces of one case that may be compared, and how many there were.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    /// The kept pieces in the order of measuring.
    pub kept: Vec<Piece>,
    /// How many pieces were measured.
    pub of: usize,
}

/// A median with its 95 % interval, in the unit of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The median.
    pub median: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

/// The median of paired ratios with its 95 % interval, and from how many pieces it comes.
///
/// The interval is made of order statistics (the sign test turned around), which assumes nothing
/// about the distribution. With fewer than six pieces it runs from the least to the largest ratio,
/// which is less than 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedRatio {
    /// The median of the kept pieces' ratios.
    pub median: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// How many pieces were compared.
    pub kept: usize,
    /// How many pieces were measured.
    pub of: usize,
}

impl Piece {
    /// The reference that the value is compared with: the mean of its two neighbours, in ns per
    /// packet.
    #[must_use]
    pub fn reference(&self) -> f64 {
        f64::midpoint(self.reference_before, self.reference_after)
    }

    fn is_measured(&self) -> bool {
        [self.value, self.reference_before, self.reference_after]
            .iter()
            .all(|time| time.is_finite() && *time > 0.0)
    }
}

impl Pairs {
    /// Keeps the pieces that may be compared.
    ///
    /// A piece is kept when its two references lie within [`REFERENCE_FACTOR_MAX`] of each other
    /// and both within that factor of the median reference of all kept pieces. The median is the
    /// lower one when the count is even, so that it is a regime that occurred. Pieces with a time
    /// that is not a positive number are never kept.
    #[must_use]
    pub fn of_pieces(pieces: &[Piece]) -> Self {
        let mut kept: Vec<Piece> = pieces
            .iter()
            .copied()
            .filter(Piece::is_measured)
            .filter(|piece| within_factor(piece.reference_before, piece.reference_after))
            .collect();
        loop {
            let before = kept.len();
            if let Some(median) = median_reference(&kept) {
                kept.retain(|piece| {
                    within_factor(piece.reference_before, median)
                        && within_factor(piece.reference_after, median)
                });
            }
            if kept.len() == before {
                return Self { kept, of: pieces.len() };
            }
        }
    }

    /// The kept pieces' ratios, case over reference, in the order of measuring.
    #[must_use]
    pub fn ratios(&self) -> Vec<f64> {
        self.kept.iter().map(|piece| piece.value / piece.reference()).collect()
    }

    /// Case over reference; `None` when no piece was kept.
    #[must_use]
    pub fn ratio(&self) -> Option<PairedRatio> {
        self.median_of(&self.ratios())
    }

    /// The share of the case's time that `floors` references take up: 1 floor for the share of the
    /// floor, n for the share of n syncs. `None` when no piece was kept.
    #[must_use]
    pub fn share(&self, floors: f64) -> Option<PairedRatio> {
        let shares: Vec<f64> =
            self.kept.iter().map(|piece| floors * piece.reference() / piece.value).collect();
        self.median_of(&shares)
    }

    /// The kept pieces' references in ns; `None` when no piece was kept.
    #[must_use]
    pub fn reference_ns(&self) -> Option<Spread> {
        Spread::of(self.kept.iter().map(Piece::reference).collect())
    }

    /// Case minus reference in ns per packet, piece by piece; `None` when no piece was kept.
    #[must_use]
    pub fn overhead_ns(&self) -> Option<Spread> {
        Spread::of(self.kept.iter().map(|piece| piece.value - piece.reference()).collect())
    }

    fn median_of(&self, ratios: &[f64]) -> Option<PairedRatio> {
        let Interval { median, low, high } = Interval::of_median(ratios)?;
        Some(PairedRatio { median, low, high, kept: ratios.len(), of: self.of })
    }
}

impl Interval {
    /// The median of some samples and its interval, made of order statistics; from the least to the
    /// largest with less than six. `None` of none.
    #[must_use]
    pub fn of_median(samples: &[f64]) -> Option<Self> {
        let median = median(samples)?;
        let sorted = sorted(samples.to_vec());
        let rank = interval_rank(sorted.len());
        let (low, high) = (sorted[rank], sorted[sorted.len() - 1 - rank]);
        Some(Self { median, low, high })
    }
}

fn within_factor(a: f64, b: f64) -> bool {
    a.max(b) <= a.min(b) * REFERENCE_FACTOR_MAX
}

fn median_reference(pieces: &[Piece]) -> Option<f64> {
    let references = pieces.iter().flat_map(|it| [it.reference_before, it.reference_after]);
    let references = sorted(references.collect());
    references.get(references.len().saturating_sub(1) / 2).copied()
}

fn sorted(mut samples: Vec<f64>) -> Vec<f64> {
    samples.sort_unstable_by(f64::total_cmp);
    samples
}

/// The rank (from 0) of the interval's lower end among `count` sorted values; the upper end has the
/// same rank from above.
///
/// The chance that the median lies below the value of rank r is the chance of at most r heads in
/// `count` tosses; the highest rank is taken at which this stays within 2.5 %.
fn interval_rank(count: usize) -> usize {
    let heads = Binomial::new(0.5, count as u64).map(|heads| heads.inverse_cdf(BEYOND_EACH_END));
    heads.map_or(0, |heads| heads.saturating_sub(1) as usize)
}

#[cfg(test)]
mod tests;
