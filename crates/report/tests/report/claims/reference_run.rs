//! The kept runs: every claim finds its cases in them.

use std::path::Path;

use report::claims::{Verdict, list, of_run};
use report::evidence::Evidence;

/// Old runs have axes in words, and new ones have keys: a case that was renamed is found here, not in a run that says "not
/// measured".
#[test]
fn every_claim_of_a_question_in_a_kept_run_is_judged() {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports");
    let runs: Vec<_> = reports.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!runs.is_empty());
    for run in runs {
        let evidence = Evidence::read(&run).unwrap();
        let has = |question: &str| evidence.iter().any(|it| it.name == question);
        let judged = of_run(&evidence).into_iter().filter(|claim| has(claim.question));
        let missing: Vec<String> = judged
            .filter(|claim| claim.verdict == Verdict::NotMeasured)
            .map(|claim| format!("{}: {}", claim.key, claim.shown))
            .collect();
        assert_eq!(missing, Vec::<String>::new(), "{}", run.display());
        assert!(list().filter(|claim| has(claim.question)).count() > 30, "{}", run.display());
    }
}
