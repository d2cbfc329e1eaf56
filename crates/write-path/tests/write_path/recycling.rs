//! What a path gives up while it is used, it has read back before.

use std::path::Path;

use native_log::LogOptions;
use write_path::{Digest, LogSpec, Operation, Packet, PathSpec, RecordKey};

use crate::common::{commit, insert_votes, log, votes_digest};

/// A recycling log with segments that some tens of packets fill.
fn recycling_log() -> LogSpec {
    let options = LogOptions {
        segment_bytes: 64 << 10,
        packet_bytes_max: 16 << 10,
        ..LogOptions::recycled_fdatasync()
    };
    LogSpec::new(options)
}

const VOTES_PER_PACKET: u64 = 100;

/// Hands in packets of votes, after another one if need be; returns what was given up, and all users.
fn write_and_recycle(
    spec: &LogSpec,
    directory: &Path,
    extra: Option<&Packet>,
) -> (Digest, Vec<u64>) {
    let mut path = spec.open(directory).unwrap();
    path.reach_steady_state().unwrap();
    let mut users = Vec::new();
    if let Some(packet) = extra {
        commit(path.as_mut(), packet).unwrap();
    }
    for packet in 0..80 {
        let packet_users: Vec<u64> = (0..VOTES_PER_PACKET).map(|n| packet * 100 + n).collect();
        commit(path.as_mut(), &insert_votes(&packet_users)).unwrap();
        users.extend(packet_users);
    }
    let recycled = path.recycle().unwrap();
    path.close().unwrap();
    (recycled, users)
}

#[test]
fn what_is_given_up_and_what_is_found_are_together_what_was_acked() {
    let directory = tempfile::tempdir().unwrap();
    let spec = recycling_log();
    let (recycled, users) = write_and_recycle(&spec, directory.path(), None);
    assert!(recycled.records() > 0 && recycled.records() < users.len() as u64);
    let mut found = spec.recover(directory.path()).unwrap();
    assert_ne!(found, votes_digest(&users));
    found.merge(&recycled);
    assert_eq!(found, votes_digest(&users));
}

#[test]
fn a_log_that_was_told_of_deletions_gives_up_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let deletion = Packet::new(vec![Operation::Delete(RecordKey::VoteUser(u64::MAX))]);
    let spec = recycling_log();
    let (recycled, users) = write_and_recycle(&spec, directory.path(), Some(&deletion));
    assert_eq!(recycled, Digest::default());
    assert_eq!(spec.recover(directory.path()).unwrap(), votes_digest(&users));
}

#[test]
fn a_log_that_keeps_everything_gives_up_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (recycled, users) = write_and_recycle(&log(), directory.path(), None);
    assert_eq!(recycled, Digest::default());
    assert_eq!(log().recover(directory.path()).unwrap(), votes_digest(&users));
}
