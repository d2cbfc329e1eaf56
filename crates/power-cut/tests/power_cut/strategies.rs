//! Every checkpoint strategy, as the benches run it.

use power_cut::oracle::Class;
use power_cut::{StrategyCase, expected};
use write_path::sqlite::Synchronous;

use crate::common::{examined, turn};

const STATES: u64 = 200;

#[test]
fn no_strategy_loses_what_full_promises_and_normal_keeps_a_prefix() {
    let _turn = turn();
    for case in StrategyCase::all(sqlite_builds::find("bundled").unwrap()) {
        let verdict = examined(&case, STATES).unwrap();
        assert!(expected(&verdict.key).unwrap().is_met_by(&verdict), "{verdict:?}");
        let loses = case.synchronous == Synchronous::Normal;
        let class = if loses { Class::LosesAcked } else { Class::Durable };
        assert_eq!(verdict.class, class, "{verdict:?}");
    }
}
