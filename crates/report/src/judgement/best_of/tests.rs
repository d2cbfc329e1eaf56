use measure::stats::BlockTime;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, StandardNormal};

use super::*;
use crate::judgement::{Class, Direction, Metric, Verdict};

const BLOCKS: u32 = 6;

fn key() -> SetKey {
    SetKey {
        question: "question".to_owned(),
        set: "strategies".to_owned(),
        metric: Metric::DrainedTime,
    }
}

/// Cases of these true times, measured with errors of `deviation`, relative.
fn members(times: &[f64], deviation: f64, seed: u64) -> Vec<Member> {
    let mut random = SmallRng::seed_from_u64(seed);
    let mut block = |block: u32, time: f64| {
        let normal: f64 = StandardNormal.sample(&mut random);
        BlockTime { block, time_ns: time * (deviation * normal).exp() }
    };
    let mut member = |(index, &time): (usize, &f64)| Member {
        case: CaseId(format!("case{index}")),
        time: NominalTime {
            blocks: (0..BLOCKS).map(|number| block(number, time)).collect(),
            spent_degrees: 0.0,
            variance_inflation: 1.0,
        },
        sync_share: 0.0,
    };
    times.iter().enumerate().map(&mut member).collect()
}

fn best_of(members: &[Member]) -> Result<(ChosenCase, Vec<Finding>), WhyNotJudged> {
    choose(&key(), Extreme::Best, members, &ClassVariance::unknown(Class::Disk))
}

fn best(times: &[f64], deviation: f64, seed: u64) -> (ChosenCase, Vec<Finding>) {
    best_of(&members(times, deviation, seed)).unwrap()
}

#[test]
fn a_clear_best_is_alone() {
    let (best, findings) = best(&[150.0, 100.0, 200.0, 130.0], 0.01, 1);
    assert_eq!(best.case.0, "case1");
    assert_eq!(best.candidates, [CaseId::from("case1")]);
    let cases: Vec<&str> = findings.iter().map(|finding| finding.key.case.0.as_str()).collect();
    assert_eq!(cases, ["case0", "case2", "case3"]);
    for (finding, expected) in findings.iter().zip([1.5, 2.0, 1.3]) {
        assert!(matches!(finding.verdict, Verdict::Differs { .. }), "{finding:?}");
        assert!(finding.interval_95.contains(expected), "{finding:?}");
        assert_eq!((finding.key.baseline.0.as_str(), finding.comparisons), ("case1", 3));
    }
}

#[test]
fn a_shared_lead_is_said() {
    let (best, findings) = best(&[100.0, 100.5, 200.0], 0.05, 2);
    assert_eq!(best.candidates, [CaseId::from("case0"), CaseId::from("case1")]);
    let beside = &findings[0];
    assert_eq!(beside.verdict, Verdict::Undecided);
    assert!(beside.interval_95.contains(1.0), "it may be the best itself: {beside:?}");
    assert!(matches!(findings[1].verdict, Verdict::Differs { .. }));
}

#[test]
fn the_worst_is_the_longest_and_factors_stay_those_of_times() {
    let members = members(&[150.0, 100.0, 200.0], 0.01, 6);
    let unknown = ClassVariance::unknown(Class::Disk);
    let (worst, findings) = choose(&key(), Extreme::Worst, &members, &unknown).unwrap();
    assert_eq!((worst.case.0.as_str(), worst.candidates.len()), ("case2", 1));
    for (finding, expected) in findings.iter().zip([0.75, 0.5]) {
        assert_eq!(finding.key.kind, ContrastKind::WorstOfSet { set: "strategies".to_owned() });
        assert_eq!(finding.key.baseline.0, "case2");
        assert_eq!(finding.verdict, Verdict::Differs { direction: Direction::Shorter });
        for interval in [finding.interval_90, finding.interval_95, finding.interval_99] {
            assert!(interval.low < expected && expected < interval.high, "{finding:?}");
        }
        assert!((finding.factor / expected - 1.0).abs() < 0.02, "{finding:?}");
    }
}

/// The plain interval of the case that looks worst to the one that looks best would miss 1 in a third of the runs.
#[test]
fn the_choice_among_equals_is_charged() {
    const RUNS: u64 = 400;
    let (mut held, mut plain, mut differs) = (0, 0, 0);
    for seed in 0..RUNS {
        let members = members(&[100.0; 8], 0.05, 10 + seed);
        let unknown = ClassVariance::unknown(Class::Disk);
        let (best, findings) = best_of(&members).unwrap();
        let pairs = Pairs::of(&key(), Extreme::Best, &members, &unknown).unwrap();
        let to_best = pairs.pairs.iter().filter(|pair| members[pair.baseline].case == best.case);
        let holds = |pair: &Pair| pair.estimate.mean <= pair.estimate.reach(0.95, 1);
        plain += u64::from(to_best.into_iter().all(holds));
        held += u64::from(findings.iter().all(|finding| finding.interval_95.contains(1.0)));
        let said = |finding: &Finding| matches!(finding.verdict, Verdict::Differs { .. });
        differs += u64::from(findings.iter().any(said));
    }
    let share = |count: u64| count as f64 / RUNS as f64;
    assert!(share(held) >= 0.94, "{}", share(held));
    assert!(share(plain) < 0.75, "the test can fail: {}", share(plain));
    assert!(share(differs) <= 0.01, "{}", share(differs));
}

#[test]
fn the_distance_from_the_true_best_is_held() {
    const RUNS: u64 = 400;
    let times = [100.0, 101.0, 103.0, 106.0, 112.0];
    let held = (0..RUNS).filter(|&seed| {
        let (best, findings) = best(&times, 0.05, 1_000 + seed);
        let holds = |finding: &Finding| {
            let index: usize = finding.key.case.0["case".len()..].parse().unwrap();
            finding.interval_95.contains(times[index] / 100.0)
        };
        best.candidates.contains(&CaseId::from("case0")) && findings.iter().all(holds)
    });
    let share = held.count() as f64 / RUNS as f64;
    assert!(share >= 0.94, "{share}");
}

#[test]
fn one_case_is_no_set() {
    let one = members(&[100.0], 0.05, 3);
    let error = best_of(&one).unwrap_err();
    assert_eq!(error.to_string(), "expected at least 2 cases of a set, got 1");
}
