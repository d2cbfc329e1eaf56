//! A machine whose runs differ by more than their blocks show.

use std::sync::OnceLock;

use measure::record::{QuestionRecord, RunRecord};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use report::evidence::Evidence;
use report::regression::TwoSides;

use crate::in_blocks::{InBlocks, Session, measure};
use crate::made_up::{Made, question};

const QUESTION: &str = "made_up";

const RUNS: usize = 3;

/// Floors and references of each case, as real ones have them.
const CASES: [(f64, f64); 8] = [
    (1.4, 1.2),
    (1.0, 0.0),
    (6.5, 2.0),
    (0.0, 1.4),
    (2.3, 1.3),
    (5.5, 7.0),
    (0.9, 3.1),
    (2.0, 0.4),
];

/// In which order the runs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    InTurns,
    OneAfterTheOther,
}

/// What the new side takes more than the base, in one case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planted {
    pub(crate) place: usize,
    pub(crate) floors: f64,
    pub(crate) references: f64,
}

impl Planted {
    pub(crate) const NOTHING: Self = Self { place: 0, floors: 1.0, references: 1.0 };

    pub(crate) fn case(&self) -> String {
        case(self.place).id()
    }
}

/// How runs vary, and what is planted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) order: Order,
    /// The standard deviation, from run to run, of the logarithm of what a sync of any store takes.
    pub(crate) of_all: f64,
    /// The same of each case for itself.
    pub(crate) of_a_case: f64,
    pub(crate) planted: Planted,
}

impl World {
    /// Half of the variance from run to run that is known belongs to the run, half to the case in it.
    pub(crate) const USUAL: Self =
        Self { order: Order::InTurns, of_all: 0.014, of_a_case: 0.014, planted: Planted::NOTHING };

    /// Three runs a side, compared.
    pub(crate) fn compare(&self, seed: u64) -> TwoSides {
        let mut random = SmallRng::seed_from_u64(seed);
        let sides: [usize; 2 * RUNS] = match self.order {
            Order::InTurns => [0, 1, 1, 0, 0, 1],
            Order::OneAfterTheOther => [0, 0, 0, 1, 1, 1],
        };
        let mut runs = [Vec::new(), Vec::new()];
        for (number, side) in sides.into_iter().enumerate() {
            let planted = if side == 1 { self.planted } else { Planted::NOTHING };
            runs[side].push(vec![self.run(number, planted, &mut random)]);
        }
        TwoSides::of(&runs[0], &runs[1]).unwrap()
    }

    fn run(&self, number: usize, planted: Planted, random: &mut SmallRng) -> Evidence {
        let mut normal = |deviation: f64| -> f64 {
            let standard: f64 = StandardNormal.sample(random);
            (deviation * standard).exp()
        };
        let (floor, reference) = (normal(0.15), normal(0.08));
        let sync = normal(self.of_all);
        let cases: Vec<InBlocks> = CASES
            .into_iter()
            .enumerate()
            .map(|(place, (floors, references))| {
                let (more_floors, more_references) = if place == planted.place {
                    (planted.floors, planted.references)
                } else {
                    (1.0, 1.0)
                };
                let floors = floors * sync * normal(self.of_a_case) * more_floors;
                let references = references * normal(self.of_a_case / 2.0) * more_references;
                InBlocks { blocks: 4, ..InBlocks::disk(floors, references, 0.05) }
            })
            .collect();
        let session = Session {
            seed: random.random(),
            floor_ns: Session::USUAL.floor_ns * floor,
            reference_ns: Session::USUAL.reference_ns * reference,
        };
        let (question, mut records) = blank();
        for record in &mut records {
            record.started_utc = format!("2026-11-22T0{number}:04:05Z").parse().unwrap();
        }
        measure(records.iter_mut().zip(cases).collect(), session);
        Evidence::gather(vec![question], records).remove(0)
    }
}

/// The question and its cases, not measured yet.
fn blank() -> (QuestionRecord, Vec<RunRecord>) {
    static BLANK: OnceLock<(QuestionRecord, Vec<RunRecord>)> = OnceLock::new();
    let make = || {
        let made: Vec<Made> = (0..CASES.len()).map(case).collect();
        let records = made.iter().map(Made::record).collect();
        (question(&made, "records_per_packet", &[]), records)
    };
    BLANK.get_or_init(make).clone()
}

fn case(place: usize) -> Made {
    Made { acks: 10, ..Made::sqlite(QUESTION, &format!("case{place}"), 400, 200e3) }
}
