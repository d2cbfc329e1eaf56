//! A made-up machine and made-up cases on it, noisy in the ways that real ones are.

use measure::stats::Piece;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1, StandardNormal};

/// Pieces of a case in one block.
const PIECES: u32 = 4;

/// A case: what a packet takes in truth.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub floors: f64,
    pub references: f64,
    /// How many times as long everything takes.
    pub factor: f64,
}

impl Case {
    pub fn time_ns(&self, floor_ns: f64, reference_ns: f64) -> f64 {
        self.factor * (self.floors * floor_ns + self.references * reference_ns)
    }
}

/// A processor that changes between two regimes every few seconds, and a disk that wanders; both drift.
struct Machine {
    random: SmallRng,
    is_slow: bool,
    switch_in_s: f64,
    disk: f64,
    age_s: f64,
    disk_drift: f64,
    processor_drift: f64,
    unseen_drift: f64,
}

impl Machine {
    fn new(seed: u64) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let is_slow = random.random_bool(0.5);
        let mut normal = |deviation: f64| deviation * normal(&mut random);
        let disk = normal(0.15);
        let (disk_drift, processor_drift, unseen_drift) =
            (normal(1e-3), normal(3e-4), normal(3e-4));
        let switch_in_s = 3.0 * exponential(&mut random);
        Self {
            random,
            is_slow,
            switch_in_s,
            disk,
            age_s: 0.0,
            disk_drift,
            processor_drift,
            unseen_drift,
        }
    }

    fn pass(&mut self, seconds: f64) {
        self.age_s += seconds;
        self.disk += -0.2 * self.disk * seconds + 0.095 * seconds.sqrt() * normal(&mut self.random);
        self.switch_in_s -= seconds;
        while self.switch_in_s < 0.0 {
            self.is_slow = !self.is_slow;
            self.switch_in_s += 3.0 * exponential(&mut self.random);
        }
    }

    fn floor_ns(&self) -> f64 {
        60e3 * (self.disk + self.disk_drift * self.age_s).exp()
    }

    fn reference_ns(&self) -> f64 {
        let regime = if self.is_slow { 190e3 } else { 115e3 };
        regime * (self.processor_drift * self.age_s).exp()
    }

    /// A factor around 1: noise of some width, and rarely a stall of some size.
    fn noise(&mut self, width: f64, stalls: f64, stall: f64) -> f64 {
        let stall = if self.random.random_bool(stalls) {
            1.0 + stall * exponential(&mut self.random)
        } else {
            1.0
        };
        (width * normal(&mut self.random)).exp() * stall
    }

    fn piece(&mut self, case: &Case, block: u32, offset: f64) -> Piece {
        let (floor, reference) = (self.floor_ns(), self.reference_ns());
        let before = (floor * self.noise(0.04, 0.01, 1.0), reference * self.noise(0.02, 0.01, 0.3));
        self.pass(0.1);
        let (floor_then, reference_then) = (self.floor_ns(), self.reference_ns());
        let after = (
            floor_then * self.noise(0.04, 0.01, 1.0),
            reference_then * self.noise(0.02, 0.01, 0.3),
        );
        let exact = case.time_ns((floor + floor_then) / 2.0, (reference + reference_then) / 2.0);
        let unseen = (self.unseen_drift * self.age_s).exp();
        // Student's t with 4 degrees of freedom: a normal over the root of a mean of four squares.
        let chi: f64 = (0..4).map(|_| normal(&mut self.random).powi(2)).sum();
        let heavy = (0.05 * normal(&mut self.random) / (chi / 4.0).sqrt()).exp();
        Piece {
            block,
            time_ns: exact * offset * unseen * heavy * self.noise(0.0, 0.02, 3.0),
            floor_ns: (before.0 + after.0) / 2.0,
            reference_ns: (before.1 + after.1) / 2.0,
        }
    }
}

/// Measures the cases in randomized blocks: each case's pieces.
pub fn measure(cases: &[Case], blocks: u32, seed: u64) -> Vec<Vec<Piece>> {
    let mut machine = Machine::new(seed);
    let mut pieces = vec![Vec::new(); cases.len()];
    let mut order: Vec<usize> = (0..cases.len()).collect();
    for block in 0..blocks {
        order.shuffle(&mut machine.random);
        for &case in &order {
            machine.pass(0.2);
            let offset = (0.03 * normal(&mut machine.random)).exp();
            for _ in 0..PIECES {
                let piece = machine.piece(&cases[case], block, offset);
                pieces[case].push(piece);
            }
        }
    }
    pieces
}

fn normal(random: &mut SmallRng) -> f64 {
    StandardNormal.sample(random)
}

fn exponential(random: &mut SmallRng) -> f64 {
    Exp1.sample(random)
}
