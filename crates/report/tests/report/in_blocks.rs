//! Made-up replicates: what a case takes in yardsticks is known, and so is its noise.

use std::collections::BTreeMap;

use measure::record::{
    BlocksRecord, CaseId, Class, ContrastKey, ContrastKind, ContrastRecord, CostRecord, Metric,
    PieceRecord, ReplicateRecord, RunRecord,
};
use measure::stats::{Fit, Nominal, NominalTime, Piece, Yardsticks};

/// Payload of the floor beside every case that waits for the disk.
const PAYLOAD_BYTES: u64 = 9_600;

/// How much the floor and the reference differ from reading to reading.
const YARDSTICK_NOISE: f64 = 0.2;

/// Pieces of a replicate.
const PIECES: usize = 12;

/// Packets of a piece.
const UNITS: u64 = 4;

/// A case with what it truly takes.
#[derive(Clone, Debug)]
pub(crate) struct InBlocks {
    /// Floors per packet; 0 in memory.
    pub(crate) floors: f64,
    /// CPU references per packet.
    pub(crate) references: f64,
    /// How much a piece's time differs from its model, and half as much a block's.
    pub(crate) noise: f64,
    pub(crate) blocks: u32,
    pub(crate) turns: Option<Turns>,
}

/// A case that took turns with another.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    pub(crate) baseline: String,
    /// The case's time over the baseline's, in truth.
    pub(crate) factor: f64,
    /// By how much one of the two directories is slower than the other.
    pub(crate) directory: f64,
}

/// One process that measured, with the yardsticks that it met.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    pub(crate) seed: u64,
    pub(crate) floor_ns: f64,
    pub(crate) reference_ns: f64,
}

impl Session {
    pub(crate) const USUAL: Self = Self { seed: 7, floor_ns: 100e3, reference_ns: 70e3 };
}

impl InBlocks {
    /// A case that waits for the disk, in 8 blocks.
    pub(crate) fn disk(floors: f64, references: f64, noise: f64) -> Self {
        Self { floors, references, noise, blocks: 8, turns: None }
    }

    /// A case in memory that takes turns with `baseline`, this many times as long as it.
    pub(crate) fn in_turns(baseline: &str, factor: f64, noise: f64) -> Self {
        let turns = Turns { baseline: baseline.to_owned(), factor, directory: 0.0 };
        Self { turns: Some(turns), ..Self::disk(0.0, 4.0, noise) }
    }

    fn replicates(&self, session: &Session, random: &mut Random) -> Vec<ReplicateRecord> {
        (0..self.blocks).map(|block| self.replicate(block, session, random)).collect()
    }

    fn replicate(&self, block: u32, session: &Session, random: &mut Random) -> ReplicateRecord {
        let mut readings = |middle: f64| -> Vec<f64> {
            (0..=PIECES).map(|_| middle * (YARDSTICK_NOISE * random.normal()).exp()).collect()
        };
        let (floor_ns, reference_ns) = (readings(session.floor_ns), readings(session.reference_ns));
        let of_block = self.noise / 2.0 * random.normal();
        let pieces: Vec<PieceRecord> = (0..PIECES)
            .map(|number| {
                let between =
                    |readings: &[f64]| f64::midpoint(readings[number], readings[number + 1]);
                let model =
                    self.floors * between(&floor_ns) + self.references * between(&reference_ns);
                let packet_ns = model * (of_block + self.noise * random.normal()).exp();
                self.piece(number, packet_ns)
            })
            .collect();
        ReplicateRecord {
            block,
            place: 0,
            attempt: 0,
            started_utc: "2026-11-22T03:04:05Z".parse().unwrap(),
            inode: u64::from(block),
            operations: UNITS * PIECES as u64,
            pieces,
            layouts: Vec::new(),
            floor_ns: (self.floors > 0.0).then_some(floor_ns),
            reference_ns,
            owed_ns_per_operation: 0.0,
            drain_ns: 0,
            longest_ack_ns: None,
            verified_records: 400,
            figures: BTreeMap::new(),
        }
    }

