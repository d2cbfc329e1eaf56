//! This machine's two yardsticks.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use fixture::ScratchRoot;
use measure::floor::PAYLOAD_BYTES_MAX;
use measure::record::RunRecord;
use measure::stats::{Nominal, Piece};
use runner::floors::Floors;
use runner::yardstick::{FloorReading, Yardsticks};

use crate::session::say;

/// Stands for the floor where none was read: the nominal one of it is read by nobody.
const NO_FLOOR_NS: f64 = 1.0;

/// What the disk and the processor take here, by the payload of the floor in bytes; `None` for cases that do not wait for
/// the disk.
pub(super) type Here = BTreeMap<Option<u64>, Nominal>;

/// Reads both yardsticks for so long, the floor with each payload that the records' costs have, in turns.
pub(super) fn measure(records: &[&RunRecord], time: Duration) -> anyhow::Result<Here> {
    let mut readings: BTreeMap<Option<u64>, Vec<Piece>> = BTreeMap::new();
    for record in records {
        let payload = record.cost.as_ref().and_then(|cost| cost.floor_payload_bytes);
        anyhow::ensure!(
            payload.is_none_or(|bytes| (1..=PAYLOAD_BYTES_MAX as u64).contains(&bytes)),
            "{}/{}: expected a floor of 1 to {PAYLOAD_BYTES_MAX} bytes of payload in its `cost`, got {}; the record was \
             changed, or written by another version",
            record.question,
            record.case.id,
            payload.unwrap_or_default()
        );
        readings.entry(payload).or_default();
    }
    let mut scratch = ScratchRoot::create(&fixture::target_directory()?)?;
    scratch.claim_disk()?;
    for warning in scratch.warnings() {
        say(format_args!("warning: {warning}"));
    }
    let mut floors = Floors::new(scratch.path())?;
    let mut yardsticks = Yardsticks::open()?;
    let begun = Instant::now();
    loop {
        for (payload, pieces) in &mut readings {
            fixture::check_interrupt()?;
            let bytes = payload.and_then(|bytes| NonZeroUsize::new(usize::try_from(bytes).ok()?));
            let floor = bytes.map_or(FloorReading::None, FloorReading::Of);
            let reading = yardsticks.read(&mut floors, floor)?;
            pieces.push(Piece {
                block: 0,
                time_ns: 1.0,
                floor_ns: reading.floor_ns.unwrap_or(NO_FLOOR_NS),
                reference_ns: reading.reference_ns,
            });
        }
        if begun.elapsed() >= time {
            break;
        }
    }
    // The middle of the readings, as a run takes that of its own.
    let nominal = |pieces: &[Piece]| {
        Nominal::of(pieces).map_err(|error| anyhow::anyhow!("reading the yardsticks: {error}"))
    };
    let reference_ns =
        nominal(&readings.values().flatten().copied().collect::<Vec<_>>())?.reference_ns;
    readings
        .into_iter()
        .map(|(payload, pieces)| {
            Ok((payload, Nominal { floor_ns: nominal(&pieces)?.floor_ns, reference_ns }))
        })
        .collect()
}
