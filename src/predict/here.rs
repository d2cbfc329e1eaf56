//! This machine's two yardsticks.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use fixture::ScratchRoot;
use measure::floor::PAYLOAD_BYTES_MAX;
use measure::record::RunRecord;
use measure::stats::{Nominal, Piece};
use runner::floors::Floors;
use runner::yardstick::{FloorReading, Reading, Yardsticks};

use crate::saying::say;

/// Stands for the floor where none was read: the nominal one of it is read by nobody.
const NO_FLOOR_NS: f64 = 1.0;

/// What the disk and the processor take here.
#[derive(Debug)]
pub(super) struct Here {
    /// By payload in bytes.
    floors_ns: BTreeMap<u64, f64>,
    reference_ns: f64,
}

impl Here {
    /// Reads both yardsticks for so long, the floor with each payload that the records' costs have, in turns.
    pub(super) fn measure<'run>(
        records: impl Iterator<Item = &'run RunRecord>,
        time: Duration,
    ) -> anyhow::Result<Self> {
        let mut readings: BTreeMap<u64, Vec<Reading>> = BTreeMap::new();
        for record in records {
            let payload = record.cost.as_ref().and_then(|cost| cost.floor_payload_bytes);
            if let Some(bytes) = payload {
                check_payload(record, bytes)?;
                readings.entry(bytes).or_default();
            }
        }
        let mut scratch = ScratchRoot::create(&fixture::target_directory()?)?;
        scratch.claim_disk()?;
        for warning in scratch.warnings() {
            say(format_args!("warning: {warning}"));
        }
        let mut floors = Floors::new(scratch.path())?;
        let mut yardsticks = Yardsticks::open()?;
        let mut references = Vec::new();
        let begun = Instant::now();
        while begun.elapsed() < time || references.is_empty() {
            for (bytes, readings) in &mut readings {
                fixture::check_interrupt()?;
                let payload = usize::try_from(*bytes).ok().and_then(NonZeroUsize::new);
                let payload = payload.map_or(FloorReading::None, FloorReading::Of);
                readings.push(yardsticks.read(&mut floors, payload)?);
            }
            if readings.is_empty() {
                fixture::check_interrupt()?;
                references.push(yardsticks.read(&mut floors, FloorReading::None)?);
            } else {
                references.extend(readings.values().filter_map(|read| read.last().cloned()));
            }
        }
        let floors_ns = readings
            .into_iter()
            .map(|(bytes, readings)| Ok((bytes, nominal(&readings)?.floor_ns)))
            .collect::<anyhow::Result<BTreeMap<u64, f64>>>()?;
        Ok(Self { floors_ns, reference_ns: nominal(&references)?.reference_ns })
    }

    /// Each payload in bytes with its floor in ns.
    pub(super) fn floors(&self) -> impl Iterator<Item = (u64, f64)> {
        self.floors_ns.iter().map(|(bytes, floor_ns)| (*bytes, *floor_ns))
    }

    /// The CPU reference in ns.
    pub(super) fn reference_ns(&self) -> f64 {
        self.reference_ns
    }

    /// The yardsticks for a payload; `None` for a case that does not wait for the disk.
    pub(super) fn nominal(&self, payload_bytes: Option<u64>) -> Option<Nominal> {
        let floor_ns = match payload_bytes {
            None => NO_FLOOR_NS,
            Some(bytes) => *self.floors_ns.get(&bytes)?,
        };
        Some(Nominal { floor_ns, reference_ns: self.reference_ns })
    }
}

fn check_payload(record: &RunRecord, bytes: u64) -> anyhow::Result<()> {
    let is_payload = (1..=PAYLOAD_BYTES_MAX as u64).contains(&bytes);
    anyhow::ensure!(
        is_payload,
        "{}/{}: expected a floor of 1 to {PAYLOAD_BYTES_MAX} bytes of payload in its `cost`, got {bytes}; the record was \
         changed, or written by another version",
        record.question,
        record.case.id
    );
    Ok(())
}

/// The middle of the readings, as a run takes that of its own.
fn nominal(readings: &[Reading]) -> anyhow::Result<Nominal> {
    let piece = |reading: &Reading| Piece {
        block: 0,
        time_ns: 1.0,
        floor_ns: reading.floor_ns.unwrap_or(NO_FLOOR_NS),
        reference_ns: reading.reference_ns,
    };
    let pieces: Vec<Piece> = readings.iter().map(piece).collect();
    Nominal::of(&pieces).map_err(|error| anyhow!("reading the yardsticks: {error}"))
}
