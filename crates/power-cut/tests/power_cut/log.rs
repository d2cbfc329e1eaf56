//! The native log loses nothing in any state, under every space and every durable sync.

use power_cut::LogCase;
use power_cut::oracle::Class;
use power_cut::recording::Phase;
use power_cut::settings::{LogSpace, LogSync};

use crate::common::{examined, turn};

const STATES: u64 = 330;

#[test]
fn the_native_log_loses_nothing_in_any_space_with_any_durable_sync() {
    let _turn = turn();
    for case in LogCase::all().filter(|case| case.sync != LogSync::Never) {
        let verdict = examined(&case, STATES).unwrap();
        assert_eq!(verdict.class, Class::Durable, "{verdict:?}");
        assert_eq!(verdict.lost_packets_max, 0, "{verdict:?}");
        for phase in [Phase::Opening, Phase::Committing, Phase::Dropping, Phase::Recovering] {
            assert!(verdict.phases.contains_key(&phase), "{phase:?} of {verdict:?}");
        }
    }
}

#[test]
fn without_a_sync_it_loses_in_every_space() {
    let _turn = turn();
    for space in LogSpace::ALL {
        let verdict = examined(&LogCase { space: *space, sync: LogSync::Never }, STATES).unwrap();
        assert!(verdict.class >= Class::LosesAcked, "{verdict:?}");
    }
}
