//! What the question about reads beside a long WAL says.

use report::evidence::Evidence;

use crate::made_up::{Made, evidence_of, question};
use crate::says::{assert_says, assert_silent, resolving};

fn made(label: &str, frames: u64, row_ns: f64) -> Made {
    let made = Made::sqlite("wal_read_cost", label, frames, row_ns).syncs(0.0);
    Made { records_per_packet: 1, ..made }
}

fn evidence(cases: Vec<Made>) -> Evidence {
    let cases = resolving(cases, 1.01);
    evidence_of(&cases, question(&cases, "wal_frames", &[]))
}

#[test]
fn each_label_has_the_factor_of_its_slowest_over_the_shortest_wal() {
    let told = |made: Made, ns| made.with("read_ns_per_row", ns);
    let evidence = evidence(vec![
        told(made("point-read", 0, 1_000.0), 1_000.0),
        told(made("point-read", 1_000, 1_800.0), 1_800.0),
        told(made("point-read", 100_000, 1_500.0), 1_500.0),
        made("range-read", 100_000, 301.0),
        made("range-read", 0, 300.0),
        made("write", 0, 2e3),
        made("write", 10_000, 1e3),
    ]);
    assert_says(
        &evidence,
        "Point-read: slowest with 1000 frames in the WAL, where a row takes 1.80 times (1.79 to 1.81) as long as \
         with 0; a row takes 1.0 us at 0, 1.8 us at 1000, 1.5 us at 100000.",
    );
    assert_says(
        &evidence,
        "Range-read: no difference that this run can resolve (1.0 %; measured 1.00, 1.00 to 1.01) between \
         range-read/0 and range-read/100000.",
    );
    assert_says(
        &evidence,
        "Write: write/10000 handles 2.00 times (1.99 to 2.01) as many records/s as write/0.",
    );
    assert_silent(&evidence, "again");
}
