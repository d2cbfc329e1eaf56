//! The floors that were measured beside the cases.

use std::collections::BTreeMap;

use measure::floor::SyncCall;
use measure::record::{FloorRecord, RunRecord};
use measure::spread::Spread;

/// The floor of one sync call at one payload, over all cases beside which it was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct FloorLine {
    /// The call that made each write durable.
    pub sync_call: SyncCall,
    /// The size of each write in bytes.
    pub payload_bytes: u64,
    /// The medians beside the cases in ns, one sample for each case.
    pub p50_ns: Spread,
    /// The longest write beside any case in ns.
    pub longest_ns: u64,
}

/// The floors beside some cases, by sync call and payload. Those in memory are left out where there are
/// others: they say nothing of the disk, and an average over both would say nothing at all.
#[must_use]
pub fn floors(records: &[&RunRecord]) -> Vec<FloorLine> {
    let only_memory = records.iter().all(|record| record.is_in_memory());
    let told = records.iter().filter(|record| only_memory || !record.is_in_memory());
    let mut kinds: BTreeMap<(bool, &str, u64), Vec<&FloorRecord>> = BTreeMap::new();
    for floor in told.flat_map(|record| record.floor.iter().chain(&record.fsync_floor)) {
        let (call, payload) = (floor.sync_call, floor.payload_bytes);
        let kind = (call == SyncCall::Fsync, call.name(), payload);
        kinds.entry(kind).or_default().push(floor);
    }
    let line = |same: Vec<&FloorRecord>| {
        let medians = same.iter().filter_map(|floor| floor.summary.p50_ns).map(|ns| ns as f64);
        Some(FloorLine {
            sync_call: same[0].sync_call,
            payload_bytes: same[0].payload_bytes,
            p50_ns: Spread::of(medians.collect())?,
            longest_ns: same.iter().filter_map(|floor| floor.summary.max_ns).max()?,
        })
    };
    kinds.into_values().filter_map(line).collect()
}
