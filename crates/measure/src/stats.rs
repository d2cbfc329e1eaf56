//! Statistics, each once: location and spread, Student's t, and the fit of a case's time to the two
//! yardsticks.
//!
//! A case is measured in randomized blocks, and a block holds some [`Piece`]s: a time per packet, with
//! the floor (the disk) and the CPU reference beside it. [`Fit`] tells how many floors and how many
//! references a packet takes; [`NominalTime`] tells the packet's time in each block as it would be at
//! the run's [`Nominal`] yardsticks. The block, not the piece, is the unit of every interval: pieces of
//! one block share a store, a moment and a regime of the processor.

mod clustered_share;
mod error;
mod fit;
mod gamma;
mod location;
mod nominal;
mod piece;
mod robust;
mod tails;

pub use clustered_share::ClusteredShare;
pub use error::StatsError;
pub use fit::{Coefficient, Fit};
pub use gamma::{digamma, trigamma, trigamma_inverse};
pub use location::{median, median_ns, quantile};
pub use nominal::{BlockTime, NominalTime};
pub use piece::{Nominal, Piece, Yardsticks};
pub use tails::{FisherF, StudentT};

use serde::{Deserialize, Serialize};

/// A closed interval; unit and confidence are those of the field that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end, not below `low`.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies in it, ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The interval of `centre` and as much on either side; all three have one unit.
    #[must_use]
    pub fn around(centre: f64, half_width: f64) -> Self {
        Self { low: centre - half_width, high: centre + half_width }
    }
}
