//! A write or sync that goes wrong before the power fails.

use std::ops::ControlFlow;

use power_cut::oracle::Class;
use power_cut::settings::{LogSpace, LogSync};
use power_cut::{
    Fault, FaultKind, LogCase, SqliteCell, Subject, Verdict, examine_faults, explained, replay,
};
use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::common::{Scratch, plan, turn};

/// States after each fault.
const STATES: u64 = 6;

fn after(subject: &dyn Subject, kind: FaultKind) -> Verdict {
    let scratch = Scratch::new().path();
    let verdict =
        examine_faults(subject, kind, &plan(STATES), &scratch, &|| ControlFlow::Continue(()));
    let (lives, verdict) = verdict.unwrap();
    assert!(lives > 0 && verdict.states() >= lives, "{lives} of {verdict:?}");
    verdict
}

fn cell(journal_mode: JournalMode) -> SqliteCell {
    SqliteCell {
        build: sqlite_builds::find("bundled").unwrap(),
        journal_mode,
        synchronous: Synchronous::Full,
        locking_mode: LockingMode::Normal,
    }
}

#[test]
fn the_native_log_keeps_what_it_acknowledged_whatever_fails() {
    let _turn = turn();
    for (space, sync) in [
        (LogSpace::Growing, LogSync::Fdatasync),
        (LogSpace::Recycled, LogSync::Fdatasync),
        (LogSpace::Recycled, LogSync::DataSyncWrite),
    ] {
        for kind in [FaultKind::WriteFails, FaultKind::SyncFails, FaultKind::SyncLoses] {
            let verdict = after(&LogCase { space, sync }, kind);
            assert_eq!(verdict.class, Class::Durable, "{verdict:?}");
        }
    }
}

/// A control: nobody keeps anything on a device that says it has synced and has not.
#[test]
fn syncs_that_lie_are_caught() {
    let _turn = turn();
    let log = LogCase { space: LogSpace::Recycled, sync: LogSync::Fdatasync };
    let wal = cell(JournalMode::Wal);
    for subject in [&log as &dyn Subject, &wal] {
        let verdict = after(subject, FaultKind::SyncsLie);
        assert!(verdict.class >= Class::LosesAcked, "{verdict:?}");
        let witness = verdict.witness.unwrap();
        let (fault, witness) = witness.split_once('@').unwrap();
        let fault: Fault = fault.parse().unwrap();
        assert_eq!(fault.kind, FaultKind::SyncsLie);
        let scratch = Scratch::new().path();
        let again = replay(subject, Some(fault), &witness.parse().unwrap(), &scratch).unwrap();
        assert_eq!(again.judgement.class, verdict.class, "{}", explained(&again));
    }
}

#[test]
fn sqlite_keeps_what_it_acknowledged_if_a_write_fails() {
    let _turn = turn();
    for journal in [JournalMode::Wal, JournalMode::Truncate] {
        let verdict = after(&cell(journal), FaultKind::WriteFails);
        assert_eq!(verdict.class, Class::Durable, "{verdict:?}");
    }
}
