//! Which log a database is fed from, and what of it is there.

use std::fmt;
use std::path::PathBuf;

use super::retention::survives_power_cuts;
use crate::error::WriteError;
use crate::sqlite::Pragmas;

/// What tells a log from every other. Its text stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogIdentity {
    /// The native log by the number that it was given at random. Places are sequences.
    Native(u64),
    /// Soup's log, which has no header, by a hash of its first line. Places are bytes.
    Soup(u64),
}

impl fmt::Display for LogIdentity {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Native(number) => write!(to, "native log {number:016x}"),
            Self::Soup(hash) => write!(to, "Soup's log {hash:016x}"),
        }
    }
}

/// What of a log is there when a database behind it is opened.
#[derive(Debug)]
pub(super) struct LogState {
    /// The log's directory or file.
    pub(super) log: PathBuf,
    pub(super) identity: LogIdentity,
    /// The place before the first packet that the log has: 0 while it has let go of none.
    pub(super) first: u64,
    /// The place behind the last packet.
    pub(super) last: u64,
}

impl LogState {
    /// Whether a database can be made from this log alone.
    pub(super) fn is_whole(&self) -> bool {
        self.first == 0
    }

    /// Refuses settings that may lose a database which the log could not make again.
    pub(super) fn check_settings(&self, pragmas: &Pragmas) -> Result<(), WriteError> {
        if self.is_whole() || survives_power_cuts(pragmas) {
            return Ok(());
        }
        Err(WriteError::LogIsNotWhole {
            log: self.log.clone(),
            dropped: self.first,
            journal_mode: pragmas.journal_mode.name(),
            synchronous: pragmas.synchronous.name(),
        })
    }

    /// Refuses a place that the log does not reach to, or no longer begins before.
    pub(super) fn check_place(&self, place: u64) -> Result<(), WriteError> {
        let Self { log, first, last, .. } = self;
        if (*first..=*last).contains(&place) {
            return Ok(());
        }
        Err(WriteError::PlaceOutsideLog { log: log.clone(), place, first: *first, last: *last })
    }

    /// Refuses a log that is not the one which a database notes.
    pub(super) fn check_identity(&self, noted: &str) -> Result<(), WriteError> {
        let got = self.identity.to_string();
        if got == noted {
            return Ok(());
        }
        Err(WriteError::AnotherLog { log: self.log.clone(), expected: noted.to_owned(), got })
    }

    /// Compares the place that a database notes, which has everything of the log, with the log's end.
    pub(super) fn check_end(&self, noted: u64) -> Result<(), WriteError> {
        if noted == self.last {
            return Ok(());
        }
        let Self { log, last, .. } = self;
        Err(WriteError::PlaceDisagrees { log: log.clone(), expected: *last, got: noted })
    }
}
