//! Which log a database is fed from, and what of it is there.

use std::fmt;
use std::path::PathBuf;

use super::spec::survives_power_cuts;
use crate::error::{Result, WriteError};
use crate::soup::HASH_OF_NOTHING;
use crate::sqlite::Pragmas;

/// What to do about a log that is not the database's.
const BRING_BACK: &str =
    "bring back the log that belongs to the database, or begin again with an empty directory";

/// What tells a log from every other. Its text stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogIdentity {
    /// The native log by the number that it was given at random. Places are sequences.
    Native(u64),
    /// Soup's log, which has no header, by a hash of its first line. Places are bytes.
    Soup(u64),
}

impl LogIdentity {
    /// Any log of Soup's before its first flush.
    const UNBEGUN_SOUP: Self = Self::Soup(HASH_OF_NOTHING);
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
    pub(super) fn check_settings(&self, pragmas: &Pragmas) -> Result<()> {
        if self.is_whole() || survives_power_cuts(pragmas) {
            return Ok(());
        }
        let (journal_mode, synchronous) = (pragmas.journal_mode.name(), pragmas.synchronous.name());
        Err(WriteError::differs(
            self.log.display(),
            format!(
                "a log that still has everything, because journal_mode {journal_mode} and synchronous \
                 {synchronous} do not keep the database whole in a power cut"
            ),
            format!(
                "one that has let go of its first {}: they are in the database alone",
                self.first
            ),
            "open it with journal_mode wal and synchronous normal, or begin again with an empty \
             directory",
        ))
    }

    /// Refuses a place that the log does not reach to, or no longer begins before.
    pub(super) fn check_place(&self, place: u64) -> Result<()> {
        let Self { log, first, last, .. } = self;
        if (*first..=*last).contains(&place) {
            return Ok(());
        }
        Err(WriteError::differs(
            log.display(),
            format!("that it holds place {place}, up to where the database was fed"),
            format!("a log of places {first} to {last}"),
            BRING_BACK,
        ))
    }

    /// Refuses a log that is not the one which a database notes.
    pub(super) fn check_identity(&self, noted: &str) -> Result<()> {
        let got = self.identity.to_string();
        if got == noted {
            return Ok(());
        }
        let expected = format!("the log that the database was fed from, {noted}");
        Err(WriteError::differs(self.log.display(), expected, got, BRING_BACK))
    }

    /// Refuses a log that is not the one before which a database was opened: this one, or Soup's before its first line.
    pub(super) fn check_began_as(&self, marked: &str) -> Result<()> {
        match self.identity {
            LogIdentity::Soup(_) if marked == LogIdentity::UNBEGUN_SOUP.to_string() => Ok(()),
            LogIdentity::Soup(_) | LogIdentity::Native(_) => self.check_identity(marked),
        }
    }

    /// Compares the place that a database notes, which has everything of the log, with the log's end.
    pub(super) fn check_end(&self, noted: u64) -> Result<()> {
        if noted == self.last {
            return Ok(());
        }
        Err(WriteError::differs(
            self.log.display(),
            format!("that the database, which has everything of it, notes its end, {}", self.last),
            noted,
            "another program changed the database: begin again with an empty directory",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::{JournalMode, Synchronous};

    fn state(first: u64, last: u64) -> LogState {
        let identity = LogIdentity::Native(7);
        LogState { log: "log".into(), identity, first, last }
    }

    #[test]
    fn a_place_lies_between_what_is_dropped_and_the_end_and_is_the_end_once_all_is_fed() {
        for (place, inside) in [(9, false), (10, true), (15, true), (20, true), (21, false)] {
            assert_eq!(state(10, 20).check_place(place).is_ok(), inside, "{place}");
            let refused = state(10, 20).check_end(place);
            assert_eq!(refused.is_ok(), place == 20, "{place}");
            let told =
                |refused: WriteError| refused.to_string().contains("notes its end, 20, got ");
            assert!(refused.err().is_none_or(told), "{place}");
        }
    }

    #[test]
    fn one_number_of_two_kinds_of_log_is_two_logs() {
        let noted = LogIdentity::Soup(7).to_string();
        let refused = state(0, 1).check_identity(&noted).expect_err("another kind").to_string();
        assert!(
            refused.contains("Soup's log 0000000000000007, got native log 00000000"),
            "{refused}"
        );
        state(0, 1).check_identity(&LogIdentity::Native(7).to_string()).expect("the same");
    }

    #[test]
    fn settings_that_may_lose_a_database_need_a_whole_log() {
        for journal_mode in JournalMode::ALL {
            for synchronous in Synchronous::ALL {
                let pragmas = Pragmas::with_durability(*journal_mode, *synchronous);
                state(0, 20).check_settings(&pragmas).expect("whole");
                let safe = survives_power_cuts(&pragmas);
                assert_eq!(state(1, 20).check_settings(&pragmas).is_ok(), safe, "{pragmas:?}");
            }
        }
    }
}
