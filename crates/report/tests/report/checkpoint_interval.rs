//! What the question about checkpoint intervals says.

use report::evidence::Evidence;

use crate::made_up::{Made, evidence_of, question};
use crate::says::{assert_says, assert_silent, resolving};

fn made(pages: u64, packet_ns: f64, drained: f64) -> Made {
    let made = Made::sqlite("checkpoint_interval", "wal-full", pages, packet_ns);
    Made { records_per_packet: 400, drained, ..made }
}

fn evidence(cases: Vec<Made>) -> Evidence {
    let cases = resolving(cases, 1.01);
    let base = [("wal_autocheckpoint", "1000")];
    evidence_of(&cases, question(&cases, "wal_autocheckpoint", &base))
}

#[test]
fn the_best_interval_by_acks_need_not_be_the_best_once_drained() {
    let off_wins =
        evidence(vec![made(1_000, 3e5, 0.95), made(10_000, 2.4e5, 0.9), made(0, 2e5, 0.5)]);
    assert_says(
        &off_wins,
        "Acked, intervals of wal-full, best against worst: off acks 1.50 times (1.49 to 1.51) as many \
         records/s as 1000 pages (the base).",
    );
    assert_says(
        &off_wins,
        "With the debt charged, the best other interval of wal-full: 10000 pages drains 1.18 times",
    );
    let base_wins = evidence(vec![made(1_000, 3e5, 0.95), made(0, 2e5, 0.5)]);
    assert_says(&base_wins, "wal-full: 1000 pages (the base) drains 1.27 times");
}

#[test]
fn whether_waiting_longer_helps_is_said_interval_by_interval() {
    let evidence = evidence(vec![
        made(1_000, 3e5, 0.9),
        made(100, 5e5, 0.9),
        made(4_000, 3.01e5, 0.9),
        made(10_000, 2e5, 0.9),
        made(0, 4e5, 0.9),
    ]);
    assert_says(
        &evidence,
        "Waiting longer than 1000 pages (the base) with wal-full: more records/s: 10000 pages by 1.50 (1.49 to \
         1.51); fewer records/s: off by 1.33 (1.33 to 1.34); no difference that this run can resolve (1.0 %): 4000 \
         pages (1.00).",
    );
}

#[test]
fn the_tail_and_the_wal_are_told_over_the_interval_with_off_last() {
    let slow = |made: Made, ns| Made { slow_ack_ns: Some(ns), ..made };
    let evidence = evidence(vec![
        slow(made(0, 2e5, 0.9), 700_000).with("wal_bytes_max", 250e6),
        slow(made(1_000, 2e5, 0.9), 900_000).with("wal_bytes_max", 4.2e6),
        slow(made(100, 2e5, 0.9), 800_000),
    ]);
    assert_says(
        &evidence,
        "The longest ack of wal-full: 6.0 ms at 100 pages, 6.0 ms at 1000 pages (the base), 6.0 ms at off; p99: \
         800 us at 100 pages, 900 us at 1000 pages (the base), 700 us at off.",
    );
    assert_says(
        &evidence,
        "The WAL of wal-full grew to 4.2 MB at 1000 pages (the base), 250 MB at off.",
    );
}

#[test]
fn intervals_of_another_mood_are_no_candidates() {
    let evidence = evidence(vec![
        made(1_000, 3e5, 0.9),
        made(4_000, 4e5, 0.9),
        made(10_000, 4e6, 0.9).beside(3.9e6),
    ]);
    assert_says(
        &evidence,
        "10000 pages is not compared: the floor was 3.9 ms beside one and 100 us",
    );
    assert_says(
        &evidence,
        "the best other interval of wal-full: 1000 pages (the base) drains 1.33",
    );
    assert_says(
        &evidence,
        "(left out: wal-full/10000, beside which the floor was 3.9 ms, not 100 us)",
    );
    assert_silent(&evidence, "The WAL of");
}
