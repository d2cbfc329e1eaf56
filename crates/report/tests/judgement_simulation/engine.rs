//! A made-up machine and made-up cases on it, noisy in the ways that real ones are.

use measure::stats::{Nominal, Piece};
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1, StandardNormal};

/// Pieces of a case in one block.
const PIECES: u32 = 4;

/// The mean length of a regime of the processor, s.
const REGIME_S: f64 = 3.0;

/// How far a store's offset goes, relative: it stays for all pieces of a block.
const OFFSET: f64 = 0.03;

/// How far a piece's heavy-tailed noise goes, relative.
const HEAVY: f64 = 0.03;

/// How far the yardsticks are off, relative.
const FLOOR_NOISE: f64 = 0.03;
const REFERENCE_NOISE: f64 = 0.015;

/// A case: what a packet takes in truth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) floors: f64,
    pub(crate) references: f64,
    /// How many times as long everything takes.
    pub(crate) factor: f64,
}

impl Case {
    /// What a packet takes at these yardsticks, ns.
    pub(crate) fn time_ns(&self, at: &Nominal) -> f64 {
        self.factor * (self.floors * at.floor_ns + self.references * at.reference_ns)
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
        let switch_in_s = REGIME_S * exponential(&mut random);
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
            self.switch_in_s += REGIME_S * exponential(&mut self.random);
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

    /// Both yardsticks as they are now.
    fn truth(&self) -> Nominal {
        Nominal { floor_ns: self.floor_ns(), reference_ns: self.reference_ns() }
    }

    /// Both as they are measured now.
    fn yardsticks(&mut self) -> Nominal {
        let Nominal { floor_ns, reference_ns } = self.truth();
        Nominal {
            floor_ns: floor_ns * self.noise(FLOOR_NOISE, 0.01, 1.0),
            reference_ns: reference_ns * self.noise(REFERENCE_NOISE, 0.01, 0.3),
        }
    }

    /// A piece that lasts a tenth of a second, with yardsticks before and after it.
    fn piece(&mut self, case: &Case, block: u32, offset: f64) -> Piece {
        let (truth_before, before) = (self.truth(), self.yardsticks());
        self.pass(0.1);
        let (truth_after, after) = (self.truth(), self.yardsticks());
        let exact = case.time_ns(&mean(&truth_before, &truth_after));
        let unseen = (self.unseen_drift * self.age_s).exp();
        // Student's t with 4 degrees of freedom: a normal over the root of a mean of four squares.
        let chi: f64 = (0..4).map(|_| normal(&mut self.random).powi(2)).sum();
        let heavy = (HEAVY * normal(&mut self.random) / (chi / 4.0).sqrt()).exp();
        let time_ns = exact * offset * unseen * heavy * self.noise(0.0, 0.02, 3.0);
        let Nominal { floor_ns, reference_ns } = mean(&before, &after);
        Piece { block, time_ns, floor_ns, reference_ns }
    }
}

fn mean(one: &Nominal, other: &Nominal) -> Nominal {
    Nominal {
        floor_ns: (one.floor_ns + other.floor_ns) / 2.0,
        reference_ns: (one.reference_ns + other.reference_ns) / 2.0,
    }
}

/// Measures the cases in randomized blocks: each case's pieces.
pub(crate) fn measure(cases: &[Case], blocks: u32, seed: u64) -> Vec<Vec<Piece>> {
    let mut machine = Machine::new(seed);
    let mut pieces = vec![Vec::new(); cases.len()];
    let mut order: Vec<usize> = (0..cases.len()).collect();
    for block in 0..blocks {
        order.shuffle(&mut machine.random);
        for &case in &order {
            machine.pass(0.2);
            let offset = (OFFSET * normal(&mut machine.random)).exp();
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
