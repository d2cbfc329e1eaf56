//! SQLite as a store: what can be chosen.

use write_path::sqlite::{AutoVacuum, JournalMode, Pragmas, Synchronous, Table};

use crate::error::DriverError;

/// SQLite as a plan describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliteStoreSpec {
    /// Every pragma.
    pub pragmas: Pragmas,
    /// Whether the table has its unique index.
    pub unique_index: UniqueIndex,
    /// Whether rowids are `AUTOINCREMENT`, which writes `sqlite_sequence` with each insert.
    pub is_autoincrement: bool,
    /// How a delivered message leaves the table.
    pub deletion: Deletion,
    /// Whether the retry select has an index of its own.
    pub retry_index: RetryIndex,
    /// When statements are prepared.
    pub preparation: Preparation,
}

/// The automatic index of `UNIQUE(ray_id, created_ms)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniqueIndex {
    /// As in the prototype.
    Kept,
    /// The table has no index by ray id.
    Dropped,
}

/// How a delivered message leaves the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// `DELETE` by ray id, through the unique index: the prototype's.
    ByRayId,
    /// `DELETE` by rowid.
    ByRowid,
    /// `UPDATE` to -1 attempts; the maintenance deletes marked rows, a thousand at a time.
    Soft,
}

/// An index on age and attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryIndex {
    /// None: the retry select reads the table.
    None,
    /// On `created_ms` and `send_attempts`.
    ByAge,
}

/// When statements are prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preparation {
    /// For each execution, as the prototype does.
    EachTime,
    /// Once.
    Once,
}

impl SqliteStoreSpec {
    /// The prototype's store, with this journal mode.
    pub fn of_the_document(journal_mode: JournalMode) -> Self {
        Self {
            pragmas: Pragmas::with_durability(journal_mode, Synchronous::Full),
            unique_index: UniqueIndex::Kept,
            is_autoincrement: true,
            deletion: Deletion::ByRayId,
            retry_index: RetryIndex::None,
            preparation: Preparation::EachTime,
        }
    }

    /// Refuses what would read the whole table with each deletion, or lose a database to a killed process.
    pub(super) fn check(&self) -> Result<(), DriverError> {
        if self.deletion == Deletion::ByRayId && self.unique_index == UniqueIndex::Dropped {
            return Err(DriverError::Conflict {
                setting: "deletion",
                expected: "by rowid or soft where there is no unique index",
                got: "by ray id, which would read the whole table each time".to_owned(),
            });
        }
        match self.pragmas.journal_mode {
            JournalMode::Off | JournalMode::Memory => Err(DriverError::Conflict {
                setting: "journal_mode",
                expected: "delete, truncate, persist or wal",
                got: format!(
                    "{}, with which a killed process may leave a database that cannot be opened",
                    self.pragmas.journal_mode.name()
                ),
            }),
            JournalMode::Delete
            | JournalMode::Truncate
            | JournalMode::Persist
            | JournalMode::Wal => Ok(()),
        }
    }

    /// The statements that make the table and its indexes.
    pub(super) fn create_sql(&self) -> String {
        let table = match self.unique_index {
            UniqueIndex::Kept => Table::Events,
            UniqueIndex::Dropped => Table::EventsUnindexed,
        };
        let mut sql = table.create_sql().to_owned();
        if !self.is_autoincrement {
            sql = sql.replace(" AUTOINCREMENT", "");
        }
        if self.retry_index == RetryIndex::ByAge {
            sql += "; CREATE INDEX log_events_by_age ON log_events(created_ms, send_attempts)";
        }
        sql
    }

    /// What deviates from the prototype's store, behind journal mode and synchronous.
    pub(super) fn label(&self) -> String {
        let pragmas = &self.pragmas;
        let mut parts = vec![pragmas.journal_mode.name(), pragmas.synchronous.name()];
        let deviations = [
            (pragmas.auto_vacuum == AutoVacuum::Full, "vacfull"),
            (pragmas.auto_vacuum == AutoVacuum::Incremental, "vacincr"),
            (self.unique_index == UniqueIndex::Dropped, "nounique"),
            (!self.is_autoincrement, "noautoinc"),
            (self.deletion == Deletion::ByRowid, "rowid"),
            (self.deletion == Deletion::Soft, "soft"),
            (self.retry_index == RetryIndex::ByAge, "ageindex"),
            (self.preparation == Preparation::Once, "prepared"),
        ];
        parts.extend(deviations.iter().filter(|(deviates, _)| *deviates).map(|(_, part)| *part));
        parts.join("-")
    }
}
