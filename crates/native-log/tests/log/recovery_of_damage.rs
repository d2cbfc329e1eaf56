//! Damage of every kind to logs of several segments, chosen by a seed: no acknowledged packet is
//! lost without a refusal or a report, except where FORMAT.md says that it cannot be noticed.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::damaged_logs::{Choices, Pool, Verdict, run};

static POOL: LazyLock<Pool> = LazyLock::new(Pool::new);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_damage_loses_an_acknowledged_packet_without_a_word(seed: u64) {
        let verdict = run(&POOL, &mut Choices::new(&[], seed));
        prop_assert!(verdict.is_ok(), "{verdict:?}");
    }
}

#[test]
fn every_verdict_occurs() {
    let verdicts: Vec<Verdict> =
        (0..600).map(|seed| run(&POOL, &mut Choices::new(&[], seed)).unwrap()).collect();
    for verdict in [Verdict::Refused, Verdict::Whole, Verdict::Told, Verdict::Unnoticeable] {
        assert!(verdicts.contains(&verdict), "{verdict:?} never occurred");
    }
}
