//! The first document's claims about a store that grows.

use measure::record::GrowthPoint;
use report::claims::Verdict;
use report::evidence::Evidence;

use super::{assert_verdict, evidence};
use crate::made_up::Made;

/// A step whose packets and checkpoints took so many ms.
fn step(packet_ms: f64, checkpoint_ms: Option<f64>) -> GrowthPoint {
    let ns = |ms: f64| (ms * 1e6) as u64;
    GrowthPoint {
        seconds: 1.0,
        operations: 400,
        operations_per_second: 400e3 / packet_ms,
        database_bytes: 10_000_000,
        wal_bytes: 0,
        insert_ns_p50: Some(ns(packet_ms) / 4),
        insert_ns_max: None,
        commit_ns_p50: Some(ns(packet_ms) * 3 / 4),
        commit_ns_max: None,
        ack_ns_max: None,
        checkpoints: u64::from(checkpoint_ms.is_some()),
        checkpoint_ns_p50: checkpoint_ms.map(ns),
        checkpoint_ns_max: checkpoint_ms.map(ns),
    }
}

/// A store of 30 steps: the first three, and the others.
fn grown(first: &GrowthPoint, last: &GrowthPoint) -> Evidence {
    let case = Made::sqlite("growth", "wal-full", 400, 1e6);
    let steps: Vec<GrowthPoint> =
        (0..30).map(|number| if number < 3 { first } else { last }.clone()).collect();
    evidence(&[(case, &|record| record.growth = Some(steps.clone()))])
}

#[test]
fn both_ends_of_a_run_are_held_against_the_documents() {
    let as_claimed = grown(&step(0.9, Some(2.0)), &step(10.0, Some(150.0)));
    for key in ["first-checkpoints", "later-checkpoints", "first-packets", "later-packets"] {
        assert_verdict(&as_claimed, &format!("soup/{key}"), Verdict::Holds);
    }
    let faster = grown(&step(0.2, Some(0.5)), &step(1.0, Some(20.0)));
    assert_verdict(&faster, "soup/first-checkpoints", Verdict::Holds);
    assert_verdict(&faster, "soup/later-checkpoints", Verdict::NotAtThisScale);
    assert_verdict(&faster, "soup/later-packets", Verdict::NotAtThisScale);
    let slower = grown(&step(5.0, Some(9.0)), &step(50.0, Some(900.0)));
    assert_verdict(&slower, "soup/first-packets", Verdict::NotAtThisScale);
    assert_verdict(&slower, "soup/later-checkpoints", Verdict::Holds);
}

#[test]
fn a_run_without_checkpoints_tells_nothing_of_them() {
    let without = grown(&step(0.9, None), &step(10.0, None));
    assert_verdict(&without, "soup/later-checkpoints", Verdict::NotMeasured);
    assert_verdict(&without, "soup/later-packets", Verdict::Holds);
}
