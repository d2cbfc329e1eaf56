//! Whether a case pauses while it is timed.

use write_path::AxisValue;

/// Whether a case pauses while it is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rhythm {
    /// Between its pieces, for as long as the floors beside them take: the disk's mood then falls out
    /// of a comparison.
    Pausing,
    /// Hardly: packets follow each other as they would in an application that never rests. For paths
    /// that work beside the packets, to which a pause would be a present. Floors are measured before
    /// and after all of it, and the slowest acks are attributed.
    Steady,
}

impl Rhythm {
    /// The rhythm as an axis, which only steady cases have.
    pub fn axis(self) -> Option<AxisValue> {
        match self {
            Self::Pausing => None,
            Self::Steady => Some(AxisValue::plain("rhythm", "steady")),
        }
    }
}
