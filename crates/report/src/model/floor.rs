//! The floors that were measured beside the cases.

use measure::floor::SyncCall;
use measure::record::RunRecord;
use measure::spread::Spread;

use crate::evidence::is_in_memory;

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
    let only_memory = records.iter().all(|record| is_in_memory(record));
    let measured = || {
        records
            .iter()
            .filter(move |record| only_memory || !is_in_memory(record))
            .flat_map(|record| record.floor.iter().chain(&record.fsync_floor))
    };
    let mut kinds: Vec<(SyncCall, u64)> =
        measured().map(|floor| (floor.sync_call, floor.payload_bytes)).collect();
    kinds.sort_by_key(|(call, payload)| (*call == SyncCall::Fsync, call.name(), *payload));
    kinds.dedup();
    let line = |(sync_call, payload_bytes): (SyncCall, u64)| {
        let same = || {
            measured().filter(move |floor| {
                floor.sync_call == sync_call && floor.payload_bytes == payload_bytes
            })
        };
        let medians = same().filter_map(|floor| floor.summary.p50_ns).map(|ns| ns as f64);
        Some(FloorLine {
            sync_call,
            payload_bytes,
            p50_ns: Spread::of(medians.collect())?,
            longest_ns: same().filter_map(|floor| floor.summary.max_ns).max()?,
        })
    };
    kinds.into_iter().filter_map(line).collect()
}
