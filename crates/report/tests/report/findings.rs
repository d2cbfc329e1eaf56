//! Findings follow from the figures: another winner or another cause gives another sentence.

use report::evidence::Evidence;

use crate::made_up::{Made, evidence, evidence_of, question};
use crate::questions::{BASE_CELL, cell, log_and_sqlite, page_sizes as sweep};
use crate::says::{assert_says, found, resolving, sentences};

#[test]
fn a_twin_never_appears_as_a_difference() {
    // Twins that are the best and the worst of all by far: noise, whatever it looks like.
    let log = log_and_sqlite("checkpoint_interval", &[1, 400], &[100e3, 150e3], &[300e3, 160e3]);
    let pages = [("wal-full", 4096, 300e3), ("wal-full", 512, 400e3), ("wal-full", 1024, 500e3)];
    let cells = vec![cell("delete", "full", 4.0, 450e3), cell("wal", "full", 1.0, 150e3)];
    for slower in [0.01, 1.3, 100.0] {
        let with_twins = [
            evidence(&resolving(log.clone(), slower)),
            {
                let cells = resolving(cells.clone(), slower);
                evidence_of(&cells, question(&cells, "records_per_packet", &BASE_CELL))
            },
            sweep_with_twin("page_size", &pages, slower),
            sweep_with_twin("of_another_kind", &pages, slower),
        ];
        for evidence in with_twins {
            assert!(evidence.records.iter().any(|record| record.case.repeats_case.is_some()));
            for finding in found(&evidence) {
                assert!(!finding.sentence.contains("-again"), "{finding:?}");
                assert!(finding.cases.iter().all(|id| !id.contains("-again")), "{finding:?}");
            }
        }
    }
}

fn sweep_with_twin(name: &'static str, cases: &[(&str, u64, f64)], slower: f64) -> Evidence {
    let mut evidence = sweep(name, cases);
    let twin = evidence.records.iter_mut().find(|record| record.case.repeats_case.is_some());
    let rates = &mut twin.unwrap().records_per_second;
    rates.samples.iter_mut().for_each(|rate| *rate /= slower);
    rates.median /= slower;
    evidence
}

#[test]
fn a_question_without_a_finder_gets_the_general_one() {
    let evidence = sweep(
        "of_another_kind",
        &[("base", 4096, 300e3), ("quick", 4096, 100e3), ("slow", 4096, 600e3)],
    );
    let mut evidence = evidence;
    for record in &mut evidence.records {
        if record.case.label != "base" && record.case.repeats_case.is_none() {
            record.case.axes[0].value = "deviating".into();
            record.case.axes[0].axis = "cache_size".into();
        }
    }
    let base = &mut evidence.question.as_mut().unwrap().bases[0].axes;
    base.push(measure::record::AxisValue { axis: "cache_size".into(), value: "small".into() });
    for record in evidence.records.iter_mut().filter(|record| record.case.label.contains("base")) {
        record.case.axes.push(base[1].clone());
    }
    assert_says(
        &evidence,
        "At page size 4096, best: quick/4096 acks 3.00 times (2.98 to 3.02) as many records/s as the \
         base base/4096; worst: the base base/4096 acks 2.00 times",
    );
}

#[test]
fn every_finding_names_the_cases_behind_it() {
    let log = evidence(&resolving(
        log_and_sqlite("checkpoint_interval", &[1, 400], &[1e5, 2e5], &[3e5, 3e5]),
        1.01,
    ));
    let general = sweep("of_another_kind", &[("base", 4096, 300e3), ("slow", 4096, 600e3)]);
    for evidence in [log, general] {
        for finding in found(&evidence) {
            assert!(!finding.cases.is_empty(), "{finding:?}");
            assert!(finding.cases.iter().all(|id| evidence.case(id).is_some()), "{finding:?}");
        }
    }
}

#[test]
fn a_question_always_ends_in_a_sentence() {
    let only = evidence(&[Made::sqlite("made_up", "wal-full", 1, 1e5)]);
    assert_eq!(
        sentences(&only),
        "Only wal-full/1 was measured: there is nothing to compare it with.\n"
    );
    let nothing =
        evidence_of(&[], question(&log_and_sqlite("made_up", &[1], &[1e5], &[1e5]), "x", &[]));
    assert_eq!(sentences(&nothing), "No case of this question was measured.\n");
    let logs = evidence(&[Made::log("made_up", 1, 9e9), Made::log("made_up", 16, 9e9)]);
    assert_eq!(found(&logs).len(), 1);
}
