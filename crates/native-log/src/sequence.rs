//! The number of a packet.

use std::fmt;

/// The number of a packet in the log: the first is 1, the next 2, with no holes.
///
/// [`Sequence::NONE`] (0) stands before the first packet, so that "acked through" has a value in
/// an empty log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(u64);

impl Sequence {
    /// Before the first packet.
    pub const NONE: Self = Self(0);
    /// The first packet.
    pub const FIRST: Self = Self(1);

    /// The sequence of this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The one after it; the last possible number is its own successor.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sequence {}", self.0)
    }
}
