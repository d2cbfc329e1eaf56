//! What a store that grew says of its beginning and its end.

use measure::record::GrowthPoint;
use report::evidence::Evidence;
use report::model::QuestionModel;
use report::table::Cell;
use report::tables::growth;

use crate::made_up::{Made, evidence};

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
        checkpoint_ns_p50: checkpoints.then_some(5 * ns),
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

fn cells(evidence: &Evidence) -> Vec<String> {
    let table = growth(&QuestionModel::of(evidence).grown);
    table.rows().flatten().map(Cell::in_words).collect()
}

fn answer(evidence: &Evidence) -> Vec<String> {
    QuestionModel::of(evidence).sentences
}

#[test]
fn both_ends_of_a_run_are_told() {
    let expected = [
        "wal-full/400",
        "10 MB to 300 MB",
        "400 /s to 40.0 /s",
        "250 us to 2.5 ms",
        "1.0 ms to 10 ms",
        "3.0 ms to 30 ms",
        "5.0 ms to 50 ms",
        "5.0 ms to 50 ms",
    ];
    assert_eq!(cells(&grown(30, true)), expected);
    assert_eq!(
        answer(&grown(30, true)),
        [
            "While the database of wal-full/400 grew from 10 MB to 300 MB, the rate went from 400 /s to 40.0 /s, and a \
          checkpoint from 5.0 ms to 50 ms."
        ]
    );
}

#[test]
fn a_run_without_checkpoints_or_of_one_step_says_nothing_of_them() {
    assert_eq!(cells(&grown(30, false))[6..], ["-", "-"]);
    assert!(!answer(&grown(30, false))[0].contains("checkpoint"));
    assert!(cells(&grown(1, true)).is_empty() && answer(&grown(1, true)).is_empty());
}
