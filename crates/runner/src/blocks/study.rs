//! What a study of the measuring itself changes about it, and no question does.

use crate::yardstick::Candidate;

/// How a study measures.
#[derive(Debug, Default)]
pub struct Study {
    /// Work whose time is read beside the yardsticks, to see whether it would make a better one.
    pub candidate: Option<Candidate>,
    /// When a path settles what it owes.
    pub settling: Settling,
}

/// When a path settles what it owes: a checkpoint, or what the system has not written back yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Settling {
    /// When the replicate ends, as an application would have it. Cases that take turns settle after each of them.
    #[default]
    AtTheEnd,
    /// After each piece, off its clock.
    AfterEachPiece,
}
