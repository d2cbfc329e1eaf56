//! The rate at which a load's operations are due.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use runner::driver::ArrivalRate;

/// Operations per second at most: more than any machine makes.
const PER_SECOND_MAX: u32 = 100_000_000;

/// Operations per second that a load asks for: at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target(NonZeroU32);

impl Target {
    /// So many operations per second; `None` of zero.
    pub const fn per_second(operations: u32) -> Option<Self> {
        match NonZeroU32::new(operations) {
            Some(operations) => Some(Self(operations)),
            None => None,
        }
    }

    /// Operations per second.
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    pub(crate) fn arrival_rate(self) -> ArrivalRate {
        ArrivalRate::per_second(self.get().into()).expect("a target is finite and not zero")
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let operations = text.parse().ok().filter(|operations| *operations <= PER_SECOND_MAX);
        operations.and_then(Self::per_second).ok_or_else(|| {
            format!("expected a whole number from 1 to {PER_SECOND_MAX}, got {text:?}")
        })
    }
}
