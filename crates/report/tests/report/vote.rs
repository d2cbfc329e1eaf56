//! `vote`: a claim's verdict follows from the rates, whatever they are.

use report::evidence::Evidence;

use crate::made_up::{Made, evidence};
use crate::says::{assert_says, assert_silent};

/// A path that acks so many votes per second at merged packets of 400, in memory, where rates are
/// compared.
fn made(path: &str, votes_per_second: f64) -> Made {
    let made = Made::sqlite("vote", path, 400, 400.0 * 1e9 / votes_per_second);
    Made { filesystem: "tmpfs", ..made.syncs(0.0).on(&[("path", path)]) }
}

/// The rates, the first one with an A/A pair.
fn run(rates: &[(&str, f64)]) -> Evidence {
    let mut cases: Vec<Made> = rates.iter().map(|(path, rate)| made(path, *rate)).collect();
    let twin = cases[0].again(1.002);
    cases.push(twin);
    evidence(&cases)
}

const PUBLISHED: [(&str, f64); 7] = [
    ("arm-a", 27e3),
    ("arm-b-100k", 43e3),
    ("arm-c", 105e3),
    ("arm-c-x4", 300e3),
    ("soup-log", 560e3),
    ("memory-only", 560e3),
    ("log", 3e6),
];

fn with(path: &str, rate: f64) -> Evidence {
    let changed = PUBLISHED.map(|(name, old)| (name, if name == path { rate } else { old }));
    run(&changed)
}

#[test]
fn the_published_rates_uphold_every_claim_that_two_processors_can_show() {
    let evidence = run(&PUBLISHED);
    assert_says(&evidence, "where the log takes 500 to 577 k\": holds: soup-log acks 560 k/s");
    assert_says(&evidence, "25 to 28 k without\": holds: arm-b-100k acks 43.0 k/s, arm-a 27.0 k/s");
    assert_says(&evidence, "25 to 28 k with them\": holds");
    assert_says(&evidence, "easily handles half a million votes/s\": holds");
    assert_says(&evidence, "(MemoryOnly)\": holds");
    assert_says(&evidence, "100 to 110 k on one\": not at this scale: arm-c-x4 acks 300 k/s");
    assert_says(&evidence, "4 threads share 2 processors");
}

#[test]
fn other_rates_get_the_other_verdict() {
    assert_says(&with("arm-b-100k", 27.1e3), "25 to 28 k without\": does not hold");
    assert_says(&with("arm-a", 300e3), "where the log takes 500 to 577 k\": does not hold");
    assert_says(&with("arm-c", 28e3), "25 to 28 k with them\": does not hold");
    assert_says(&with("soup-log", 300e3), "half a million votes/s\": not at this scale");
    assert_says(&with("memory-only", 900e3), "(MemoryOnly)\": does not hold");
}

#[test]
fn a_path_that_was_not_measured_has_no_verdict() {
    assert_silent(&run(&PUBLISHED[..2]), "MemoryOnly");
    assert_silent(&run(&PUBLISHED[..2]), "half a million");
}
