//! What sizes are chosen from.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::blocks::timing::Timing;

/// Pieces of a replicate, unless they would take too long.
pub(super) const PIECES: u32 = 12;

/// Checkpoint cycles in a piece, where they are short enough.
pub(super) const CYCLES_PER_PIECE: u64 = 3;

/// How much is asked of a case.
#[derive(Debug, Clone, Copy)]
pub(in crate::blocks) struct Asked {
    /// What the user said, for one block.
    pub(in crate::blocks) of_block: Timing,
    /// How many blocks there are.
    pub(in crate::blocks) blocks: NonZeroU32,
    /// What one commit writes, in bytes, checkpoints left out; `None` where nothing is committed.
    pub(in crate::blocks) bytes_per_commit: Option<f64>,
}

/// What trying a case told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tried {
    /// How long one unit takes.
    pub(super) unit: Duration,
    /// After how many units the path does the same again.
    pub(super) repeats: Repeats,
    /// 2 where a baseline does the same work beside it.
    pub(super) turns: u32,
}

/// After how many units a path does the same again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    EachUnit,
    After(u64),
    Never,
}
