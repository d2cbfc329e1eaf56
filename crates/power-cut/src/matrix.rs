//! The matrix of journal mode and synchronous, from verdicts.

use std::fmt::Write as _;

use disk_model::Metadata;
use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::key::Key;
use crate::oracle::Class;
use crate::settings::Checkpoints;
use crate::verdict::Verdict;

/// The matrix of one locking mode in Markdown, with the worst of all states or of those that an ordered file system
/// leaves; none if there is no verdict on it. The most packets that a state has lost stand behind a colon.
#[must_use]
pub fn matrix(verdicts: &[Verdict], locking: LockingMode, metadata: Metadata) -> Option<String> {
    let is_locked_so = |verdict: &Verdict| matches!(&verdict.key, Key::Sqlite { locking_mode, .. } if *locking_mode == locking);
    if !verdicts.iter().any(is_locked_so) {
        return None;
    }
    let reading = match metadata {
        Metadata::PosixStrict => "POSIX strict",
        Metadata::Ext4Ordered => "ext4 ordered",
    };
    let mut text = format!("| `locking_mode={}`, {reading} |", locking.name());
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
            let _ = write!(
                text,
                " {} |",
                verdict.map_or("not examined".to_owned(), |verdict| cell_words(verdict, metadata))
            );
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

fn cell_words(verdict: &Verdict, metadata: Metadata) -> String {
    let words = match metadata {
        Metadata::PosixStrict => verdict.class.words(),
        Metadata::Ext4Ordered => verdict.class_ordered.words(),
    };
    match (verdict.lost_packets_max, metadata, verdict.class) {
        (0, ..) | (_, Metadata::Ext4Ordered, _) | (.., Class::Unopenable) => words.to_owned(),
        (lost, ..) => format!("{words}: {lost}"),
    }
}
