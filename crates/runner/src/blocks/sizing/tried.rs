//! What sizes are chosen from.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::blocks::replicate::Timing;

/// Pieces of a replicate, unless they would take too long. Stores differ more than pieces do (`variance_study`), so that
/// the time of further ones is better spent on another block.
pub(super) const PIECES: u32 = 8;

/// The same in turns, where a piece holds the baseline's work too and is compared with that: three for each of four
/// openings, so that each has a middle.
const PIECES_IN_TURNS: u32 = 12;

/// How long a piece should take. The shorter, the nearer the yardsticks; but a reading of both takes 3 ms.
pub(super) const PIECE: Duration = Duration::from_millis(6);

/// The same in turns with another path, of either side.
const PIECE_IN_TURNS: Duration = Duration::from_millis(4);

/// The same beside the floor, where microseconds are told.
const PIECES_BESIDE_THE_FLOOR: u32 = 16;

/// Packets of a piece beside the floor at least, so that each turn has a median: 20 acks. Fewer where these would take
/// longer than a piece of whole cycles may.
const UNITS_BESIDE_THE_FLOOR: u64 = 40;

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
    /// Units from one time to the next at which work that was put off is done.
    pub(super) deferred: Option<u64>,
    pub(super) turns: Turns,
}

/// Who else does the same work within a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turns {
    None,
    WithPath,
    WithFloor,
}

impl Turns {
    /// How often a piece's work is done in it.
    pub(super) fn sides(self) -> f64 {
        match self {
            Self::None => 1.0,
            Self::WithPath | Self::WithFloor => 2.0,
        }
    }

    /// How long a piece should take.
    pub(super) fn piece(self) -> Duration {
        match self {
            Self::None | Self::WithFloor => PIECE,
            Self::WithPath => PIECE_IN_TURNS,
        }
    }

    /// Units of a piece at least, where these are short enough.
    pub(super) fn units_min(self) -> u64 {
        match self {
            Self::None | Self::WithPath => 1,
            Self::WithFloor => UNITS_BESIDE_THE_FLOOR,
        }
    }

    /// Pieces of a replicate, unless they would take too long.
    pub(super) fn pieces(self) -> u32 {
        match self {
            Self::None => PIECES,
            Self::WithPath => PIECES_IN_TURNS,
            Self::WithFloor => PIECES_BESIDE_THE_FLOOR,
        }
    }
}

/// After how many units a path does the same again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    EachUnit,
    After(u64),
    Never,
}
