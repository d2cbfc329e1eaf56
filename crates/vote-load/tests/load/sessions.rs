//! Sessions: points that are kept as run records, and knees.

use std::sync::PoisonError;
use std::time::Duration;

use measure::record::{MomentsRecord, RateVerdict, RunRecord};
use measure::run::RunDirectory;
use runner::scratch::ScratchRoot;
use runner::session::Session;
use tempfile::TempDir;
use vote_load::{
    Course, CurvePlan, MeasuredPoint, Point, QUESTION, RateBracket, RateSearch, TOPIC,
    measure_curves,
};

use crate::common::{MACHINE, count, point, small_load, subject};

/// Nothing misses a limit of an hour, and rates are so low that a busy machine keeps up.
const HOUR_NS: u64 = 3_600_000_000_000;

/// The knees of curves that are measured in turns, and their records in the order of measuring.
fn curves(
    paths: &[&'static str],
    point: Point,
    search: RateSearch,
) -> (Vec<RateBracket>, Vec<RunRecord>) {
    let _alone = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    let target = TempDir::new().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    let scratch = ScratchRoot::create(target.path()).unwrap();
    let mut session = Session::begin(TOPIC, scratch, Some(run.clone())).unwrap();
    let course = Course::Knee { search, p99_max_ns: HOUR_NS };
    let plan = |path: &&'static str| CurvePlan { subject: subject(path), point, course };
    let plans: Vec<CurvePlan> = paths.iter().map(plan).collect();
    let mut records = Vec::new();
    let mut note = |measured: &MeasuredPoint| records.push(measured.record.clone());
    let knees = measure_curves(&mut session, &plans, &mut note).unwrap();
    assert_eq!(run.records().unwrap().len(), records.len());
    let mut ids: Vec<&str> = Vec::new();
    for record in &records {
        if !ids.contains(&record.case.id.as_str()) {
            ids.push(&record.case.id);
        }
    }
    assert_eq!(run.questions().unwrap()[0].cases, ids);
    drop(session);
    let left = std::fs::read_dir(target.path().join("durabench/scratch")).unwrap().count();
    assert_eq!(left, 0);
    (knees, records)
}

/// One curve, of which no point is about a machine that is too busy to offer or to take so little.
fn curve(path: &'static str, point: Point, search: RateSearch) -> (RateBracket, Vec<RunRecord>) {
    let is_calm = |(_, records): &(Vec<RateBracket>, Vec<RunRecord>)| {
        let mut verdicts = records.iter().filter_map(|record| record.load.as_ref()?.verdict);
        verdicts.all(|it| matches!(it, RateVerdict::Passes | RateVerdict::Undecided))
    };
    let mut tries = (0..20).map(|_| curves(&[path], point, search));
    let (knees, records) = tries.find(is_calm).expect("a calm moment");
    (knees[0], records)
}

#[test]
fn curves_are_measured_in_turns_and_each_record_tells_its_own() {
    let search = RateSearch::knee(count(100), count(400), 1);
    let search = RateSearch { tries_max: 1, ..search };
    let (knees, records) = curves(&["null", "log"], point(small_load(), 1), search);
    assert_eq!(knees.len(), 2);
    let extra = |record: &RunRecord, name: &str| record.extra[name];
    assert!(records.iter().all(|it| extra(it, "order_seed") == extra(&records[0], "order_seed")));
    let blocks: Vec<&[RunRecord]> =
        records.chunk_by(|a, b| extra(a, "block") == extra(b, "block")).collect();
    assert!(blocks.len() > 1 && blocks[0].len() == 2);
    for (number, block) in blocks.into_iter().enumerate() {
        assert_eq!(extra(&block[0], "block"), number as f64);
        for (place, record) in block.iter().enumerate() {
            assert_eq!(extra(record, "place_in_block"), place as f64);
            let is_same = |other: &&RunRecord| other.case.label == record.case.label;
            assert_eq!(block.iter().filter(is_same).count(), 1);
        }
    }
    let rate = |record: &RunRecord| record.load.as_ref().unwrap().target_per_second;
    assert_eq!((rate(&records[0]), rate(&records[1])), (100, 100));
}

#[test]
fn a_curve_is_kept_point_by_point_and_few_commits_leave_it_undecided() {
    let search = RateSearch::knee(count(100), count(200), 1);
    let search = RateSearch { tries_max: 1, ..search };
    let (knee, records) = curve("log", point(small_load(), 1), search);
    assert_eq!((knee.passes, knee.fails), (None, None));
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
        let mut sizes =
            record.timeline.as_ref().unwrap().slots.iter().filter_map(|slot| slot.sizes);
        assert!(sizes.clone().count() > 0 && sizes.next_back().unwrap().database_bytes > Some(0));
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
    let search = RateSearch::knee(count(2_000), count(2_000), 1);
    let point = Point { run: Duration::from_millis(150), ..point(small_load(), 1) };
    let search = RateSearch { tries_max: 20, ..search };
    let (knee, records) = curve("null", point, search);
    assert_eq!((knee.passes, knee.fails), (Some(count(2_000)), None));
    assert!(records.len() > 1, "a single point has some 150 commits at most");
    let loads = || records.iter().filter_map(|record| record.load.as_ref());
    let verdicts = |verdict| loads().filter(|load| load.verdict == Some(verdict)).count();
    assert_eq!(verdicts(RateVerdict::Passes), 1);
    assert_eq!(verdicts(RateVerdict::Undecided), records.len() - 1);
    let commits: f64 = loads().map(|load| load.beyond_limit.unwrap().commits).sum();
    assert!(commits > 268.0, "{commits}");
}

#[test]
fn a_rate_is_measured_in_several_moments_and_each_record_counts_them() {
    let search = RateSearch::knee(count(2_000), count(2_000), 1).in_moments(count(2), 20);
    let point = Point { run: Duration::from_millis(400), ..point(small_load(), 1) };
    let (knee, records) = curve("null", point, search);
    assert_eq!((knee.passes, knee.fails), (Some(count(2_000)), None));
    let moments: Vec<MomentsRecord> =
        records.iter().map(|record| record.load.as_ref().unwrap().moments.unwrap()).collect();
    for (points, moments) in (1..).zip(&moments) {
        assert_eq!(moments.decided() + moments.undecided, points);
    }
    let last = moments.last().unwrap();
    assert_eq!((last.passed, last.failed), (2, 0), "{moments:?}");
}
