//! What is taken for granted of a sector, and what it is worth: with less of it, stores lose that lose nothing else.

use std::ops::ControlFlow;

use power_cut::oracle::Class;
use power_cut::settings::{LogSpace, LogSync};
use power_cut::{Interrupted, LogCase, Plan, SqliteCell, Subject, Verdict, examine};
use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::common::{Scratch, plan, turn};

fn verdict(subject: &dyn Subject, interrupted: Interrupted, states: u64) -> Verdict {
    let plan = Plan { interrupted, ..plan(states) };
    examine(subject, &plan, &Scratch::new().path(), &|| ControlFlow::Continue(())).unwrap()
}

fn cell(journal_mode: JournalMode, synchronous: Synchronous) -> SqliteCell {
    let build = sqlite_builds::find("bundled").unwrap();
    SqliteCell { build, journal_mode, synchronous, locking_mode: LockingMode::Normal }
}

#[test]
fn sqlite_survives_garbage_where_it_was_writing() {
    let _turn = turn();
    for (journal, level) in [
        (JournalMode::Delete, Synchronous::Extra),
        (JournalMode::Truncate, Synchronous::Full),
        (JournalMode::Wal, Synchronous::Full),
    ] {
        let verdict = verdict(&cell(journal, level), Interrupted::Garbage, 600);
        assert_eq!(verdict.class, Class::Durable, "{verdict:?}");
    }
}

/// Recovery writes the last packets again in their place, but not before a copy of them is durable.
#[test]
fn the_native_log_survives_garbage_where_it_was_writing() {
    let _turn = turn();
    for space in LogSpace::ALL {
        let log = LogCase { space: *space, sync: LogSync::Fdatasync };
        let verdict = verdict(&log, Interrupted::Garbage, 1200);
        assert_eq!(verdict.class, Class::Durable, "{verdict:?}");
    }
}

#[test]
fn without_powersafe_overwrite_a_wal_and_a_log_lose_what_they_acknowledged() {
    let _turn = turn();
    let full = cell(JournalMode::Wal, Synchronous::Full);
    let log = LogCase { space: LogSpace::Recycled, sync: LogSync::Fdatasync };
    for subject in [&full as &dyn Subject, &log] {
        let verdict = verdict(subject, Interrupted::GarbageBeyond, 600);
        assert!(verdict.class >= Class::LosesAcked, "{verdict:?}");
    }
}
