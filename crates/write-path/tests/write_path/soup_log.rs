//! Soup's log keeps what it acknowledged, is read back as Soup read it, and has Soup's flaws.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use write_path::{
    AckMoment, Operation, Packet, PathSpec, Query, Record, RecordKey, SoupDurability, SoupLogSpec,
    WorkDone, WriteError, WritePath,
};

use crate::common::{commit, digest_in_turn, digest_of, event, vote_count, votes_in_turn};

const ACK_MOMENTS: [AckMoment; 2] = [AckMoment::BeforeRows, AckMoment::AfterRows];

fn permanent() -> SoupLogSpec {
    SoupLogSpec::vote(AckMoment::AfterRows, SoupDurability::Permanent)
}

fn log_file(directory: &Path) -> PathBuf {
    directory.join("vote-log-Vote-0.json")
}

fn open_with(directory: &Path, users: std::ops::Range<u64>) -> Box<dyn WritePath> {
    let mut path = permanent().open(directory).unwrap();
    commit(path.as_mut(), &votes_in_turn(users)).unwrap();
    path
}

#[test]
fn what_was_acked_is_counted_at_once_and_found_again() {
    for ack in ACK_MOMENTS {
        let spec = SoupLogSpec::vote(ack, SoupDurability::Permanent);
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        let packets = [votes_in_turn(0..7), votes_in_turn(7..20), votes_in_turn(3..5)];
        let ticket = packets.iter().map(|packet| path.submit(packet).unwrap()).last().unwrap();
        path.wait(ticket).unwrap();
        // Between the ack and what follows it.
        assert_eq!(vote_count(path.as_mut(), 3).unwrap(), 5, "{ack:?}");
        path.after_ack().unwrap();
        assert_eq!(path.counters().total(), {
            let bytes_written = fs::metadata(log_file(directory.path())).unwrap().len();
            WorkDone { syncs: 1, directory_syncs: 0, writes: 1, bytes_written }
        });
        path.close().unwrap();
        assert_eq!(spec.recover(directory.path()).unwrap(), digest_of(&packets), "{ack:?}");
        let lines = fs::read_to_string(log_file(directory.path())).unwrap();
        assert_eq!(lines.lines().count(), 1, "three packets, one flush");
        let mut path = spec.open(directory.path()).unwrap();
        assert_eq!(vote_count(path.as_mut(), 3).unwrap(), 5);
    }
}

#[test]
fn deletions_and_what_nobody_waited_for_are_in_the_log() {
    let directory = tempfile::tempdir().unwrap();
    let mut path = open_with(directory.path(), 0..10);
    let deletion = Packet::new(vec![Operation::Delete(RecordKey::VoteUser(9))]);
    path.submit(&deletion).unwrap();
    path.close().unwrap();
    assert_eq!(permanent().recover(directory.path()).unwrap(), digest_in_turn(0..9));
}

#[test]
fn rows_in_memory_only_touch_no_file_and_promise_no_sync() {
    let spec = SoupLogSpec::vote(AckMoment::AfterRows, SoupDurability::MemoryOnly);
    assert_eq!(spec.facts().promise, None);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..20)).unwrap();
    assert_eq!(vote_count(path.as_mut(), 3).unwrap(), 4);
    assert_eq!(path.inspect().kept_in_memory(), Some(digest_in_turn(0..20)));
    path.close().unwrap();
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
}

#[test]
fn rows_lead_from_an_article_to_its_votes_and_nowhere_else() {
    let directory = tempfile::tempdir().unwrap();
    let mut path = open_with(directory.path(), 0..20);
    let mut reader = path.reader().unwrap().unwrap();
    let mut found = Vec::new();
    assert_eq!(reader.read(Query::Votes { article: 2 }, &mut found).unwrap(), 4);
    assert_eq!(reader.read(Query::FirstVote { article: 2 }, &mut found).unwrap(), 1);
    let users: Vec<_> = found.iter().map(Record::key).collect();
    assert_eq!(users, [2, 7, 12, 17, 2].map(RecordKey::VoteUser));
    let range = Query::Range { first: 0, records: std::num::NonZeroU32::MIN };
    assert!(matches!(reader.read(range, &mut found), Err(WriteError::NoWayToRead { .. })));
}

/// Keeps ten votes, and lets a crash take the end of the flush of ten others, before it was acked.
fn tear_second_flush(directory: &Path) {
    open_with(directory, 0..10).close().unwrap();
    let whole = fs::metadata(log_file(directory)).unwrap().len();
    open_with(directory, 10..20).close().unwrap();
    let torn = (whole + fs::metadata(log_file(directory)).unwrap().len()) / 2;
    OpenOptions::new().write(true).open(log_file(directory)).unwrap().set_len(torn).unwrap();
}

