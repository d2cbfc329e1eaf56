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

fn print(tallies: &[Tally]) {
    for tally in tallies {
        println!(
            "coverage {:.4} differs {:.4} expected {:.4} equal {:.4} bias {:+.5} ({:.5})",
            tally.coverage(),
            tally.differs(),
            tally.expected_to_differ(),
            tally.equal(),
            tally.bias(),
            tally.bias_error(),
        );
    }
}

#[test]
fn intervals_hold_the_truth_and_differences_are_true() {
    let all: [Tally; 11] =
        over_runs(RUNS, |seed| tallies(&CASES, Class::Disk, Yardsticks::Both, seed));
    print(&all);
}
