//! The log under ready bytes: what was shown is what is written, and nothing else gets in.

use write_path::{LogSpec, PathSpec as _, WriteError};

use crate::common::{commit, digest_of, log, votes_in_turn};

#[test]
fn the_bytes_that_were_made_ready_are_those_that_are_kept() {
    let directory = tempfile::tempdir().unwrap();
    let spec = LogSpec::ready(log().options);
    let mut path = spec.open(directory.path()).unwrap();
    // What prepares a log need not be shown, and is no ready bytes.
    let before = votes_in_turn(0..3);
    commit(path.as_mut(), &before).unwrap();
    assert_eq!(path.inspect().settings().unwrap()["packets"], "encoded");
    let shown = [votes_in_turn(3..10), votes_in_turn(10..11)];
    path.make_ready(&shown);
    assert_eq!(path.inspect().settings().unwrap()["packets"], "ready");
    // Another packet is handed in: if it were encoded now, it would be found.
    commit(path.as_mut(), &votes_in_turn(900..907)).unwrap();
    commit(path.as_mut(), &shown[1]).unwrap();
    let refused = commit(path.as_mut(), &votes_in_turn(11..12)).unwrap_err();
    assert!(matches!(refused, WriteError::Unfit(_)), "{refused}");
    path.close().unwrap();
    let [first, second] = shown;
    let found = spec.recover(directory.path()).unwrap();
    assert_eq!(found, digest_of(&[before, first, second]));
}
