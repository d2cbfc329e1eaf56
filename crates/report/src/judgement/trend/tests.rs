use measure::record::PointRecord;
use measure::stats::BlockTime;

use super::*;
use crate::judgement::{CaseId, Class, Direction, Metric, Verdict};

/// A value with a case whose time goes like `value ^ exponent`; the exponent wavers from block to block.
fn point(value: f64, exponent: f64) -> (f64, Member) {
    let block = |block: u32| {
        let wavering = exponent + 0.01 * [0.0, 1.0, -1.0, 0.5, -0.5][block as usize];
        // What all cases of a block have in common is no trend.
        let moment = 1.0 + f64::from(block);
        BlockTime { block, time_ns: 1_000.0 * moment * value.powf(wavering) }
    };
    let time = NominalTime::unfitted((0..5).map(block).collect());
    (value, Member { case: CaseId(format!("case{value}")), time, sync_share: 0.0 })
}

fn along(points: &[(f64, Member)]) -> Result<(Finding, TrendFinding), WhyNotJudged> {
    let point =
        |(value, member): &(f64, Member)| PointRecord { value: *value, case: member.case.clone() };
    let declared = TrendRecord {
        question: "question".to_owned(),
        axis: "page_size".to_owned(),
        metric: Metric::AckedTime,
        class: Class::Disk,
        points: points.iter().map(point).collect(),
    };
    let members: Vec<Member> = points.iter().map(|(_, member)| member.clone()).collect();
    trend(&declared, &members)
}

#[test]
fn the_exponent_is_found() {
    let points = [4.0, 1.0, 16.0, 2.0].map(|value| point(value, 0.5));
    let (finding, trend) = along(&points).unwrap();
    assert!((trend.exponent - 0.5).abs() < 1e-9, "{trend:?}");
    assert!(trend.exponent_interval_95.contains(0.5) && trend.exponent_interval_95.low > 0.45);
    assert!((trend.per_doubling - 2_f64.sqrt()).abs() < 1e-9, "{trend:?}");
    assert_eq!((trend.least, trend.largest, &trend.key), (1.0, 16.0, &finding.key));
    assert!((finding.factor - 4.0).abs() < 1e-6, "over the axis's whole length: {finding:?}");
    assert_eq!((finding.key.case.0.as_str(), finding.key.baseline.0.as_str()), ("case16", "case1"));
    assert_eq!(finding.verdict, Verdict::Differs { direction: Direction::Longer });
    assert_eq!(finding.blocks, 5);
    assert!(finding.degrees > 4.0, "what is known of other runs costs none: {finding:?}");
}

#[test]
fn none_is_shown_to_be_none() {
    let points = [1.0, 2.0, 4.0].map(|value| point(value, 0.0));
    let (finding, _) = along(&points).unwrap();
    assert_eq!(finding.verdict, Verdict::EqualWithin { factor: 1.05 });
}

#[test]
fn a_block_without_one_of_the_cases_has_no_part() {
    let mut points = [1.0, 2.0, 4.0].map(|value| point(value, 0.5));
    points[1].1.time.blocks.remove(3);
    assert_eq!(along(&points).unwrap().0.blocks, 4);
    points[2].1.time.blocks.remove(0);
    let why = along(&points).unwrap_err().to_string();
    assert_eq!(why, "expected at least 4 blocks with both cases, got 3");
}

#[test]
fn what_is_no_axis_is_refused() {
    let two = [1.0, 2.0].map(|value| point(value, 0.5));
    let why = along(&two).unwrap_err().to_string();
    assert_eq!(why, "expected at least 3 values of a swept axis, got 2");
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 2.0] {
        let mut points = [1.0, 2.0, 4.0].map(|value| point(value, 0.5));
        points[2].0 = bad;
        let why = along(&points).unwrap_err().to_string();
        let expected = "the axis page_size: expected different values above 0, got ";
        assert!(why.starts_with(expected), "{bad}: {why}");
    }
}
