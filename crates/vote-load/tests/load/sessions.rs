//! Sessions: points that are kept as run records, and knees.

use std::time::Duration;

use measure::record::{RateVerdict, RunRecord};
use measure::run::RunDirectory;
use runner::scratch::ScratchRoot;
use tempfile::TempDir;
use vote_load::{CurvePlan, LoadCurve, LoadSession, Point, QUESTION, RateSearch, Target};

use crate::common::{point, small_load, subject};

/// Nothing misses a limit of an hour, and rates are so low that a busy machine keeps up.
const HOUR_NS: u64 = 3_600_000_000_000;

fn per_second(rate: u32) -> Target {
    Target::per_second(rate).unwrap()
}

/// A curve of a path, and its records.
fn curve(path: &str, point: Point, search: RateSearch) -> (LoadCurve, Vec<RunRecord>) {
    let target = TempDir::new().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    let scratch = ScratchRoot::create(target.path()).unwrap();
    let mut session = LoadSession::begin(scratch, Some(run.clone())).unwrap();
    let plan = CurvePlan { point, search, p99_max_ns: HOUR_NS };
    let mut seen = 0;
    let curve = session.curve(&subject(path), &plan, &mut |_| seen += 1).unwrap();
    assert_eq!(curve.points.len(), seen);
    let records = run.records().unwrap();
    let mut ids: Vec<&str> = records.iter().map(|record| record.case.id.as_str()).collect();
    ids.dedup();
    assert_eq!(run.questions().unwrap()[0].cases, ids);
    drop(session);
    let left = std::fs::read_dir(target.path().join("durabench/scratch")).unwrap().count();
    assert_eq!(left, 0);
    (curve, records)
}

#[test]
fn a_curve_is_kept_point_by_point_and_few_commits_leave_it_undecided() {
    let search = RateSearch::knee(per_second(100), per_second(200), 1);
    let search = RateSearch { tries_max: 1, ..search };
    let (curve, records) = curve("log", point(small_load(), 1), search);
    assert_eq!((curve.knee.passes, curve.knee.fails), (None, None));
    let ids: Vec<&str> = records.iter().map(|record| record.case.id.as_str()).collect();
    assert_eq!(ids, ["log-a500/100", "log-a500/200"]);
    for record in &records {
        assert_eq!(record.question, QUESTION);
        let load = record.load.as_ref().unwrap();
        assert_eq!(f64::from(load.target_per_second), record.case.parameter.unwrap());
        assert_eq!(load.knee_p99_max_ns, Some(HOUR_NS));
        assert_eq!(load.verdict, Some(RateVerdict::Undecided));
        assert!(load.beyond_limit.unwrap().share == 0.0);
        assert!(record.floor.is_some() && record.verify.digest_ok);
        let yardsticks = load.yardsticks.as_ref().unwrap();
        assert!(
            matches!(yardsticks.floor_ns[..], [Some(before), Some(after)] if before > 0.0 && after > 0.0)
        );
        assert!(
            matches!(yardsticks.reference_ns[..], [before, after] if before > 0.0 && after > 0.0)
        );
    }
}

#[test]
fn a_rate_passes_once_its_points_have_commits_enough() {
    let search = RateSearch::knee(per_second(2_000), per_second(2_000), 1);
    let point = Point { run: Duration::from_millis(150), ..point(small_load(), 1) };
    let search = RateSearch { tries_max: 20, ..search };
    let (curve, records) = curve("null", point, search);
    assert_eq!((curve.knee.passes, curve.knee.fails), (Some(per_second(2_000)), None));
    assert!(records.len() > 1, "a single point has some 150 commits at most");
    let loads = || records.iter().filter_map(|record| record.load.as_ref());
    let verdicts = |verdict| loads().filter(|load| load.verdict == Some(verdict)).count();
    assert_eq!(verdicts(RateVerdict::Passes), 1);
    assert_eq!(verdicts(RateVerdict::Undecided), records.len() - 1);
    let commits: f64 = loads().map(|load| load.beyond_limit.unwrap().commits).sum();
    assert!(commits > 268.0, "{commits}");
}
