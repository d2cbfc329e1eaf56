//! What the log before a database keeps.

use crate::axis::AxisValue;
use crate::error::WriteError;
use crate::sqlite::{JournalMode, Pragmas, Synchronous};

/// What the log before a database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Everything, so that the database can be made again from it.
    Everything,
    /// What the database may not have yet. Whole segments go once the database holds their packets
    /// durably, which it is asked for each time. Only for settings that keep a database whole in a power cut.
    Unfed,
}

impl Retention {
    pub(super) fn axis(self) -> AxisValue {
        match self {
            Self::Everything => AxisValue::labelled("retention", "everything", "keepall"),
            Self::Unfed => AxisValue::labelled("retention", "unfed", "keepunfed"),
        }
    }

    /// Refuses to drop what a database of these settings may need again.
    pub(super) fn check(self, pragmas: &Pragmas) -> Result<(), WriteError> {
        match self {
            Self::Unfed if !survives_power_cuts(pragmas) => Err(WriteError::LogIsNeeded {
                journal_mode: pragmas.journal_mode.name(),
                synchronous: pragmas.synchronous.name(),
            }),
            Self::Unfed | Self::Everything => Ok(()),
        }
    }
}

/// Whether a database under these settings is whole after any crash, if perhaps not up to date
/// (<https://sqlite.org/pragma.html#pragma_synchronous> and `#pragma_journal_mode`).
pub(super) fn survives_power_cuts(pragmas: &Pragmas) -> bool {
    let rolls_back = match pragmas.journal_mode {
        JournalMode::Off | JournalMode::Memory => false,
        JournalMode::Delete | JournalMode::Truncate | JournalMode::Persist | JournalMode::Wal => {
            true
        }
    };
    rolls_back && pragmas.synchronous != Synchronous::Off
}
