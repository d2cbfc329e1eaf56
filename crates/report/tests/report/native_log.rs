//! The native log beside the floor: its bar is judged by the whole interval.

use std::collections::BTreeMap;

use report::claims::{Claim, Verdict, claims};

use crate::made_up::{Made, evidence_of, question};

/// A log in turns with the floor that takes so many us beyond it, give or take, in eight blocks.
fn log(records: u64, beyond_us: f64, half_width_us: f64) -> Made {
    let axes = [
        ("space", "recycled"),
        ("sync_method", "fdatasync"),
        ("driver", "closed"),
        ("flusher", "waiters"),
        ("place", "disk"),
        ("packets", "encoded"),
    ];
    Made::log("native_log", records, 100e3)
        .on(&axes)
        .with("beyond_baseline_ns", beyond_us * 1e3)
        .with("beyond_baseline_ns_low", (beyond_us - half_width_us) * 1e3)
        .with("beyond_baseline_ns_high", (beyond_us + half_width_us) * 1e3)
}

fn claim(case: Made, key: &str) -> Claim {
    let cases = [case];
    let evidence = evidence_of(&cases, question(&cases, "records_per_packet", &[]));
    claims(&evidence).into_iter().find(|claim| claim.key == key).unwrap()
}

#[test]
fn the_bar_holds_where_the_whole_interval_lies_within_it() {
    const ONE: &str = "suite/log-beyond-the-floor-1";
    let verdict = |beyond_us, half_width_us| claim(log(1, beyond_us, half_width_us), ONE).verdict;
    assert_eq!(verdict(0.7, 0.4), Verdict::Holds);
    assert_eq!(verdict(-0.6, 1.0), Verdict::Holds, "less than the floor is within the bar");
    assert_eq!(verdict(4.9, 0.4), Verdict::Undecided);
    assert_eq!(verdict(5.3, 0.4), Verdict::Undecided);
    assert_eq!(verdict(40.0, 2.0), Verdict::DoesNotHold);
    let large = "suite/log-beyond-the-floor-4096";
    assert_eq!(claim(log(4_096, 11.4, 2.0), large).verdict, Verdict::Holds);
}

#[test]
fn a_log_that_took_no_turns_tells_nothing_of_it() {
    let bare = Made { extra: BTreeMap::new(), ..log(400, 1.0, 0.1) };
    let claim = claim(bare, "suite/log-beyond-the-floor-400");
    assert_eq!(claim.verdict, Verdict::NotMeasured, "{claim:?}");
}
