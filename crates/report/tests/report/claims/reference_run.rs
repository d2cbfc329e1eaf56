//! The kept runs: every claim finds its cases in them.

use report::claims::{Verdict, list, of_run};

use crate::kept::kept_runs;

/// Claims about cases that only the wide profile measures, or that are younger than a kept run.
const NOT_EVERYWHERE: [&str; 4] = [
    "soup/slower-without-index",
    "soup/background-helps-with-breaks",
    "soup/other-modes-are-as-automatic",
    "log-driver/rollback-over-wal-with-deletes",
];

/// A case that was renamed is found here, not in a run that says "not measured".
#[test]
fn every_claim_of_a_question_in_a_kept_run_is_judged() {
    for evidence in kept_runs() {
        let has = |question: &str| evidence.iter().any(|it| it.name == question);
        let missing: Vec<String> = of_run(evidence)
            .into_iter()
            .filter(|claim| has(&claim.spec.question) && claim.verdict == Verdict::NotMeasured)
            .filter(|claim| !NOT_EVERYWHERE.contains(&claim.spec.key.as_str()))
            .map(|claim| format!("{}: {}", claim.spec.key, claim.shown))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
        assert!(list().filter(|claim| has(&claim.question)).count() > 30);
    }
}

/// The keys of the other claims fit cases of every kept run.
#[test]
fn every_key_fits_a_case_of_a_kept_run() {
    for claim in list().filter(|claim| !NOT_EVERYWHERE.contains(&claim.key.as_str())) {
        let of_question = || kept_runs().iter().flatten().filter(|it| it.name == claim.question);
        for key in claim.measurement.keys() {
            let fitting: Vec<usize> = of_question().map(|it| key.all(it).len()).collect();
            let fits = fitting.is_empty() || fitting.iter().any(|count| *count > 0);
            assert!(fits, "{}: {key}", claim.key);
        }
    }
}
