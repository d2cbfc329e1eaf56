//! The best and the worst of a set, chosen from made-up runs whose truth is known.

use measure::record::{Extreme, SetKey};
use measure::stats::{Fit, NominalTime, Yardsticks};
use report::judgement::{
    CaseId, ChosenCase, Class, ClassVariance, Contrast, ContrastKey, ContrastKind, Finding, Member,
    Metric, Verdict, choose,
};

use super::{CASES, Run, assert_within};

const RUNS: u64 = 600;

/// Two equal ones, and three that take longer.
const MEMBERS: usize = 5;

fn key() -> SetKey {
    SetKey { question: "simulation".into(), set: "cases".into(), metric: Metric::AckedTime }
}

fn members(run: &Run<'_>) -> Vec<Member> {
    let member = |(index, pieces): (usize, &Vec<_>)| {
        let fit = Fit::of(pieces, Yardsticks::Both).unwrap();
        let time = NominalTime::of(&fit, pieces, &run.nominal).unwrap();
        Member { case: CaseId(index.to_string()), time, sync_share: 0.0 }
    };
    run.pieces.iter().enumerate().map(member).collect()
}

/// The class's variance as a question learns it: from each case beside the first.
fn variance(members: &[Member]) -> ClassVariance {
    let contrast = |member: &Member| {
        let key = ContrastKey {
            question: "simulation".into(),
            kind: ContrastKind::BestOfSet { set: "cases".into() },
            case: member.case.clone(),
            baseline: members[0].case.clone(),
            metric: Metric::AckedTime,
        };
        Contrast::new(key, Class::Disk, &member.time, &members[0].time).unwrap()
    };
    let contrasts: Vec<Contrast> = members[1..].iter().map(contrast).collect();
    ClassVariance::learn(Class::Disk, &contrasts)
}

/// Whether the chosen set holds one of the true ones, whether all intervals hold the distance from them, and whether a true
/// one is called different.
fn kept(run: &Run<'_>, (chosen, findings): &(ChosenCase, Vec<Finding>), truth: f64) -> [bool; 3] {
    let factor =
        |case: &CaseId| CASES[case.0.parse::<usize>().unwrap()].time_ns(&run.nominal) / truth;
    let is_true = |case: &CaseId| (factor(case) - 1.0).abs() < 1e-9;
    let false_difference = findings.iter().any(|finding| {
        matches!(finding.verdict, Verdict::Differs { .. }) && is_true(&finding.key.case)
    });
    [
        chosen.candidates.iter().any(is_true),
        findings.iter().all(|finding| finding.interval_95.contains(factor(&finding.key.case))),
        !false_difference,
    ]
}

#[test]
fn the_true_best_and_worst_are_among_the_chosen_and_their_lead_is_held() {
    for extreme in [Extreme::Best, Extreme::Worst] {
        let mut sums = [0_u64; 3];
        for seed in 0..RUNS {
            let run = Run::of(&CASES[..MEMBERS], 8, 50_000 + seed);
            let members = members(&run);
            let chosen = choose(&key(), extreme, &members, &variance(&members)).unwrap();
            let times = CASES[..MEMBERS].iter().map(|case| case.time_ns(&run.nominal));
            let truth = match extreme {
                Extreme::Best => times.fold(f64::INFINITY, f64::min),
                Extreme::Worst => times.fold(0.0, f64::max),
            };
            for (sum, kept) in sums.iter_mut().zip(kept(&run, &chosen, truth)) {
                *sum += u64::from(kept);
            }
        }
        let [named, held, no_false_difference] = sums.map(|sum| sum as f64 / RUNS as f64);
        assert_within(&format!("{extreme:?} named"), named, 0.95..=1.0);
        assert_within(&format!("{extreme:?} held"), held, 0.95..=1.0);
        assert_within(
            &format!("{extreme:?} true ones not called different"),
            no_false_difference,
            0.99..=1.0,
        );
    }
}
