//! What the question about caches and memory maps says.

use report::evidence::Evidence;

use crate::made_up::{Made, evidence_of, question};
use crate::says::{assert_says, assert_silent, resolving};

const BASE: [(&str, &str); 3] =
    [("cache_size", "-2000"), ("mmap_size", "0"), ("locking_mode", "normal")];

fn evidence(others: &[(&'static str, &'static str, f64)]) -> Evidence {
    let mut cases = vec![Made::sqlite("cache_and_mmap", "base", 400, 3e5).on(&BASE)];
    for (axis, value, packet_ns) in others {
        let axes = BASE.map(|(other, base)| (other, if other == *axis { *value } else { base }));
        cases.push(Made::sqlite("cache_and_mmap", value, 400, *packet_ns).on(&axes));
    }
    let cases = resolving(cases, 1.02);
    evidence_of(&cases, question(&cases, "records_per_packet", &BASE))
}

#[test]
fn settings_that_matter_are_told_from_advice_that_makes_no_difference() {
    let evidence = evidence(&[
        ("cache_size", "-65536", 2e5),
        ("mmap_size", "268435456", 3.02e5),
        ("locking_mode", "exclusive", 4.5e5),
    ]);
    assert_says(
        &evidence,
        "Against the base base/400: more records/s: cache_size -65536 by 1.50 (1.49 to 1.51); fewer records/s: \
         locking_mode exclusive by 1.50 (1.49 to 1.51).",
    );
    assert_says(
        &evidence,
        "No difference that this run can resolve (2.0 %) is made by 1 of 3 settings: mmap_size 268435456 (0.99).",
    );
}

#[test]
fn another_outcome_gives_other_sentences() {
    let idle = evidence(&[("cache_size", "-65536", 3.01e5), ("mmap_size", "268435456", 2.99e5)]);
    assert_says(
        &idle,
        "No difference that this run can resolve (2.0 %) is made by 2 of 2 settings",
    );
    assert_silent(&idle, "Against the base");
    let all_matter = evidence(&[("cache_size", "-65536", 4e5)]);
    assert_says(&all_matter, "fewer records/s: cache_size -65536 by 1.33");
    assert_silent(&all_matter, "no difference");
}
