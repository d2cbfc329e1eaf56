//! How much of an ack the floor takes up.

use measure::pairs::FINDING_PIECES_MIN;
use measure::record::RunRecord;

use crate::compare::is_counted_without_sync;

/// How much of an ack the floor takes up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FloorShare {
    /// Acks wait for no sync: there is nothing to compare with the floor.
    NoSync,
    /// Floor time over ack time.
    Share {
        /// The paired median, 1 being the floor itself.
        share: f64,
        /// The lower end of its 95 % interval.
        low: f64,
        /// The upper end of its 95 % interval.
        high: f64,
        /// The same for as many floors as a commit has syncs; `None` where nobody counted.
        of_syncs: Option<f64>,
    },
    /// Too few pieces had comparable floors on both sides.
    TooFewPieces {
        /// How many could be compared.
        kept: usize,
        /// How many were measured.
        of: usize,
    },
    /// No floor was measured beside the case.
    NotMeasured,
}

impl FloorShare {
    /// The floor's share of a case's acks.
    #[must_use]
    pub fn of(record: &RunRecord) -> Self {
        if is_counted_without_sync(record) {
            return Self::NoSync;
        }
        let (Some(floor), Some(pairs)) = (&record.floor, &record.pairs) else {
            return Self::NotMeasured;
        };
        match (floor.share, floor.share_low, floor.share_high) {
            (Some(share), Some(low), Some(high)) if pairs.kept >= FINDING_PIECES_MIN => {
                Self::Share { share, low, high, of_syncs: floor.share_of_syncs }
            }
            _ => Self::TooFewPieces { kept: pairs.kept, of: pairs.of },
        }
    }
}
