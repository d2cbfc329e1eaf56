//! What code and documentation let one expect of each key, to be held beside what a campaign found.

use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::key::Key;
use crate::oracle::Class;
use crate::settings::{FaultKind, LogSync};
use crate::verdict::Verdict;

/// What is expected of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The worst that a power cut shows.
    pub class: Class,
    /// The most acknowledged packets that are lost by it.
    pub lost_packets_max: Option<u64>,
    /// What is worse and possible in theory: with one sync for a journal and its length, only a sampled checksum
    /// tells whether a page of the journal reached the disk (`pager_cksum`).
    pub in_theory: Option<Class>,
}

impl Expectation {
    const DURABLE: Self =
        Self { class: Class::Durable, lost_packets_max: Some(0), in_theory: None };
    const LOSES_ONE: Self =
        Self { class: Class::LosesAcked, lost_packets_max: Some(1), in_theory: None };
    const LOSES_ANY: Self =
        Self { class: Class::LosesAcked, lost_packets_max: None, in_theory: None };
    const CORRUPT: Self =
        Self { class: Class::Corrupt, lost_packets_max: None, in_theory: Some(Class::Unopenable) };

    const fn or_corrupt_in_theory(self) -> Self {
        Self { in_theory: Some(Class::Unopenable), ..self }
    }

    /// Whether this is what was found: the class itself, or no worse than what is possible in theory.
    #[must_use]
    pub fn is_met_by(&self, verdict: &Verdict) -> bool {
        let loses_as_expected =
            self.lost_packets_max.is_none_or(|most| verdict.lost_packets_max <= most);
        let is_as_expected = verdict.class == self.class && loses_as_expected;
        let worst = self.in_theory.unwrap_or(self.class);
        is_as_expected || (verdict.class > self.class && verdict.class <= worst)
    }
}

/// What is expected of a key, with powersafe overwrite and an honest disk; nothing of a control.
///
/// Of SQLite it is what its source (`sqlite3PagerSetFlags`, `pager_end_transaction`, `syncJournal`) and documentation
/// (<https://sqlite.org/pragma.html#pragma_synchronous>) say.
#[must_use]
pub fn expected(key: &Key) -> Option<Expectation> {
    match key {
        Key::Sqlite { journal_mode, synchronous, locking_mode, .. } => {
            Some(of_sqlite(*journal_mode, *synchronous, *locking_mode))
        }
        // What a later packet proves to be lost, the log refuses to pass over.
        Key::NativeLog { sync: LogSync::Never, .. } => {
            Some(Expectation { in_theory: Some(Class::Unopenable), ..Expectation::LOSES_ANY })
        }
        // The log alone acknowledges, and what a crash takes from the database is fed again.
        Key::NativeLog { .. }
        | Key::SoupLog
        | Key::SoupLogThenSqlite { .. }
        | Key::NativeLogThenSqlite { .. } => Some(Expectation::DURABLE),
        // What was not acknowledged may be there in part: each shard commits its own.
        Key::Sharded { each, .. } => expected(each).map(|each| match each.class {
            Class::Durable | Class::LosesAcked => {
                Expectation { class: Class::BreaksPrefix, ..each }
            }
            _ => each,
        }),
        // What it acknowledges after a crash may stand in the line that the crash tore, which it then passes over.
        Key::SoupLogAsItWas => {
            Some(Expectation { class: Class::BreaksPrefix, ..Expectation::LOSES_ANY })
        }
        Key::LogDriver { .. } | Key::Control { .. } => None,
    }
}

fn of_sqlite(journal: JournalMode, level: Synchronous, locking: LockingMode) -> Expectation {
    // With exclusive locks the journal stays open, and `delete` overwrites it with zeros as `persist` does.
    let journal = match (journal, locking) {
        (JournalMode::Delete, LockingMode::Exclusive) => JournalMode::Persist,
        (journal, _) => journal,
    };
    match (journal, level) {
        (JournalMode::Memory | JournalMode::Off, _) | (_, Synchronous::Off) => Expectation::CORRUPT,
        (JournalMode::Wal, Synchronous::Normal) => Expectation::LOSES_ANY,
        (JournalMode::Delete | JournalMode::Truncate, Synchronous::Normal) => {
            Expectation::LOSES_ONE.or_corrupt_in_theory()
        }
        (JournalMode::Persist, Synchronous::Normal) => Expectation::DURABLE.or_corrupt_in_theory(),
        (JournalMode::Delete, Synchronous::Full) => Expectation::LOSES_ONE,
        (_, Synchronous::Full | Synchronous::Extra) => Expectation::DURABLE,
    }
}

/// The worst that is expected when this goes wrong before a power cut, if anything can be said.
///
/// The native log is made for it: after a failed write or sync it takes nothing more, and when it is opened again it
/// writes what it cannot prove to be durable once more. SQLite's source promises nothing of a failed sync, and ignores one of the
/// directory (`unixSync`); nobody keeps anything on a device whose syncs lie.
#[must_use]
pub fn expected_of_fault(key: &Key, kind: FaultKind) -> Option<Class> {
    match (key, kind) {
        (Key::NativeLog { sync: LogSync::Never, .. }, _) | (_, FaultKind::SyncsLie) => None,
        (Key::NativeLog { .. }, _) => Some(Class::Durable),
        (_, FaultKind::WriteFails) => {
            expected(key).map(|expected| expected.in_theory.unwrap_or(expected.class))
        }
        (_, FaultKind::SyncFails | FaultKind::SyncLoses) => None,
    }
}
