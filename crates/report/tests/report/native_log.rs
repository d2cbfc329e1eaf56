//! The native log beside the floor: its bar is judged by the whole interval.

use report::claims::{Claim, Verdict, claims};
use report::resolution::QuestionResolution;

use crate::made_up::{Made, evidence_of, question};

/// A log that takes so many us beyond the floor, give or take.
fn log(records: u64, beyond_us: f64, half_width_us: f64) -> Made {
    Made::log("native_log", records, 100e3)
        .with("beyond_baseline_ns", beyond_us * 1e3)
        .with("beyond_baseline_ns_low", (beyond_us - half_width_us) * 1e3)
        .with("beyond_baseline_ns_high", (beyond_us + half_width_us) * 1e3)
}

fn claim(cases: &[Made]) -> Claim {
    let evidence = evidence_of(cases, question(cases, "records_per_packet", &[]));
    let [claim] = claims(&evidence, &QuestionResolution::of(&evidence)).try_into().unwrap();
    claim
}

#[test]
fn the_bar_holds_where_every_interval_lies_within_it() {
    let holds = claim(&[log(1, 0.7, 0.4), log(4_096, 11.4, 2.0)]);
    assert_eq!(holds.verdict, Verdict::Holds);
    let shown = "0.7 us (0.3 to 1.1) of at most 5.0 us with log/1, 11.4 us (9.4 to 13.4) of at most 17 us with \
                 log/4096";
    assert_eq!(holds.shown, shown);
    // Neither is within or beyond it as a whole.
    assert_eq!(claim(&[log(1, 4.9, 0.4)]).verdict, Verdict::NotAtThisScale);
    assert_eq!(claim(&[log(1, 5.3, 0.4)]).verdict, Verdict::NotAtThisScale);
    let beyond = claim(&[log(1, 0.7, 0.4), log(4_096, 40.0, 2.0)]);
    assert_eq!(beyond.verdict, Verdict::DoesNotHold);
}

#[test]
fn a_log_that_took_no_turns_tells_nothing_of_it() {
    let unmeasured = claim(&[Made::log("native_log", 1, 100e3)]);
    assert_eq!(unmeasured.verdict, Verdict::NotMeasured);
    assert!(unmeasured.shown.contains("in turns with the floor"), "{unmeasured:?}");
}
