//! One operation on the storage that goes wrong in a life.

use std::fmt::{self, Display};
use std::io;
use std::str::FromStr;

use crate::error::Error;
use crate::settings::FaultKind;

/// An operation that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Which operation of its sort, counted from 1.
    pub nth: u64,
}

/// What may go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Write,
    Sync,
}

/// What becomes of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is done.
    Done,
    /// It fails.
    Fails,
    /// It fails, and what waited for it is taken for clean.
    Loses,
    /// It is not done, and said to be.
    Pretended,
}

impl FaultKind {
    pub(crate) const fn operation(self) -> Operation {
        match self {
            Self::WriteFails => Operation::Write,
            Self::SyncFails | Self::SyncLoses | Self::SyncsLie => Operation::Sync,
        }
    }
}

impl Fault {
    /// What becomes of the `nth` operation of this kind.
    pub(crate) fn outcome(self, operation: Operation, nth: u64) -> Outcome {
        let strikes = nth == self.nth || (nth > self.nth && self.kind == FaultKind::SyncsLie);
        match self.kind {
            kind if kind.operation() != operation || !strikes => Outcome::Done,
            FaultKind::WriteFails | FaultKind::SyncFails => Outcome::Fails,
            FaultKind::SyncLoses => Outcome::Loses,
            FaultKind::SyncsLie => Outcome::Pretended,
        }
    }
}

impl Display for Fault {
    /// `sync-loses:7`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.kind, self.nth)
    }
}

impl FromStr for Fault {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Witness {
            text: text.to_owned(),
            expected: "a fault, as in sync-loses:7".to_owned(),
        };
        let (kind, nth) = text.split_once(':').ok_or_else(wrong)?;
        let kind = FaultKind::ALL.iter().find(|of| of.name() == kind).ok_or_else(wrong)?;
        Ok(Self { kind: *kind, nth: nth.parse().map_err(|_| wrong())? })
    }
}

/// What a storage answers to an operation that fails.
pub(crate) fn input_output_error() -> io::Error {
    const EIO: i32 = 5;
    io::Error::from_raw_os_error(EIO)
}
