use measure::stats::BlockTime;

use super::*;
use crate::judgement::ClassVariance;
use crate::judgement::made_up_tests::key;

fn times(blocks: &[(u32, f64)]) -> NominalTime {
    NominalTime {
        blocks: blocks.iter().map(|&(block, time_ns)| BlockTime { block, time_ns }).collect(),
        spent_degrees: 0.5,
        variance_inflation: 1.2,
    }
}

fn contrast(case: &NominalTime, baseline: &NominalTime) -> Result<Contrast, WhyNotJudged> {
    Contrast::new(key("case"), Class::Disk, case, baseline)
}

#[test]
fn the_factor_is_the_ratio_of_the_printed_times() {
    let case = times(&[(0, 220.0), (1, 240.0), (2, 310.0), (3, 260.0)]);
    let baseline = times(&[(3, 130.0), (2, 150.0), (1, 120.0), (0, 100.0)]);
    let contrast = contrast(&case, &baseline).unwrap();
    let printed = case.geometric_mean_ns() / baseline.geometric_mean_ns();
    assert!((contrast.factor() / printed - 1.0).abs() < 1e-12);
    assert_eq!(contrast.blocks, 4);
}

#[test]
fn the_fit_costs_degrees_and_precision() {
    let case = times(&[(0, 220.0), (1, 240.0), (2, 310.0), (3, 260.0)]);
    let baseline = times(&[(3, 130.0), (2, 150.0), (1, 120.0), (0, 100.0)]);
    let by_one = NominalTime { spent_degrees: 0.0, variance_inflation: 1.0, ..baseline.clone() };
    let contrast = contrast(&case, &by_one).unwrap();
    assert!((contrast.variance.degrees - 2.75).abs() < 1e-12);
    assert!((contrast.variance_of_mean - 1.1 / 4.0).abs() < 1e-12);
}

#[test]
fn what_runs_vary_by_is_that_of_the_class_and_of_unlike_syncs() {
    let case = times(&[(0, 220.0), (1, 240.0), (2, 310.0), (3, 260.0)]);
    let baseline = times(&[(3, 130.0), (2, 150.0), (1, 120.0), (0, 100.0)]);
    let variance = ClassVariance::unknown(Class::Disk);
    let error = |case_share, baseline_share| {
        let contrast = contrast(&case, &baseline).unwrap();
        let contrast = contrast.with_sync_shares(case_share, baseline_share);
        variance.judge(&contrast).unwrap().standard_error
    };
    let plain = error(0.0, 0.0);
    let of_the_run = variance.judge(&contrast(&case, &baseline).unwrap()).unwrap().standard_error;
    assert!((plain - of_the_run.hypot(0.012)).abs() < 1e-12);
    assert_eq!(error(0.7, 0.7), plain, "both move alike");
    assert!((error(1.0, 0.0) - plain.hypot(0.02)).abs() < 1e-12);
    assert!((error(0.25, 0.75) - plain.hypot(0.01)).abs() < 1e-12);
}

#[test]
fn what_is_known_of_other_runs_costs_no_degrees_of_freedom() {
    let case = times(&[(0, 200.0), (1, 201.0), (2, 202.0), (3, 201.0)]);
    let baseline = times(&[(0, 100.0), (1, 100.0), (2, 100.0), (3, 100.5)]);
    let contrast = contrast(&case, &baseline).unwrap();
    let degrees =
        |contrast: &Contrast| ClassVariance::unknown(Class::Disk).judge(contrast).unwrap().degrees;
    let of_blocks = degrees(&contrast);
    assert!(degrees(&contrast.with_sync_shares(1.0, 0.0)) > 100.0 * of_blocks);
}

#[test]
fn blocks_of_one_case_alone_have_no_part() {
    let case = times(&[(0, 2.0), (1, 3.0), (2, 4.0), (3, 5.0), (4, 1e9)]);
    let baseline = times(&[(9, 1e9), (3, 1.0), (2, 1.0), (1, 1.0), (0, 1.0)]);
    let contrast = contrast(&case, &baseline).unwrap();
    assert_eq!(contrast.blocks, 4);
    assert!((contrast.factor() - 120.0_f64.powf(0.25)).abs() < 1e-12);
}

#[test]
fn what_cannot_be_compared_is_an_error_that_says_why() {
    let why = |case: &NominalTime, baseline: &NominalTime| {
        contrast(case, baseline).unwrap_err().to_string()
    };
    let three = times(&[(0, 2.0), (1, 3.0), (2, 4.0)]);
    let expected = "expected at least 4 blocks with both cases, got 3";
    assert_eq!(why(&three, &three), expected);
    let four = times(&[(0, 2.0), (1, 3.0), (2, 4.0), (3, 5.0)]);
    let expected = "expected ratios that vary from block to block, got one and the same";
    assert!(why(&four, &four).starts_with(expected));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let spoilt = times(&[(0, 2.0), (1, bad), (2, 4.0), (3, 5.0)]);
        let expected = "block 1: expected times above 0 ns and finite, got ";
        for why in [why(&spoilt, &four), why(&four, &spoilt)] {
            assert!(why.starts_with(expected) && why.contains(&bad.to_string()), "{why}");
        }
    }
}
