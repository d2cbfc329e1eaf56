//! Whether a case pauses while it is timed.

use write_path::AxisValue;

/// Whether a case pauses while it is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pacing {
    /// Between its pieces, while the yardsticks are measured.
    Paused,
    /// Not within a piece: packets follow each other as in an application that never rests. A pause would give
    /// a background thread idle time for free. The slowest acks are attributed.
    Continuous,
}

impl Pacing {
    /// The pacing as an axis, which only continuous cases have.
    pub fn axis(self) -> Option<AxisValue> {
        match self {
            Self::Paused => None,
            Self::Continuous => Some(AxisValue::plain("pacing", "continuous")),
        }
    }
}
