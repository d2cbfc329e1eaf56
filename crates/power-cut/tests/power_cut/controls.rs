//! Faults that the campaign must catch, each beside the same thing without it.

use std::ops::ControlFlow;

use disk_model::Event;
use power_cut::oracle::Class;
use power_cut::settings::{LogSpace, LogSync};
use power_cut::{
    Key, LogCase, SqliteCell, Subject, Verdict, cases, examine_recording, explained, live, replay,
};
use write_path::sqlite::{JournalMode, LockingMode, Synchronous};

use crate::common::{Scratch, acked_early, examined, plan, turn, without};
use crate::toy_log::{Flaw, ToyLog};

const STATES: u64 = 600;

/// The verdict on a subject whose recording was altered.
fn altered(
    subject: &dyn Subject,
    alter: impl FnOnce(power_cut::recording::Recording) -> power_cut::recording::Recording,
) -> Verdict {
    let scratch = Scratch::new();
    let recording = alter(live(subject, &scratch.path(), None).unwrap());
    examine_recording(subject, &recording, &plan(STATES), &scratch.path(), &|| {
        ControlFlow::Continue(())
    })
    .unwrap()
}

fn log() -> LogCase {
    LogCase { space: LogSpace::Recycled, sync: LogSync::Fdatasync }
}

fn cell(journal: JournalMode, level: Synchronous) -> SqliteCell {
    SqliteCell {
        build: sqlite_builds::find("bundled").unwrap(),
        journal_mode: journal,
        synchronous: level,
        locking_mode: LockingMode::Normal,
    }
}

#[test]
fn the_toy_log_is_durable_and_each_of_its_flaws_is_caught() {
    let _turn = turn();
    // Some of the flaws show without any crash, which is not what is asked here.
    let verdict = |flaw| altered(&ToyLog { flaw }, |life| life);
    let sound = verdict(Flaw::Nothing);
    assert_eq!(sound.class, Class::Durable, "{sound:?}");
    for (flaw, class) in [
        (Flaw::ChecksumIgnored, Class::Corrupt),
        (Flaw::GenerationIgnored, Class::Corrupt),
        // One segment is found by its name, the other is not.
        (Flaw::DirectoryNotSynced, Class::BreaksPrefix),
    ] {
        let caught = verdict(flaw);
        assert_eq!(caught.class, class, "{caught:?}");
        assert!(caught.witness.is_some(), "{caught:?}");
    }
}

#[test]
fn a_log_without_syncs_is_caught() {
    let _turn = turn();
    let caught = altered(&log(), |life| without(life, |event| matches!(event, Event::Sync { .. })));
    assert!(caught.class >= Class::LosesAcked, "{caught:?}");
    let caught =
        altered(&log(), |life| without(life, |event| matches!(event, Event::SyncDirectory { .. })));
    assert!(caught.class >= Class::LosesAcked, "{caught:?}");
    let sound = altered(&log(), |life| life);
    assert_eq!(sound.class, Class::Durable, "{sound:?}");
}

#[test]
fn an_engine_that_acks_early_is_caught() {
    let _turn = turn();
    let caught = altered(&log(), acked_early);
    assert!(caught.class >= Class::LosesAcked, "{caught:?}");
    let caught = altered(&cell(JournalMode::Wal, Synchronous::Full), acked_early);
    assert!(caught.class >= Class::LosesAcked, "{caught:?}");
}

#[test]
fn a_checkpoint_that_resets_the_wal_before_the_database_is_synced_is_caught() {
    let _turn = turn();
    let full = cell(JournalMode::Wal, Synchronous::Full);
    let caught = altered(&full, |life| {
        let database = life.start.inode_of("records.db").unwrap();
        without(life, |event| matches!(event, Event::Sync { inode } if *inode == database))
    });
    assert!(caught.class >= Class::Corrupt, "{caught:?}");
    let sound = altered(&full, |life| life);
    assert_eq!(sound.class, Class::Durable, "{sound:?}");
}

#[test]
fn synchronous_off_and_wal_with_normal_are_caught() {
    let _turn = turn();
    for journal in JournalMode::ALL {
        let caught = examined(&cell(*journal, Synchronous::Off), STATES).unwrap();
        assert!(caught.class >= Class::Corrupt, "{caught:?}");
    }
    let caught = examined(&cell(JournalMode::Wal, Synchronous::Normal), STATES).unwrap();
    assert_eq!(caught.class, Class::LosesAcked, "{caught:?}");
    assert!(caught.lost_packets_max > 1, "{caught:?}");
}

/// What Soup acknowledged after a crash stood in the line that the crash had torn, and was passed over with it. The
/// write path that ends such a line first is durable (`deferred.rs`).
#[test]
fn soups_log_as_it_was_is_caught() {
    let _turn = turn();
    let cases = cases().unwrap();
    let as_it_was = cases.iter().find(|case| case.key() == Key::SoupLogAsItWas).unwrap();
    let caught = examined(as_it_was.as_ref(), STATES).unwrap();
    assert_eq!(caught.class, Class::BreaksPrefix, "{caught:?}");
    assert!(caught.lost_packets_max > 0, "{caught:?}");
    let witness = caught.witness.unwrap().parse().unwrap();
    let replay = replay(as_it_was.as_ref(), None, &witness, &Scratch::new().path()).unwrap();
    // The first cut tears a line, the second takes nothing: what was acknowledged in between is gone.
    assert_eq!(replay.judgement.class, Class::BreaksPrefix, "{witness}");
    let words = explained(&replay);
    assert!(words.contains("the restart after it is cut"), "{words}");
}
