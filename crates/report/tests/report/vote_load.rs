//! `vote_load`: a curve's knee and its ceiling follow from the points, whatever they are.

use measure::record::{ClampedRecord, LoadRecord, MomentsRecord, RateVerdict, RunRecord};
use report::evidence::Evidence;
use report::load_curve::{LoadCurve, PointStanding, target};
use report::model::QuestionModel;
use report::table::Cell;
use report::tables::highest_rates;

use crate::made_up::{Made, question};

const QUESTION: &str = "vote_load";
const LIMIT_NS: u64 = 10_000_000;

/// A point of a load, with the votes' p99.
#[derive(Clone, Copy)]
struct PointMade {
    label: &'static str,
    target: u32,
    p99_ns: u64,
    acked: f64,
    falls_behind: bool,
    generator_bound: bool,
    /// Votes that share a commit.
    votes: f64,
    /// `None` where none was asked for.
    verdict: Option<RateVerdict>,
    /// `None` as in older records.
    moments: Option<MomentsRecord>,
}

impl PointMade {
    fn kept(label: &'static str, target: u32, p99_ns: u64) -> Self {
        let acked = f64::from(target);
        let verdict =
            if p99_ns <= LIMIT_NS { RateVerdict::Passes } else { RateVerdict::MissesLimit };
        Self {
            label,
            target,
            p99_ns,
            acked,
            falls_behind: false,
            generator_bound: false,
            votes: 402.0,
            verdict: Some(verdict),
            moments: None,
        }
    }

    fn judged(target: u32, verdict: RateVerdict) -> Self {
        Self { verdict: Some(verdict), ..Self::kept("arm-a", target, 9_000_000) }
    }

    fn behind(label: &'static str, target: u32, acked: f64) -> Self {
        let verdict = Some(RateVerdict::FallsBehind);
        Self { falls_behind: true, acked, verdict, ..Self::kept(label, target, 500_000_000) }
    }

    fn made(self) -> Made {
        let made = Made::sqlite(QUESTION, self.label, self.target.into(), 1e9 / self.acked);
        Made { records_per_packet: 1, ..made }
    }

    fn record(self) -> RunRecord {
        let mut record = self.made().record();
        record.ack_latency_ns.p99 = Some(self.p99_ns);
        let histogram = record.ack_latency_ns.histogram().unwrap();
        record.load = Some(LoadRecord {
            target_per_second: self.target,
            warm_up_seconds: 0.3,
            run_seconds: 1.2,
            sojourn_p95: Some(self.p99_ns),
            sojourn_clamped: ClampedRecord::of(&histogram, 100_000_000),
            remote_ns: record.ack_latency_ns.clone(),
            read_sojourn_ns: None,
            read_remote_ns: None,
            lateness_ns: record.ack_latency_ns.clone(),
            is_generator_bound: self.generator_bound,
            votes_per_commit: Some(self.votes),
            backlog_begin: Some(20.0),
            backlog_end: Some(20.0),
            backlog_growth_per_second: Some(f64::from(self.target) - self.acked),
            is_saturated: self.falls_behind,
            end: "complete".into(),
            given_up_operations: 0,
            knee_p99_max_ns: Some(LIMIT_NS),
            beyond_limit: None,
            verdict: self.verdict,
            moments: self.moments,
            yardsticks: None,
        });
        record
    }
}

fn standing(point: &RunRecord) -> PointStanding {
    PointStanding::of(point.load.as_ref().unwrap())
}

fn evidence(points: &[PointMade]) -> Evidence {
    let made: Vec<Made> = points.iter().map(|point| point.made()).collect();
    let question = question(&made, "target_per_second", &[]);
    let records = points.iter().map(|point| point.record()).collect();
    Evidence::gather(vec![question], records).remove(0)
}

fn assert_says(evidence: &Evidence, expected: &str) {
    let sentences = QuestionModel::of(evidence).sentences;
    assert_eq!(sentences, [expected]);
}

/// The cells of the only path, its name and its limit left out.
fn highest(evidence: &Evidence) -> Vec<String> {
    let table = highest_rates(&LoadCurve::all(evidence));
    table.rows().flatten().skip(2).map(Cell::in_words).collect()
}

