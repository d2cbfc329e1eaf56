//! Every checkpoint strategy, as the benches run it.

use power_cut::oracle::Class;
use power_cut::{Key, Subject as _, checkpoint_strategies, expected};
use write_path::sqlite::Synchronous;

use crate::common::{examined, turn};

const STATES: u64 = 200;

#[test]
fn no_strategy_loses_what_full_promises_and_normal_keeps_a_prefix() {
    let _turn = turn();
    for case in checkpoint_strategies(sqlite_builds::find("bundled").unwrap()) {
        let verdict = examined(&case, STATES).unwrap();
        let Key::Sqlite { synchronous, .. } = case.key() else { panic!("{case:?}") };
        let class = match synchronous {
            // How bad it is takes more states to show.
            Synchronous::Off => verdict.class.max(Class::LosesAcked),
            Synchronous::Normal => Class::LosesAcked,
            Synchronous::Full | Synchronous::Extra => Class::Durable,
        };
        assert_eq!(verdict.class, class, "{verdict:?}");
        let is_expected = expected(&verdict.key).unwrap().is_met_by(&verdict);
        assert!(is_expected || synchronous == Synchronous::Off, "{verdict:?}");
    }
}
