//! `vote`: a claim's verdict follows from the rates, whatever they are.

use report::claims::{Verdict, claims};
use report::evidence::Evidence;
use report::resolution::QuestionResolution;

use crate::made_up::{Made, evidence};

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

/// The verdict on the claim that begins so.
fn verdict(evidence: &Evidence, claim: &str) -> Verdict {
    let claims = claims(evidence, &QuestionResolution::of(evidence));
    claims.iter().find(|told| told.claim.starts_with(claim)).unwrap().verdict
}

const LOG_OVER_SQLITE: &str = "SQLite takes 25 to 28 k";
const BEHIND_THE_ACK: &str = "with the checkpoint behind the ack";
const BEHIND_THE_LOG: &str = "behind Soup's log";
const FOUR_SHARDS: &str = "on four shards";
const HALF_A_MILLION: &str = "Soup's log easily handles";
const MEMORY_ONLY: &str = "Soup takes as many votes";

#[test]
fn the_published_rates_uphold_every_claim_that_two_processors_can_show() {
    let evidence = run(&PUBLISHED);
    for claim in [LOG_OVER_SQLITE, BEHIND_THE_ACK, BEHIND_THE_LOG, HALF_A_MILLION, MEMORY_ONLY] {
        assert_eq!(verdict(&evidence, claim), Verdict::Holds, "{claim}");
    }
    // Made-up machines have two processors.
    assert_eq!(verdict(&evidence, FOUR_SHARDS), Verdict::NotAtThisScale);
    let claims = claims(&evidence, &QuestionResolution::of(&evidence));
    assert!(claims[1].shown.contains("arm-b-100k acks 43.0 k/s, arm-a 27.0 k/s: 1.59 times"));
    assert_eq!(claims[1].cases, ["arm-b-100k/400", "arm-a/400"]);
}

#[test]
fn other_rates_get_the_other_verdict() {
    for (path, rate, claim, other) in [
        ("arm-b-100k", 27.1e3, BEHIND_THE_ACK, Verdict::DoesNotHold),
        ("arm-a", 300e3, LOG_OVER_SQLITE, Verdict::NotAtThisScale),
        ("arm-a", 600e3, LOG_OVER_SQLITE, Verdict::DoesNotHold),
        ("arm-c", 27.1e3, BEHIND_THE_LOG, Verdict::DoesNotHold),
        ("soup-log", 300e3, HALF_A_MILLION, Verdict::NotAtThisScale),
        ("memory-only", 900e3, MEMORY_ONLY, Verdict::DoesNotHold),
    ] {
        assert_eq!(verdict(&with(path, rate), claim), other, "{path} at {rate}");
    }
}

#[test]
fn a_path_that_was_not_measured_has_no_verdict() {
    let evidence = run(&PUBLISHED[..2]);
    assert_eq!(verdict(&evidence, MEMORY_ONLY), Verdict::NotMeasured);
    assert_eq!(verdict(&evidence, BEHIND_THE_ACK), Verdict::Holds);
}
