//! The bar of the suite's own log: the interval beyond the floor it took turns with.

use std::collections::BTreeMap;

use measure::record::{BlocksRecord, ReplicateRecord, RunRecord};
use report::claims::Verdict;
use report::evidence::Evidence;

use super::{assert_verdict, claim, evidence};
use crate::made_up::Made;

const BAR: &str = "suite/log-beyond-the-floor-400";

/// The log in eight blocks, so many ns beyond the floor.
fn beyond(mean: f64, reach: f64) -> Evidence {
    let log = Made::log("native_log", 400, 2e5).on(&[
        ("space", "recycled"),
        ("sync_method", "fdatasync"),
        ("flusher", "waiters"),
        ("packets", "encoded"),
        ("workload", "votes"),
        ("driver", "closed"),
        ("place", "disk"),
    ]);
    let log = log
        .with("beyond_baseline_ns", mean)
        .with("beyond_baseline_ns_low", mean - reach)
        .with("beyond_baseline_ns_high", mean + reach);
    let replicate = |block| ReplicateRecord {
        block,
        place: 0,
        attempt: 0,
        started_utc: "2026-11-22T03:04:05Z".parse().unwrap(),
        inode: 1,
        operations: 400,
        pieces: vec![],
        floor_ns: None,
        reference_ns: vec![],
        owed_ns_per_operation: 0.0,
        drain_ns: 0,
        longest_ack_ns: None,
        layouts: vec![],
        verified_records: 400,
        figures: BTreeMap::new(),
    };
    let change = |record: &mut RunRecord| {
        record.blocks = Some(BlocksRecord {
            seed: 1,
            units_per_piece: 1,
            warm_up_units: 0,
            baseline: Some("floor/400".into()),
            replicates: (0..8).map(replicate).collect(),
        });
    };
    evidence(&[(log, &change)])
}

#[test]
fn the_bar_is_judged_by_the_whole_interval() {
    assert_verdict(&beyond(4_000.0, 1_000.0), BAR, Verdict::Holds);
    assert_verdict(&beyond(-4_000.0, 1_000.0), BAR, Verdict::Holds);
    assert_verdict(&beyond(6_000.0, 1_000.0), BAR, Verdict::Undecided);
    assert_verdict(&beyond(9_000.0, 1_000.0), BAR, Verdict::DoesNotHold);
    let told = claim(&beyond(9_000.0, 1_000.0), BAR);
    // 3.499 standard errors at 99 % for 2.365 at 95 %.
    let estimate = told.estimate.unwrap();
    assert!((estimate.high - 10_480.0).abs() < 5.0, "{estimate:?}");
}
