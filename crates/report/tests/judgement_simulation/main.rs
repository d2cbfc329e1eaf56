//! The judgement, tried on made-up runs whose truth is known: from pieces to a fit, to times in blocks, to contrasts,
//! to verdicts.
//!
//! Each run has a seed of its own, so a failure is the same each time; no limit below rests on luck.

mod engine;
mod tally;

use engine::{Case, measure};
use measure::stats::{Fit, Nominal, NominalTime, Piece, Yardsticks};
use report::judgement::{
    CaseId, Class, ClassVariance, Contrast, ContrastKey, ContrastKind, Finding, Findings, Metric,
    Replication,
};
use tally::Tally;

const RUNS: u64 = 10_000;

/// The designs, each with a quarter of the runs.
const BLOCKS: [u32; 4] = [4, 6, 8, 12];

const fn case(floors: f64, references: f64, factor: f64) -> Case {
    Case { floors, references, factor }
}

/// The first is everyone's baseline. The coefficients are those of real cases.
const CASES: [Case; 8] = [
    case(1.4, 1.2, 1.0),
    case(1.4, 1.2, 1.0),
    case(1.4, 1.2, 1.03),
    case(1.4, 1.2, 1.05),
    case(1.4, 1.2, 1.10),
    case(0.2, 1.14, 1.0),
    case(6.5, 2.0, 1.0),
    case(1.0, 0.04, 1.0),
];

/// Where the contrasts of [`CASES`] stand in a run's findings.
const NULL: usize = 0;
const PLANTED_3: usize = 1;
const PLANTED_5: usize = 2;
const PLANTED_10: usize = 3;

/// A made-up run: its cases' pieces, and the yardsticks that its figures are told at.
struct Run<'cases> {
    cases: &'cases [Case],
    pieces: Vec<Vec<Piece>>,
    nominal: Nominal,
}

impl<'cases> Run<'cases> {
    fn of(cases: &'cases [Case], blocks: u32, seed: u64) -> Self {
        let pieces = measure(cases, blocks, seed);
        let nominal = Nominal::of(&pieces.concat()).unwrap();
        Self { cases, pieces, nominal }
    }

    /// Each case but the first, judged beside the first.
    fn judge(&self, class: Class, yardsticks: Yardsticks) -> Vec<Finding> {
        let time = |pieces: &Vec<Piece>| {
            let fit = Fit::of(pieces, yardsticks).unwrap();
            NominalTime::of(&fit, pieces, &self.nominal).unwrap()
        };
        let times: Vec<NominalTime> = self.pieces.iter().map(time).collect();
        let contrast = |case: usize| {
            let key = ContrastKey {
                question: "simulation".to_owned(),
                kind: ContrastKind::AgainstBase,
                case: CaseId(case.to_string()),
                baseline: CaseId("0".to_owned()),
                metric: Metric::AckedTime,
            };
            Contrast::new(key, class, &times[case], &times[0]).unwrap()
        };
        let contrasts: Vec<Contrast> = (1..times.len()).map(contrast).collect();
        let variance = ClassVariance::learn(class, &contrasts);
        contrasts.iter().map(|contrast| variance.judge(contrast).unwrap()).collect()
    }

    fn truth(&self, finding: usize) -> f64 {
        self.cases[finding + 1].time_ns(&self.nominal) / self.cases[0].time_ns(&self.nominal)
    }
}

/// Sums what `run` tells of each seed below `runs`, on two threads.
fn over_runs<const N: usize>(runs: u64, run: impl Fn(u64) -> [Tally; N] + Sync) -> [Tally; N] {
    let half = |first: u64| {
        let mut sums = [Tally::default(); N];
        for seed in (first..runs).step_by(2) {
            sums.iter_mut().zip(run(seed)).for_each(|(sum, tally)| sum.add(&tally));
        }
        sums
    };
    std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        let mut sums = half(0);
        sums.iter_mut().zip(odd.join().unwrap()).for_each(|(sum, tally)| sum.add(&tally));
        sums
    })
}

/// One tally for each contrast of `cases`, and after them the same by design.
fn tallies<const N: usize>(
    cases: &[Case],
    class: Class,
    yardsticks: Yardsticks,
    seed: u64,
) -> [Tally; N] {
    let contrasts = cases.len() - 1;
    assert_eq!(N, contrasts + BLOCKS.len());
    let design = (seed / 2) as usize % BLOCKS.len();
    let run = Run::of(cases, BLOCKS[design], seed);
    let mut tallies = [Tally::default(); N];
    for (index, finding) in run.judge(class, yardsticks).iter().enumerate() {
        tallies[index].count(finding, run.truth(index));
        tallies[contrasts + design].count(finding, run.truth(index));
    }
    tallies
}

