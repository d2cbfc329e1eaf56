//! Under which conditions a case is timed: where, with pauses or without, and who else is at its store.

use write_path::AxisValue;

/// Where a path writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The scratch directory, on a disk: where syncs are the question.
    Disk,
    /// A tmpfs, where a sync costs nothing: for questions about processor time.
    Memory,
}

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

/// Who else is at a store while packets are handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nobody else.
    WriterAlone,
    /// A reader with a thread and a connection of its own, which asks how many votes an article has, and again
    /// as soon as it is answered. It takes a processor of its own from whatever else the case runs.
    WithReader,
}

impl Access {
    /// The reader as an axis, which only cases with one have.
    pub fn axis(self) -> Option<AxisValue> {
        match self {
            Self::WriterAlone => None,
            Self::WithReader => Some(AxisValue::labelled("concurrent_reader", "reader", "reader")),
        }
    }
}
