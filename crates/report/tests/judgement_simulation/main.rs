//! The judgement, tried on made-up runs whose truth is known: from pieces to a fit, to times in blocks, to contrasts,
//! to verdicts.
//!
//! Each run has a seed of its own, so a failure is the same each time; no limit below rests on luck.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod choosing;
mod engine;
mod tally;

use engine::{Case, measure};
use measure::stats::{Fit, Nominal, NominalTime, Piece, Yardsticks};
use report::judgement::{
    CaseId, Class, ClassVariance, Contrast, ContrastKey, ContrastKind, Finding, Metric,
};
use report::replication::{Replicates, Replication};
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
    }
    // The tallies by design hold contrasts that share a base, whose errors are not independent.
    for (index, tally) in all[..CASES.len() - 1].iter().enumerate() {
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

/// A case that waits for one thing alone is fitted to both yardsticks, and to its own: a coefficient that is held at
/// 0 makes its interval no wrong one.
#[test]
fn a_fit_that_puts_everything_on_one_yardstick_judges_alike() {
    const RUNS: u64 = 1_000;
    let disk = [case(1.0, 0.0, 1.0), case(1.0, 0.0, 1.0), case(1.0, 0.0, 1.1), case(0.9, 0.0, 1.0)];
    let memory = disk.map(|case| Case { floors: 0.0, references: case.floors, ..case });
    for (cases, alone) in [(disk, Yardsticks::FloorOnly), (memory, Yardsticks::ReferenceOnly)] {
        for yardsticks in [Yardsticks::Both, alone] {
            let all: [Tally; 7] =
                over_runs(RUNS, |seed| tallies(&cases, Class::Log, yardsticks, seed));
            for (index, tally) in all[..3].iter().enumerate() {
                let what = format!("{alone:?} by {yardsticks:?}, tally {index}");
                // The standard error of 95 % of so many runs is 0.7 %.
                assert_within(&what, tally.coverage(), 0.92..=0.98);
                assert_within(&what, tally.bias().abs() / tally.bias_error(), 0.0..=4.0);
            }
            assert_within("false differs", all[NULL].differs(), 0.0..=0.01);
        }
        let is_at_zero = |seed: &u64| {
            let fit = Fit::of(&Run::of(&cases, 6, *seed).pieces[0], Yardsticks::Both).unwrap();
            fit.floors.estimate == 0.0 || fit.references.estimate == 0.0
        };
        let at_zero = (0..200).filter(is_at_zero).count();
        assert_within("fits with a coefficient at 0", at_zero as f64 / 200.0, 0.25..=0.75);
    }
}

/// The noise of the yardsticks moves some of a coefficient to the other, and the intervals do not know of that.
#[test]
fn coefficients_are_those_of_the_case() {
    const RUNS: u64 = 400;
    let expected = CASES[0];
    let mut held = Pair::default();
    let mut sum = Pair::default();
    for seed in 0..RUNS {
        let run = Run::of(&CASES[..1], 8, seed);
        let fit = Fit::of(&run.pieces[0], Yardsticks::Both).unwrap();
        sum.floors += fit.floors.estimate / RUNS as f64;
        sum.references += fit.references.estimate / RUNS as f64;
        held.floors += f64::from(fit.floors.interval.contains(expected.floors));
        held.references += f64::from(fit.references.interval.contains(expected.references));
    }
    assert_within("floors", sum.floors / expected.floors, 0.93..=1.03);
    assert_within("references", sum.references / expected.references, 0.98..=1.05);
    assert_within("intervals of floors", held.floors / RUNS as f64, 0.91..=0.98);
    assert_within("intervals of references", held.references / RUNS as f64, 0.91..=0.98);
}

/// Something of either coefficient.
#[derive(Default)]
struct Pair {
    floors: f64,
    references: f64,
}

/// Both runs are told at one pair of yardsticks: cases of unlike coefficients have another factor at others.
#[test]
fn a_second_run_says_the_same() {
    const PAIRS: u64 = 300;
    let mut both = Vec::new();
    for pair in 0..PAIRS {
        let first = Run::of(&CASES, 8, 2 * pair);
        let second = Run { nominal: first.nominal, ..Run::of(&CASES, 8, 2 * pair + 1) };
        let [first, second] = [first, second].map(|run| run.judge(Class::Disk, Yardsticks::Both));
        both.extend(Replication::of(&first, &second).both);
    }
    let all = Replication { both, alone: 0 };
    assert_eq!(all.both.len() as u64, 7 * PAIRS);
    assert_eq!(all.outcome(), Replicates::Holds);
    assert_within("within 2 standard errors", all.within_share().unwrap(), 0.93..=0.97);
}
