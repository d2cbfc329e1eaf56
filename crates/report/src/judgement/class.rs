//! Classes of contrasts that are about equally noisy.

use serde::{Deserialize, Serialize};

/// Contrasts of one class have variances of one kind, and one smallest effect of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Cases that sync, or write files on the disk.
    Disk,
    /// The same with an index, which dirties many pages.
    DiskWithIndex,
    /// Cases that stay in memory.
    Memory,
    /// Pairs that take turns within the same second.
    Turns,
    /// The native log.
    Log,
}

impl Class {
    /// The smallest effect of interest, a factor above 1: a smaller one is not worth acting on, and is not called a
    /// difference however surely it is seen.
    #[must_use]
    pub fn smallest_effect(self) -> f64 {
        match self {
            Self::Disk | Self::DiskWithIndex | Self::Log => 1.05,
            Self::Memory => 1.02,
            Self::Turns => 1.01,
        }
    }
}
