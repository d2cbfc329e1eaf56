//! Sessions: points that are kept as run records, and knees.

use fixture::ScratchRoot;
use measure::run::RunDirectory;
use tempfile::TempDir;
use vote_load::{CurvePlan, KneeSearch, LoadSession, QUESTION, Target};

use crate::common::{point, small_load, subject};

#[test]
fn a_curve_is_kept_point_by_point_and_leaves_no_scratch() {
    let target = TempDir::new().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    let scratch = ScratchRoot::create(target.path()).unwrap();
    let mut session = LoadSession::begin(scratch, Some(run.clone())).unwrap();
    let per_second = |rate| Target::per_second(rate).unwrap();
    let plan = CurvePlan {
        point: point(small_load(), 1),
        search: KneeSearch { first: per_second(100), highest: per_second(200), halvings: 1 },
        // Nothing misses a limit of an hour, and rates are so low that a busy machine keeps up.
        p99_max_ns: 3_600_000_000_000,
    };
    let mut seen = 0;
    let curve = session.curve(&subject("log"), &plan, &mut |_| seen += 1).unwrap();
    assert_eq!((curve.knee.rate, curve.knee.is_bracketed), (Some(per_second(200)), false));
    assert_eq!((curve.points.len(), seen), (2, 2));
    let records = run.records().unwrap();
    let ids: Vec<&str> = records.iter().map(|record| record.case.id.as_str()).collect();
    assert_eq!(ids, ["log-a500/100", "log-a500/200"]);
    for record in &records {
        assert_eq!(record.question, QUESTION);
        let load = record.load.as_ref().unwrap();
        assert_eq!(f64::from(load.target_per_second), record.case.parameter.unwrap());
        assert_eq!(load.knee_p99_max_ns, Some(plan.p99_max_ns));
        assert!(record.floor.is_some() && record.verify.digest_ok);
    }
    assert_eq!(run.questions().unwrap()[0].cases, ids);
    drop(session);
    let left = std::fs::read_dir(target.path().join("durabench/scratch")).unwrap().count();
    assert_eq!(left, 0);
}
