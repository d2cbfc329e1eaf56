//! The path that stores nothing says so, and still tells what came.

use write_path::{Digest, NullSpec, Operation, Packet, PathSpec, RecordKey, WorkDone};

use crate::common::{commit, digest_in_turn, votes_in_turn};

#[test]
fn all_that_came_is_told_before_closing_and_nothing_after() {
    let directory = tempfile::tempdir().unwrap();
    let mut path = NullSpec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..7)).unwrap();
    commit(path.as_mut(), &votes_in_turn(7..9)).unwrap();
    path.drain().unwrap();
    assert_eq!(path.inspect().kept_in_memory(), Some(digest_in_turn(0..9)));
    assert_eq!(path.counters().total(), WorkDone::default());
    path.close().unwrap();
    assert_eq!(NullSpec.recover(directory.path()).unwrap(), Digest::default());
    assert_eq!(NullSpec.facts().promise, None);
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_deletion_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let mut path = NullSpec.open(directory.path()).unwrap();
    let deletion = Packet::new(vec![Operation::Delete(RecordKey::VoteUser(1))]);
    let refused = path.submit(&deletion).unwrap_err().to_string();
    assert!(refused.starts_with("the null path cannot store a deletion"), "{refused}");
}
