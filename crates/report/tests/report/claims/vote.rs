//! `vote`: verdicts from the rates of paths, as samples of one store.

use measure::record::RunRecord;
use report::claims::Verdict;
use report::evidence::Evidence;

use super::{assert_verdict, claim, evidence, unchanged};
use crate::made_up::Made;

/// A path that acks so many votes per second at merged packets of 400.
fn made(path: &str, votes_per_second: f64) -> Made {
    let made = Made::sqlite("vote", path, 400, 400.0 * 1e9 / votes_per_second);
    made.on(&[("path", path)])
}

fn run(rates: &[(&str, f64)]) -> Evidence {
    let cases: Vec<Made> = rates.iter().map(|(path, rate)| made(path, *rate)).collect();
    let changed: Vec<super::Changed<'_>> =
        cases.into_iter().map(|case| (case, &unchanged as &dyn Fn(&mut _))).collect();
    evidence(&changed)
}

const PUBLISHED: [(&str, f64); 8] = [
    ("arm-a", 27e3),
    ("arm-b-100k", 45e3),
    ("arm-b-10k", 40e3),
    ("arm-c", 105e3),
    ("arm-c-x4", 300e3),
    ("soup-log", 650e3),
    ("memory-only", 650e3),
    ("appended", 300e3),
];

fn with(path: &str, rate: f64) -> Evidence {
    run(&PUBLISHED.map(|(name, old)| (name, if name == path { rate } else { old })))
}

const LOG_OVER_SQLITE: &str = "soup/sqlite-in-the-place-of-the-log";
const NEVER_NEAR: &str = "soup/never-near-the-log";
const BEHIND_THE_ACK: &str = "soup/behind-the-ack-on-soups-table";
const BEHIND_THE_LOG: &str = "soup/behind-the-log";
const FOUR_SHARDS: &str = "soup/four-shards";
const HALF_A_MILLION: &str = "soup/half-a-million";
const AS_MANY: &str = "soup/as-many-without-log";
const WITHOUT_INDEX: &str = "soup/slower-without-index";

#[test]
fn the_published_rates_uphold_every_claim() {
    let evidence = run(&PUBLISHED);
    let claims = report::claims::claims(&evidence);
    assert_eq!(claims.len(), 9);
    for claim in claims {
        // Made-up machines have two processors.
        let verdict = match claim.spec.key.as_str() {
            FOUR_SHARDS => Verdict::NotAtThisScale,
            _ => Verdict::Holds,
        };
        assert_eq!(claim.verdict, verdict, "{}: {}", claim.spec.key, claim.shown);
    }
    let told = claim(&evidence, BEHIND_THE_ACK);
    assert!(told.shown.starts_with("1.67 times (1.3"), "{}", told.shown);
    assert!(told.shown.ends_with("; 10 samples of one store)"), "{}", told.shown);
    assert_eq!(told.cases, ["arm-b-100k/400", "arm-a/400"]);
}

#[test]
fn other_rates_get_the_other_verdict() {
    for (path, rate, key, other) in [
        ("arm-b-100k", 20e3, BEHIND_THE_ACK, Verdict::DoesNotHold),
        ("arm-b-100k", 28e3, BEHIND_THE_ACK, Verdict::Undecided),
        ("arm-b-10k", 300e3, NEVER_NEAR, Verdict::NotAtThisScale),
        ("arm-a", 300e3, LOG_OVER_SQLITE, Verdict::NotAtThisScale),
        ("arm-a", 900e3, LOG_OVER_SQLITE, Verdict::DoesNotHold),
        ("arm-c", 20e3, BEHIND_THE_LOG, Verdict::DoesNotHold),
        ("soup-log", 300e3, HALF_A_MILLION, Verdict::NotAtThisScale),
        ("soup-log", 510e3, HALF_A_MILLION, Verdict::Undecided),
        ("memory-only", 2e6, AS_MANY, Verdict::DoesNotHold),
        ("appended", 2e6, WITHOUT_INDEX, Verdict::DoesNotHold),
    ] {
        assert_verdict(&with(path, rate), key, other);
    }
}

#[test]
fn four_shards_take_four_processors() {
    let of = |rate, processors| {
        let on = move |record: &mut RunRecord| {
            record.environment.processor.usable = Some(processors);
        };
        evidence(&[(made("arm-c-x4", rate), &on), (made("arm-c", 105e3), &on)])
    };
    for (rate, verdict) in [(300e3, Verdict::Holds), (50e3, Verdict::DoesNotHold)] {
        assert_verdict(&of(rate, 4), FOUR_SHARDS, verdict);
        assert_verdict(&of(rate, 2), FOUR_SHARDS, Verdict::NotAtThisScale);
    }
}

#[test]
fn the_best_of_a_set_is_charged_for_the_choice() {
    let width = |evidence: &Evidence, key: &str| {
        let estimate = claim(evidence, key).estimate.expect("measured");
        estimate.high / estimate.low
    };
    let evidence = run(&PUBLISHED);
    assert!(width(&evidence, NEVER_NEAR) > 1.02 * width(&evidence, LOG_OVER_SQLITE));
}

#[test]
fn a_path_that_was_not_measured_has_no_verdict() {
    let evidence = run(&PUBLISHED[..2]);
    assert_verdict(&evidence, AS_MANY, Verdict::NotMeasured);
    assert_eq!(claim(&evidence, AS_MANY).shown, "no case with path memory-only");
    assert_verdict(&evidence, BEHIND_THE_ACK, Verdict::Holds);
}