fn assert_within(what: &str, got: f64, expected: std::ops::RangeInclusive<f64>) {
    assert!(expected.contains(&got), "{what}: expected {expected:?}, got {got:.4}");
}

#[test]
fn intervals_hold_the_truth_and_differences_are_true() {
    let all: [Tally; 11] =
        over_runs(RUNS, |seed| tallies(&CASES, Class::Disk, Yardsticks::Both, seed));
    for (index, tally) in all.iter().enumerate() {
        assert_within(&format!("coverage, tally {index}"), tally.coverage(), 0.94..=0.96);
        assert_within(&format!("bias, tally {index}"), tally.bias().abs(), 0.0..=1e-3);
        let errors = tally.bias().abs() / tally.bias_error();
        assert_within(&format!("bias over its error, tally {index}"), errors, 0.0..=4.0);
    }
    // Neither no effect, nor a small one, nor one exactly as large as the smallest of interest.
    for index in [NULL, PLANTED_3, PLANTED_5] {
        assert_within(&format!("false differs, tally {index}"), all[index].differs(), 0.0..=0.01);
    }
    // An effect at the smallest of interest is called equal in at most 5 %: two one-sided tests.
    assert_within("false equals", all[PLANTED_5].equal(), 0.0..=0.05);
    assert_within("true equals", all[NULL].equal(), 0.3..=1.0);
    // What a finding says that it could have seen is what it sees.
    let planted = all[PLANTED_10];
    let surplus = planted.differs() - planted.expected_to_differ();
    assert_within("found less expected", surplus, -0.02..=0.02);
    assert_within("found", planted.differs(), 0.2..=0.4);
}

/// A fit that puts everything on one yardstick is no less sure, and no more.
#[test]
fn a_case_of_one_yardstick_is_judged_alike() {
    const RUNS: u64 = 2_000;
    let disk =
        [case(1.0, 0.0, 1.0), case(1.0, 0.0, 1.0), case(1.0, 0.0, 1.1), case(0.9, 0.02, 1.0)];
    let memory = disk.map(|case| Case { floors: 0.0, references: 1.0, ..case });
    for (name, cases, alone) in
        [("disk", disk, Yardsticks::FloorOnly), ("memory", memory, Yardsticks::ReferenceOnly)]
    {
        for yardsticks in [Yardsticks::Both, alone] {
            let all: [Tally; 7] =
                over_runs(RUNS, |seed| tallies(&cases, Class::Log, yardsticks, seed));
            for (index, tally) in all[..3].iter().enumerate() {
                println!(
                    "{name} {yardsticks:?} {index} cov {:.4} bias {:+.5} {:.5} differs {:.4}",
                    tally.coverage(),
                    tally.bias(),
                    tally.bias_error(),
                    tally.differs()
                );
            }
        }
    }
}

#[test]
fn coefs() {
    for b in BLOCKS {
        let mut n = 0.0;
        let mut h = [0.0; 2];
        let mut e = [0.0; 2];
        let mut w = [0.0; 2];
        let mut sq = [0.0; 2];
        for seed in 0..1000 {
            let run = Run::of(&CASES[..2], b, seed);
            for (i, p) in run.pieces.iter().enumerate() {
                n += 1.0;
                let fit = Fit::of(p, Yardsticks::Both).unwrap();
                let c = CASES[i];
                for (j, (got, want)) in
                    [(fit.floors, c.floors), (fit.references, c.references)].into_iter().enumerate()
                {
                    h[j] += f64::from(got.interval.contains(want));
                    e[j] += got.estimate / want - 1.0;
                    sq[j] += (got.estimate / want - 1.0).powi(2);
                    w[j] += (got.interval.high - got.interval.low) / 2.0 / want;
                }
            }
        }
        for j in 0..2 {
            println!(
                "coef B {b} {j}: cov {:.3} bias {:+.3} sd {:.3} half {:.3}",
                h[j] / n,
                e[j] / n,
                (sq[j] / n).sqrt(),
                w[j] / n
            );
        }
    }
}

#[test]
fn a_second_run_says_the_same() {
    const PAIRS: u64 = 500;
    let (mut both, mut within, mut opposite) = (0, 0, 0);
    for pair in 0..PAIRS {
        let first = Run::of(&CASES, 8, 2 * pair);
        let second = Run { nominal: first.nominal, ..Run::of(&CASES, 8, 2 * pair + 1) };
        let findings = |run: &Run| Findings::new(run.judge(Class::Disk, Yardsticks::Both)).unwrap();
        let replication = Replication::of(&findings(&first), &findings(&second));
        both += replication.both.len();
        within += replication.within();
        opposite += replication.opposite().count();
    }
    assert_eq!((both, opposite), (7 * PAIRS as usize, 0));
    println!("within {:.4}", within as f64 / both as f64);
}
