//! Packets that a path cannot store, and what a path does after a failure.

use write_path::sqlite::{JournalMode, Synchronous, Table};
use write_path::{Operation, Packet, PathSpec, RecordKey, WriteError};

use crate::common::{commit, event, insert_votes, log, sqlite, turn, vote, votes_digest};

#[test]
fn a_record_that_does_not_fit_the_table_is_refused() {
    let _turn = turn();
    let votes = sqlite("bundled", JournalMode::Wal, Synchronous::Off);
    let mut events = votes;
    events.table = Table::Events;
    let vote_key = RecordKey::VoteUser(1);
    let write_path::Record::Event(ray_of) = event(1) else { unreachable!("an event") };
    for (spec, operation, text) in [
        (votes, Operation::Insert(event(1)), "votes cannot store an event"),
        (
            votes,
            Operation::Delete(RecordKey::EventRay(ray_of.ray_id)),
            "votes cannot store an event's deletion",
        ),
        (events, Operation::Insert(vote(1)), "log_events cannot store a vote"),
        (events, Operation::Delete(vote_key), "log_events cannot store a vote's deletion"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        let refusal = path.submit(&Packet::new(vec![operation])).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!("{text}; give the case a workload that fits its table")
        );
        path.close().unwrap();
    }
}

#[test]
fn a_packet_that_failed_half_way_is_never_committed() {
    let _turn = turn();
    let spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let acked = path.submit(&insert_votes(&[1])).unwrap();
    path.wait(acked).unwrap();

    let half = Packet::new(vec![Operation::Insert(vote(2)), Operation::Insert(event(3))]);
    assert!(matches!(path.submit(&half).unwrap_err(), WriteError::WrongRecord { .. }));
    let stopped = |error: WriteError| assert!(matches!(error, WriteError::Stopped), "{error}");
    stopped(path.submit(&insert_votes(&[4])).unwrap_err());
    stopped(path.drain().unwrap_err());
    path.wait(acked).unwrap();
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&[1]));
}

#[test]
fn a_packet_too_large_for_the_log_is_refused_and_the_log_goes_on() {
    let spec = log();
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let users: Vec<u64> = (0..10_000).collect();
    let refusal = path.submit(&insert_votes(&users)).unwrap_err().to_string();
    assert_eq!(
        refusal,
        "packet of 240000 bytes, wanted at most 65536; split it or raise packet_bytes_max"
    );
    commit(path.as_mut(), &insert_votes(&[1])).unwrap();
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&[1]));
}

#[test]
fn a_log_of_something_else_is_refused_when_recovered() {
    let spec = log();
    let directory = tempfile::tempdir().unwrap();
    let foreign = native_log::Log::open(directory.path(), spec.options).unwrap();
    let sequence = foreign.append(b"not an operation of this path", 1).unwrap();
    foreign.wait(sequence).unwrap();
    foreign.close().unwrap();
    assert_eq!(
        spec.recover(directory.path()).unwrap_err().to_string(),
        "sequence 1: expected an operation, got operation code 110; the packet was not written by this path"
    );
}

#[test]
fn nothing_to_recover_is_an_error_and_not_an_empty_database() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    let text = spec.recover(directory.path()).unwrap_err().to_string();
    assert!(text.starts_with("SQLite build `bundled` cannot open the database at "), "{text}");
    assert!(text.ends_with("sqlite.db: unable to open database file"), "{text}");
}

#[test]
fn an_empty_packet_is_refused_by_a_log_and_acked_by_sqlite_and_both_go_on() {
    let _turn = turn();
    let sqlite = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    let empty = Packet::new(Vec::new());
    for table in Table::ALL.into_iter().filter(|table| table.name() != "log_events") {
        let spec = write_path::sqlite::SqliteSpec { table, ..sqlite };
        let directory = tempfile::tempdir().unwrap();
        let mut path = spec.open(directory.path()).unwrap();
        commit(path.as_mut(), &empty).unwrap();
        commit(path.as_mut(), &insert_votes(&[1])).unwrap();
        path.close().unwrap();
        assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&[1]), "{table:?}");
    }
    let spec = log();
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let refusal = path.submit(&empty).unwrap_err();
    assert!(matches!(refusal, WriteError::Log(native_log::Error::PacketEmpty)), "{refusal}");
    commit(path.as_mut(), &insert_votes(&[1])).unwrap();
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&[1]));
}
