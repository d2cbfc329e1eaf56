//! What a store that grew says of its beginning and its end.

use measure::record::GrowthPoint;
use report::claims::{Verdict, claims};
use report::evidence::Evidence;
use report::resolution::QuestionResolution;

use crate::made_up::{Made, evidence};
use crate::says::{assert_says, assert_silent};

/// A step whose commits and checkpoints took so many milliseconds.
fn step(database_bytes: u64, milliseconds: u64, checkpoints: bool) -> GrowthPoint {
    let ns = milliseconds * 1_000_000;
    GrowthPoint {
        seconds: 1.0,
        operations: 400,
        operations_per_second: 400e6 / ns as f64,
        database_bytes,
        wal_bytes: 0,
        insert_ns_p50: Some(ns / 4),
        insert_ns_max: Some(ns),
        commit_ns_p50: Some(ns),
        commit_ns_max: Some(2 * ns),
        ack_ns_max: Some(3 * ns),
        checkpoints: u64::from(checkpoints),
        checkpoint_ns_p50: None,
        checkpoint_ns_max: checkpoints.then_some(5 * ns),
    }
}

/// A store whose steps take a millisecond at first and ten at the end.
fn grown(steps: u64, checkpoints: bool) -> Evidence {
    let mut evidence = evidence(&[Made::sqlite("growth", "wal-full", 400, 1e6)]);
    let point =
        |number| step((number + 1) * 10_000_000, if number < 3 { 1 } else { 10 }, checkpoints);
    evidence.records[0].growth = Some((0..steps).map(point).collect());
    evidence
}

#[test]
fn both_ends_of_a_run_are_told() {
    let thirty = grown(30, true);
    assert_says(
        &thirty,
        "While the database grew from 10 MB to 300 MB: inserting a packet from 250 us to 2.5 ms (median), committing \
         it from 1.0 ms to 10 ms, the longest ack from 3.0 ms to 30 ms, the rate from 400 /s to 40.0 /s.",
    );
    assert_says(
        &thirty,
        "a checkpoint from 5.0 ms to 50 ms (median), the longest from 5.0 ms to 50 ms.",
    );
}

#[test]
fn the_documents_claims_are_judged_by_both_ends() {
    let verdict = |evidence: &Evidence, beginning| {
        let claims = claims(evidence, &QuestionResolution::of(evidence));
        let claim = claims.into_iter().find(|claim| claim.claim.starts_with(beginning));
        let claim = claim.expect("a claim about growth");
        (claim.verdict, claim.shown)
    };
    let thirty = grown(30, true);
    let (found, shown) = verdict(&thirty, "checkpoints take");
    assert_eq!(found, Verdict::NotAtThisScale, "{shown}");
    assert!(shown.starts_with("a checkpoint took 5.0 ms at first, at 10 MB, and 50 ms"), "{shown}");
    let (found, shown) = verdict(&thirty, "400 votes");
    assert_eq!(found, Verdict::NotAtThisScale, "a packet took 1.25 ms at first: {shown}");
    assert_eq!(verdict(&grown(30, false), "checkpoints take").0, Verdict::NotMeasured);

    let mut slow = grown(30, true);
    for step in slow.records[0].growth.as_mut().unwrap() {
        step.insert_ns_p50 = Some(0);
        step.commit_ns_p50 = step.commit_ns_p50.map(|ns| ns.min(10_000_000));
        step.checkpoint_ns_max = step.checkpoint_ns_max.map(|ns| 2 * ns);
    }
    assert_eq!(verdict(&slow, "checkpoints take").0, Verdict::Holds);
    assert_eq!(verdict(&slow, "400 votes").0, Verdict::Holds);

    let mut level = grown(30, true);
    for step in level.records[0].growth.as_mut().unwrap() {
        *step = self::step(2 << 30, 1, true);
    }
    assert_eq!(verdict(&level, "checkpoints take").0, Verdict::DoesNotHold);
}

#[test]
fn a_run_without_checkpoints_or_of_one_step_says_nothing_of_them() {
    assert_silent(&grown(30, false), "a checkpoint from");
    assert_silent(&grown(1, true), "While the database grew");
}
