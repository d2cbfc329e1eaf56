//! The matrix of journal mode and synchronous, from verdicts.

use std::fmt::Write as _;

use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::key::Key;
use crate::oracle::Class;
use crate::settings::Checkpoints;
use crate::verdict::Verdict;

/// The matrix of one locking mode in Markdown; none if there is no verdict on it.
#[must_use]
pub fn matrix(verdicts: &[Verdict], locking: LockingMode) -> Option<String> {
    let is_locked_so = |verdict: &Verdict| matches!(&verdict.key, Key::Sqlite { locking_mode, .. } if *locking_mode == locking);
    if !verdicts.iter().any(is_locked_so) {
        return None;
    }
    let mut text = format!("| `locking_mode={}` |", locking.name());
    let mut line = String::from("\n|---|");
    for level in Synchronous::ALL {
        // Writing to a string does not fail.
        let _ = write!(text, " {} |", level.name().to_uppercase());
        line.push_str("---|");
    }
    text.push_str(&line);
    for journal in JournalMode::ALL {
        let _ = write!(text, "\n| **{}** |", journal.name().to_uppercase());
        for level in Synchronous::ALL {
            let of_cell = |verdict: &&Verdict| is_of(&verdict.key, *journal, *level, locking);
            let verdict = verdicts.iter().find(of_cell);
            let _ = write!(text, " {} |", verdict.map_or("not examined".to_owned(), cell_words));
        }
    }
    text.push('\n');
    Some(text)
}

fn is_of(key: &Key, journal: JournalMode, level: Synchronous, locking: LockingMode) -> bool {
    matches!(key, Key::Sqlite { journal_mode, synchronous, locking_mode, checkpoints, .. }
        if *journal_mode == journal
            && *synchronous == level
            && *locking_mode == locking
            && *checkpoints == Checkpoints::Called)
}

fn cell_words(verdict: &Verdict) -> String {
    let lost = verdict.lost_packets_max;
    match verdict.class {
        Class::Durable => "durable".to_owned(),
        Class::LosesAcked => format!("loses up to {lost}"),
        class => format!("{}, loses up to {lost}", class.words()),
    }
}
