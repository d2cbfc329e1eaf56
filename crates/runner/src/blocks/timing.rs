//! How long a case is timed.

use std::time::Duration;

/// Checkpoints of its own that a case needs over all blocks, so that it can be told how it does with them. A case with
/// fewer is measured, and ranked nowhere.
pub const OWN_CHECKPOINTS_MIN: u32 = 5;

/// How long a case is timed over all blocks together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// Before the first piece of each replicate; `None` for as long as a piece.
    pub warm_up: Option<Duration>,
    /// The pieces; `None` for as many as the figures need.
    pub pieces: Option<Duration>,
    /// At least so many pieces, however long they take.
    pub pieces_min: u32,
}
