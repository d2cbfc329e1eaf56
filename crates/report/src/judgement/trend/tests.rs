use measure::stats::BlockTime;

use super::*;
use crate::judgement::{Direction, Verdict};

fn key() -> AxisKey {
    AxisKey {
        question: "question".to_owned(),
        axis: "page_size".to_owned(),
        metric: Metric::AckedTime,
        class: Class::Disk,
    }
}

/// A case whose time goes like `value ^ exponent`; the exponent wavers from block to block.
fn point(value: f64, exponent: f64) -> TrendPoint {
    let block = |block: u32| {
        let wavering = exponent + 0.01 * [0.0, 1.0, -1.0, 0.5, -0.5][block as usize];
        // What all cases of a block have in common is no trend.
        let moment = 1.0 + f64::from(block);
        BlockTime { block, time_ns: 1_000.0 * moment * value.powf(wavering) }
    };
    TrendPoint {
        value,
        case: CaseId(format!("case{value}")),
        time: NominalTime {
            blocks: (0..5).map(block).collect(),
            spent_degrees: 0.0,
            variance_inflation: 1.0,
        },
        sync_share: 0.0,
    }
}

#[test]
fn the_exponent_is_found() {
    let points = [4.0, 1.0, 16.0, 2.0].map(|value| point(value, 0.5));
    let trend = trend(&key(), &points).unwrap();
    assert!((trend.exponent - 0.5).abs() < 1e-9, "{trend:?}");
    assert!(trend.exponent_interval_95.contains(0.5) && trend.exponent_interval_95.low > 0.45);
    assert!((trend.finding.factor - 4.0).abs() < 1e-6, "over the axis's whole length: {trend:?}");
    assert_eq!(
        (trend.finding.key.case.0.as_str(), trend.finding.key.baseline.0.as_str()),
        ("case16", "case1")
    );
    assert_eq!(trend.finding.verdict, Verdict::Differs { direction: Direction::Longer });
    assert_eq!((trend.finding.degrees, trend.finding.blocks), (4.0, 5));
}

#[test]
fn none_is_shown_to_be_none() {
    let points = [1.0, 2.0, 4.0].map(|value| point(value, 0.0));
    let trend = trend(&key(), &points).unwrap();
    assert_eq!(trend.finding.verdict, Verdict::EqualWithin { factor: 1.05 });
}

#[test]
fn a_block_without_one_of_the_cases_has_no_part() {
    let mut points = [1.0, 2.0, 4.0].map(|value| point(value, 0.5));
    points[1].time.blocks.remove(3);
    assert_eq!(trend(&key(), &points).unwrap().finding.blocks, 4);
    points[2].time.blocks.remove(0);
    assert!(matches!(trend(&key(), &points), Err(JudgementError::TooFewBlocks { got: 3, .. })));
}

#[test]
fn what_is_no_axis_is_refused() {
    let two = [1.0, 2.0].map(|value| point(value, 0.5));
    assert!(matches!(trend(&key(), &two), Err(JudgementError::TooFew { expected: 3, got: 2, .. })));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 2.0] {
        let mut points = [1.0, 2.0, 4.0].map(|value| point(value, 0.5));
        points[2].value = bad;
        let error = trend(&key(), &points).unwrap_err();
        assert!(matches!(error, JudgementError::AxisValue { .. }), "{bad}: {error}");
    }
}
