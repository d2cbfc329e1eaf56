//! How much a campaign tries.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use crate::choice::Interrupted;

/// How much is tried, and how.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// States of the case, second cuts included, if it has as many.
    pub states: u64,
    /// The same seed tries the same states.
    pub seed: u64,
    /// How many threads open them.
    pub threads: NonZeroUsize,
    /// What is taken for granted of a write that the power interrupts.
    pub interrupted: Interrupted,
}

/// Who is told of each state, and says whether to go on.
pub type Progress<'a> = &'a (dyn Fn() -> ControlFlow<()> + Sync);