    /// Half of the pieces belong to a second opening, for which the two directories changed hands.
    fn piece(&self, number: usize, packet_ns: f64) -> PieceRecord {
        let opening = u32::from(number >= PIECES / 2);
        let elapsed_ns = packet_ns * UNITS as f64;
        let baseline_ns = self.turns.as_ref().map(|turns| {
            let directory = if opening == 0 { turns.directory } else { -turns.directory };
            // The model of the baseline's time is the case's less the factor, without the noise of this one's.
            (elapsed_ns / (turns.factor * directory.exp())) as u64
        });
        PieceRecord {
            elapsed_ns: elapsed_ns as u64,
            commits: UNITS as f64,
            ack_ns_p50: None,
            opening,
            baseline_ns,
            baseline_ack_ns_p50: None,
        }
    }

    fn yardsticks(&self) -> Yardsticks {
        match (self.floors > 0.0, self.references > 0.0) {
            (true, true) => Yardsticks::Both,
            (true, false) => Yardsticks::FloorOnly,
            (false, _) => Yardsticks::ReferenceOnly,
        }
    }
}

/// Gives these records the blocks and the costs of one process.
pub(crate) fn measure(cases: Vec<(&mut RunRecord, InBlocks)>, session: Session) {
    let mut random = Random(session.seed);
    let mut measured = Vec::new();
    for (record, case) in cases {
        // In turns a piece's noise is that of the ratio.
        let mut replicates = case.replicates(&session, &mut random);
        if case.turns.is_some() {
            blur_baselines(&mut replicates, case.noise, &mut random);
        }
        measured.push((record, case, replicates));
    }
    let all: Vec<Piece> =
        measured.iter().flat_map(|(_, _, replicates)| pieces(replicates)).collect();
    let reference_ns = Nominal::of(&all).unwrap().reference_ns;
    let on_disk: Vec<Piece> = measured
        .iter()
        .filter(|(_, case, _)| case.floors > 0.0)
        .flat_map(|(_, _, replicates)| pieces(replicates))
        .collect();
    let floor_ns = Nominal::of(&on_disk).map_or(1.0, |nominal| nominal.floor_ns);
    for (record, case, replicates) in measured {
        let waits = case.floors > 0.0;
        let nominal = Nominal { floor_ns: if waits { floor_ns } else { 1.0 }, reference_ns };
        let pieces = pieces(&replicates);
        // Of one block there is no fit.
        record.cost = Fit::of(&pieces, case.yardsticks()).ok().map(|fit| CostRecord {
            fit,
            floor_payload_bytes: waits.then_some(PAYLOAD_BYTES),
            nominal,
            time: NominalTime::of(&fit, &pieces, &nominal).unwrap(),
        });
        record.blocks = Some(BlocksRecord {
            seed: session.seed,
            units_per_piece: UNITS,
            warm_up_units: 1,
            baseline: case.turns.map(|turns| turns.baseline),
            replicates,
        });
    }
}

fn blur_baselines(replicates: &mut [ReplicateRecord], noise: f64, random: &mut Random) {
    for replicate in replicates {
        let of_block = noise / 2.0 * random.normal();
        for piece in &mut replicate.pieces {
            let blurred = |ns: u64| (ns as f64 * (of_block + noise * random.normal()).exp()) as u64;
            piece.baseline_ns = piece.baseline_ns.map(blurred);
        }
    }
}

fn pieces(replicates: &[ReplicateRecord]) -> Vec<Piece> {
    let of_replicate = |replicate: &ReplicateRecord| -> Vec<Piece> {
        let between = |readings: &[f64], at: usize| f64::midpoint(readings[at], readings[at + 1]);
        let piece = |(number, piece): (usize, &PieceRecord)| Piece {
            block: replicate.block,
            time_ns: piece.elapsed_ns as f64 / UNITS as f64,
            floor_ns: replicate.floor_ns.as_ref().map_or(1.0, |floors| between(floors, number)),
            reference_ns: between(&replicate.reference_ns, number),
        };
        replicate.pieces.iter().enumerate().map(piece).collect()
    };
    replicates.iter().flat_map(of_replicate).collect()
}

/// A declared contrast.
pub(crate) fn contrast(
    question: &str,
    kind: ContrastKind,
    case: &str,
    baseline: &str,
    class: Class,
) -> ContrastRecord {
    let key = ContrastKey {
        question: question.to_owned(),
        kind,
        case: CaseId(case.to_owned()),
        baseline: CaseId(baseline.to_owned()),
        metric: Metric::AckedTime,
    };
    ContrastRecord { key, class }
}

/// Seeded normal numbers, the same on every machine.
struct Random(u64);

impl Random {
    /// The sum of twelve uniform numbers, less 6.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// `SplitMix64`, as in `measure`.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
