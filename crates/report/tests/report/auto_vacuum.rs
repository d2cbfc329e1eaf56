//! What the question about vacuuming says.

use report::evidence::Evidence;

use crate::made_up::{Made, evidence_of, question};
use crate::says::{assert_says, assert_silent, resolving};

fn made(label: &str, mode: &str, packet_ns: f64) -> Made {
    let made = Made::sqlite("auto_vacuum", label, 1_000, packet_ns).on(&[("auto_vacuum", mode)]);
    Made { records_per_packet: 400, ..made }
}

fn evidence(cases: Vec<Made>) -> Evidence {
    let cases = resolving(cases, 1.01);
    evidence_of(&cases, question(&cases, "window", &[("auto_vacuum", "none")]))
}

#[test]
fn each_mode_is_held_against_none() {
    let with_full = |full_ns| {
        evidence(vec![
            made("vacnone", "none", 3e5),
            made("vacincr", "incremental", 3.01e5),
            made("vacfull", "full", full_ns),
        ])
    };
    assert_says(
        &with_full(6e5),
        "At window 1000, against auto vacuum none: fewer records/s: full by 2.00 (1.99 to 2.01); no difference that \
         this run can resolve (1.0 %): incremental (1.00).",
    );
    assert_says(&with_full(2e5), "more records/s: full by 1.50");
    assert_silent(&with_full(2e5), "the file grew");
}

#[test]
fn figures_of_space_and_of_the_step_are_told_where_they_are_known() {
    let none = made("vacnone", "none", 3e5)
        .with("database_bytes_max", 90e6)
        .with("freelist_pages_end", 0.0)
        .with("pages_reused_share", 0.98);
    let incremental = made("vacincr", "incremental", 3e5)
        .with("database_bytes_max", 12e6)
        .with("freelist_pages_end", 120.0);
    let incremental = Made { deferred_ns: Some(52_000), ..incremental };
    let evidence = evidence(vec![none, incremental, made("vacfull", "full", 6e5)]);
    for wished in [
        "At window 1000, the file grew to 90 MB with none, 12 MB with incremental.",
        "At window 1000, pages free at the end: 0 with none, 120 with incremental.",
        "At window 1000, freed pages used again: 98 % with none.",
        "At window 1000, a deferred step takes 52 us (52 us at most) with incremental.",
    ] {
        assert_says(&evidence, wished);
    }
}
