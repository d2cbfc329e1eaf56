//! Checkpoints: how long they take, what they stall, what they copy, and what they leave in the WAL.

use measure::attribution::Cause;
use measure::record::{CheckpointsRecord, RunRecord};

use crate::claims::estimate::{Estimate, Origin, Samples};
use crate::claims::figures::{no_figure, too_few};

const CHECKPOINTS: &str = "checkpoints while it was timed";

/// Calls in each third of a case of which its WAL's growth is told.
const CALLS_PER_THIRD_MIN: usize = 3;

pub(super) fn durations(record: &RunRecord) -> Result<Samples, String> {
    let durations = checkpoints(record)?.calls.duration_ns.iter().map(|ns| *ns as f64);
    let values = durations.collect();
    Ok(Samples { values, origin: Origin::OneStore, what: CHECKPOINTS })
}

/// The slowest acks are a hundredth of all, and at least ten.
pub(super) fn stalled_share(record: &RunRecord) -> Result<Estimate, String> {
    let missing = || no_figure(record, "attribution of its slowest acks");
    let attribution = record.attribution.as_ref().ok_or_else(missing)?;
    let stalled = attribution.causes.iter().find(|cause| cause.cause == Cause::OwnCheckpoint);
    let stalled = stalled.ok_or_else(missing)?.acks;
    Estimate::share(stalled, attribution.slowest).ok_or_else(missing)
}

/// A call that was turned away, or found all that it left before and no frame more in the database, copied nothing.
pub(super) fn idle_share(record: &RunRecord) -> Result<Estimate, String> {
    let calls = &checkpoints(record)?.calls;
    let mut before = Some(0);
    let mut idle = 0;
    for in_database in &calls.frames_in_database {
        if in_database.is_none() || *in_database == before {
            idle += 1;
        }
        before = in_database.or(before);
    }
    let of = calls.frames_in_database.len() as u64;
    Estimate::share(idle, of).ok_or_else(|| no_figure(record, CHECKPOINTS))
}

/// By the frames that the timed checkpoints of each block found, the last third of them over the first.
pub(super) fn wal_growth(record: &RunRecord) -> Result<Estimate, String> {
    let stores: Vec<Vec<f64>> = frames_by_store(record)?;
    let fewest = stores.iter().map(Vec::len).min().unwrap_or_default();
    let expected = 3 * if stores.len() == 1 { CALLS_PER_THIRD_MIN } else { 1 };
    if fewest < expected {
        return Err(too_few(record, CHECKPOINTS, expected, fewest));
    }
    let thirds = |frames: &[f64]| {
        let third = frames.len() / 3;
        [&frames[..third], &frames[frames.len() - third..]].map(<[f64]>::to_vec)
    };
    let estimate = if let [frames] = &stores[..] {
        let [first, last] = thirds(frames).map(|values| Samples {
            values,
            origin: Origin::SameStore,
            what: CHECKPOINTS,
        });
        Estimate::ratio(&last, &first, false, 1)
    } else {
        let growth = |frames: &Vec<f64>| {
            let [first, last] = thirds(frames).map(|values| geometric_mean(&values));
            last / first
        };
        let values = stores.iter().map(growth).collect();
        Estimate::of(&Samples { values, origin: Origin::Blocks, what: CHECKPOINTS }, 1)
    };
    estimate.ok_or_else(|| no_figure(record, "frames in its WAL"))
}

/// The frames that each block's calls found in its WAL. Blocks lie apart in time, the calls of one close together: the
/// longest breaks are those between blocks.
fn frames_by_store(record: &RunRecord) -> Result<Vec<Vec<f64>>, String> {
    let calls = &checkpoints(record)?.calls;
    let blocks = record.block_count().unwrap_or(1);
    let mut breaks: Vec<(u64, usize)> = calls
        .begun_ns
        .windows(2)
        .enumerate()
        .map(|(place, begun)| (begun[1].saturating_sub(begun[0]), place + 1))
        .collect();
    breaks.sort_unstable_by_key(|(length, _)| std::cmp::Reverse(*length));
    let mut begins: Vec<usize> =
        breaks.iter().take(blocks.saturating_sub(1)).map(|(_, place)| *place).collect();
    begins.sort_unstable();
    let mut stores = Vec::new();
    let mut begin = 0;
    for end in begins.into_iter().chain([calls.frames_in_wal.len()]) {
        let frames = calls.frames_in_wal.get(begin..end).unwrap_or_default();
        stores.push(frames.iter().flatten().map(|frames| *frames as f64).collect());
        begin = end;
    }
    Ok(stores)
}

fn geometric_mean(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().map(|value| value.ln()).sum();
    (sum / values.len() as f64).exp()
}

fn checkpoints(record: &RunRecord) -> Result<&CheckpointsRecord, String> {
    record.checkpoints.as_ref().ok_or_else(|| no_figure(record, CHECKPOINTS))
}
