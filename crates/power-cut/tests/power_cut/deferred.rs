//! Soup's log, and logs before databases.

use power_cut::oracle::Class;
use power_cut::recording::Phase;
use power_cut::{Key, cases};

use crate::common::{examined, turn};

const STATES: u64 = 300;

#[test]
fn a_log_keeps_what_it_acknowledged_whatever_becomes_of_the_database_behind_it() {
    let _turn = turn();
    let cases = cases().unwrap();
    let is_of_a_path = |key: &Key| {
        matches!(
            key,
            Key::SoupLog | Key::SoupLogThenSqlite { .. } | Key::NativeLogThenSqlite { .. }
        )
    };
    let mut examined_cases = 0;
    for case in cases.iter().filter(|case| is_of_a_path(&case.key())) {
        let verdict = examined(case.as_ref(), STATES).unwrap();
        assert_eq!(verdict.class, Class::Durable, "{verdict:?}");
        for phase in [Phase::Committing, Phase::Recovering] {
            assert!(verdict.phases.contains_key(&phase), "{phase:?} of {verdict:?}");
        }
        examined_cases += 1;
    }
    assert_eq!(examined_cases, 6);
}

/// Each shard commits its own part: what was not acknowledged may be there in part, what was acknowledged is there whole.
#[test]
fn shards_keep_what_they_acknowledged_and_may_keep_a_part_of_what_they_did_not() {
    let _turn = turn();
    let cases = cases().unwrap();
    let sharded = cases.iter().find(|case| matches!(case.key(), Key::Sharded { .. })).unwrap();
    let verdict = examined(sharded.as_ref(), 2 * STATES).unwrap();
    assert_eq!((verdict.class, verdict.lost_packets_max), (Class::BreaksPrefix, 0), "{verdict:?}");
}