#[test]
fn a_knee_lies_between_what_was_kept_and_what_was_not() {
    let points = [
        PointMade::kept("arm-a", 12_500, 4_000_000),
        PointMade::behind("arm-a", 50_000, 28_000.0),
        PointMade::kept("arm-a", 25_000, 9_000_000),
        PointMade::kept("arm-a", 35_000, 11_000_000),
    ];
    let evidence = evidence(&points);
    assert_says(
        &evidence,
        "arm-a keeps its p99 within 10 ms up to 25.0 k/s in every moment, and at 35.0 k/s in none.",
    );
    let expected = ["25.0 k/s", "-", "35.0 k/s", "-", "35.0 k/s", "402", "falls behind"];
    assert_eq!(highest(&evidence), expected);
    let curve = LoadCurve::all(&evidence).remove(0);
    let targets: Vec<f64> = curve.points.iter().filter_map(|point| target(point)).collect();
    assert_eq!(targets, [12_500.0, 25_000.0, 35_000.0, 50_000.0]);
    assert_eq!(standing(curve.points[3]), PointStanding::FellBehind);
}

#[test]
fn what_is_undecided_lies_between_what_passes_and_what_does_not() {
    let points = [
        PointMade::judged(12_500, RateVerdict::Passes),
        PointMade::judged(25_000, RateVerdict::Undecided),
        PointMade::judged(35_000, RateVerdict::MissesLimit),
        PointMade::judged(50_000, RateVerdict::FallsBehind),
    ];
    let evidence = evidence(&points);
    let knee = LoadCurve::all(&evidence).remove(0).knee.expect("a search");
    assert_eq!(knee.kept.and_then(target), Some(12_500.0));
    assert_eq!(knee.missed.and_then(target), Some(35_000.0));
}

#[test]
fn a_knee_lies_between_what_every_moment_and_what_no_moment_kept() {
    let judged = |target, passed, failed| {
        let verdict = if failed > 0 { RateVerdict::MissesLimit } else { RateVerdict::Passes };
        let moments = Some(MomentsRecord { passed, failed, undecided: 1 });
        PointMade { moments, ..PointMade::judged(target, verdict) }
    };
    let points = [
        judged(50_000, 3, 0),
        judged(60_000, 2, 1),
        judged(71_000, 1, 0),
        judged(84_000, 1, 2),
        judged(100_000, 0, 4),
    ];
    let evidence = evidence(&points);
    assert_says(
        &evidence,
        "arm-a keeps its p99 within 10 ms up to 50.0 k/s in every moment, and at 100 k/s in none.",
    );
    assert_eq!(highest(&evidence)[..4], ["50.0 k/s", "3", "100 k/s", "4"]);
}

#[test]
fn a_path_that_was_not_brought_to_its_end_is_told_so() {
    let bound = PointMade::kept("log", 2_000_000, 500_000_000);
    let verdict = Some(RateVerdict::GeneratorBound);
    let bound = PointMade { generator_bound: true, verdict, ..bound };
    let evidence = evidence(&[PointMade::kept("log", 1_000_000, 3_000_000), bound]);
    assert_says(
        &evidence,
        "log keeps its p99 within 10 ms at 1.00 M/s in every moment; where it ends was not reached.",
    );
    assert_eq!(highest(&evidence)[6], "not reached");
    let points = LoadCurve::all(&evidence).remove(0).points;
    assert_eq!(standing(points[1]).mark(), "generator-bound");
}

#[test]
fn a_path_that_never_keeps_the_limit_has_no_knee() {
    let slow = |target| PointMade::kept("arm-a", target, 40_000_000);
    assert_says(
        &evidence(&[slow(12_500), slow(6_250)]),
        "arm-a keeps its p99 within 10 ms in every moment at no rate that was tried, and at 6.25 k/s in none.",
    );
}

#[test]
fn every_path_has_a_curve_of_its_own() {
    let evidence = evidence(&[
        PointMade::kept("log", 12_500, 2_000_000),
        PointMade::kept("arm-a", 12_500, 2_000_000),
    ]);
    let labels: Vec<&str> =
        LoadCurve::all(&evidence).into_iter().map(|curve| curve.label).collect();
    assert_eq!(labels, ["log", "arm-a"]);
}
