//! SQLite as a store: what can be chosen.

use clap::ValueEnum;
use write_path::sqlite::{AutoVacuum, JournalMode, Pragmas, Synchronous, Table};

use crate::error::conflict;

/// SQLite as a plan describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliteStoreSpec {
    /// Every pragma.
    pub pragmas: Pragmas,
    /// The table that messages wait in.
    pub table: EventTable,
    /// How a delivered message leaves the table.
    pub deletion: Deletion,
    /// When statements are prepared.
    pub preparation: Preparation,
}

/// The table that messages wait in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EventTable {
    /// The document's: `AUTOINCREMENT` and `UNIQUE(ray_id, created_ms)`.
    Document,
    /// Without the unique index.
    NoUnique,
    /// Without `AUTOINCREMENT`, which writes `sqlite_sequence` with each insert.
    NoAutoincrement,
    /// Without either.
    Bare,
    /// With an index on age and attempts more, for the retry.
    AgeIndex,
}

/// How a delivered message leaves the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deletion {
    /// `DELETE` by ray id, through the unique index: the prototype's.
    #[value(name = "ray-id")]
    ByRayId,
    /// `DELETE` by rowid.
    #[value(name = "rowid")]
    ByRowid,
    /// `UPDATE` to -1 attempts; the maintenance deletes marked rows, a thousand at a time.
    Soft,
}

/// When statements are prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Preparation {
    /// For each execution, as the prototype does.
    EachTime,
    /// Once.
    Once,
}

impl EventTable {
    fn lacks_unique_index(self) -> bool {
        matches!(self, Self::NoUnique | Self::Bare)
    }

    fn lacks_autoincrement(self) -> bool {
        matches!(self, Self::NoAutoincrement | Self::Bare)
    }
}

impl SqliteStoreSpec {
    /// The prototype's store, with this journal mode.
    pub fn of_the_document(journal_mode: JournalMode) -> Self {
        Self {
            pragmas: Pragmas::with_durability(journal_mode, Synchronous::Full),
            table: EventTable::Document,
            deletion: Deletion::ByRayId,
            preparation: Preparation::EachTime,
        }
    }

    /// Refuses what would read the whole table with each deletion, or lose a database to a killed process.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if self.deletion == Deletion::ByRayId && self.table.lacks_unique_index() {
            let expected = "by rowid or soft where there is no unique index";
            let got = "by ray id, which would read the whole table each time";
            return Err(conflict("deletion", expected, got));
        }
        if matches!(self.pragmas.journal_mode, JournalMode::Off | JournalMode::Memory) {
            let mode = self.pragmas.journal_mode.name();
            let got = format!(
                "{mode}, with which a killed process may leave a database that cannot be opened"
            );
            return Err(conflict("journal_mode", "delete, truncate, persist or wal", got));
        }
        Ok(())
    }

    /// The statements that make the table and its indexes.
    pub(super) fn create_sql(&self) -> String {
        let is_unindexed = self.table.lacks_unique_index();
        let table = if is_unindexed { Table::EventsUnindexed } else { Table::Events };
        let mut sql = table.create_sql().to_owned();
        if self.table.lacks_autoincrement() {
            sql = sql.replace(" AUTOINCREMENT", "");
        }
        if self.table == EventTable::AgeIndex {
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
            (self.table.lacks_unique_index(), "nounique"),
            (self.table.lacks_autoincrement(), "noautoinc"),
            (self.deletion == Deletion::ByRowid, "rowid"),
            (self.deletion == Deletion::Soft, "soft"),
            (self.table == EventTable::AgeIndex, "ageindex"),
            (self.preparation == Preparation::Once, "prepared"),
        ];
        parts.extend(deviations.iter().filter(|(deviates, _)| *deviates).map(|(_, part)| *part));
        parts.join("-")
    }
}