/// The flaw: Soup appends to whatever a crash left. The rest of a torn line and the first flush
/// after the restart are one line, which is no JSON, and the next restart passes over it in silence.
#[test]
fn in_soups_own_file_a_torn_line_swallows_the_first_flush_after_the_restart() {
    let directory = tempfile::tempdir().unwrap();
    tear_second_flush(directory.path());
    // What Soup appended after its restart: two flushes.
    let elsewhere = tempfile::tempdir().unwrap();
    open_with(elsewhere.path(), 20..30).close().unwrap();
    open_with(elsewhere.path(), 30..40).close().unwrap();
    let appended = fs::read(log_file(elsewhere.path())).unwrap();
    let mut file = OpenOptions::new().append(true).open(log_file(directory.path())).unwrap();
    file.write_all(&appended).unwrap();

    let mut expected = digest_in_turn(0..10);
    expected.merge(&digest_in_turn(30..40));
    assert_eq!(permanent().recover(directory.path()).unwrap(), expected, "20 to 29 are lost");
}

/// Here a torn line is ended at opening, so that the flaw takes nothing that was acked.
#[test]
fn what_is_acked_after_a_torn_line_is_found_again() {
    let directory = tempfile::tempdir().unwrap();
    tear_second_flush(directory.path());
    let torn = fs::read(log_file(directory.path())).unwrap();
    assert_eq!(permanent().recover(directory.path()).unwrap(), digest_in_turn(0..10));

    let mut path = open_with(directory.path(), 20..30);
    assert_eq!(vote_count(path.as_mut(), 0).unwrap(), 4, "acked, and there");
    drop(path);
    open_with(directory.path(), 30..40).close().unwrap();

    let mut expected = digest_in_turn(0..10);
    expected.merge(&digest_in_turn(20..40));
    assert_eq!(permanent().recover(directory.path()).unwrap(), expected);
    let ended = fs::read(log_file(directory.path())).unwrap();
    assert_eq!(&ended[..=torn.len()], [&torn[..], b"\n"].concat(), "one byte, once");
    assert_eq!(ended.iter().filter(|byte| **byte == b'\n').count(), 4);
}

#[test]
fn a_line_that_is_no_flush_is_passed_over_wherever_it_stands() {
    let directory = tempfile::tempdir().unwrap();
    let append = |bytes: &[u8]| {
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).open(log_file(directory.path()));
        file.unwrap().write_all(bytes).unwrap();
    };
    append(b"\xff\xfe not even text\n");
    open_with(directory.path(), 0..10).close().unwrap();
    append(b"[[{\"Positive\":[{\"Text\":\"another table\"}]}]]\n\n[]\n{}\n");
    open_with(directory.path(), 10..20).close().unwrap();
    assert_eq!(permanent().recover(directory.path()).unwrap(), digest_in_turn(0..20));
}

#[test]
fn a_log_that_cannot_be_written_or_synced_stops_and_acks_nothing() {
    // A full device refuses the write, a null device the sync.
    for (device, text) in [("/dev/full", "appending to "), ("/dev/null", "syncing ")] {
        for ack in ACK_MOMENTS {
            let spec = SoupLogSpec { ack, ..permanent() };
            let directory = tempfile::tempdir().unwrap();
            let mut path = spec.open(directory.path()).unwrap();
            // The log is made by its first flush, which meets the device.
            symlink(device, log_file(directory.path())).unwrap();
            let refused = commit(path.as_mut(), &votes_in_turn(0..10)).unwrap_err().to_string();
            assert!(refused.starts_with(text), "{device}: {refused}");
            let next = path.submit(&votes_in_turn(10..11)).unwrap_err();
            assert!(matches!(next, WriteError::Stopped), "{next}");
            assert!(matches!(path.drain().unwrap_err(), WriteError::Stopped));
            assert_eq!(vote_count(path.as_mut(), 0).unwrap(), 0, "never acked, never shown");
            path.close().unwrap();
        }
    }
}

#[test]
fn events_are_refused_and_the_log_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let mut path = open_with(directory.path(), 0..10);
    let refused = path.submit(&Packet::new(vec![Operation::Insert(event(1))])).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "Soup's log cannot store an event; give the case a workload that fits its table"
    );
    commit(path.as_mut(), &votes_in_turn(10..20)).unwrap();
    path.close().unwrap();
    assert_eq!(permanent().recover(directory.path()).unwrap(), digest_in_turn(0..20));
}
