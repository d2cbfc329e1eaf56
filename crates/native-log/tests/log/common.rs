//! What the integration tests share.

use std::num::NonZeroU32;

use native_log::storage::{DirectoryChange, FailedSync, MemoryStorage, Storage};
use native_log::{Flusher, Log, LogOptions, Prepare, Sequence, Space, SyncMethod};
use std::sync::Arc;

/// A log of tiny segments, so that a few packets fill several.
pub(crate) fn tiny(space: Space) -> LogOptions {
    LogOptions {
        segment_bytes: 4096 + 1024,
        packet_bytes_max: 600,
        group_bytes_max: 2048,
        space,
        sync_method: SyncMethod::Fdatasync,
        ..LogOptions::growing_fdatasync()
    }
}

pub(crate) const SPACES: [Space; 5] = [
    Space::Growing,
    Space::SetLen,
    Space::Fallocate,
    Space::ZeroFilled,
    Space::Recycled { spare_segments_max: NonZeroU32::new(2).unwrap() },
];

pub(crate) const SYNC_METHODS: [SyncMethod; 5] = [
    SyncMethod::Fdatasync,
    SyncMethod::Fsync,
    SyncMethod::DataSyncOpen,
    SyncMethod::DataSyncWrite,
    SyncMethod::Never,
];

pub(crate) const FAILED_SYNCS: [FailedSync; 2] = [FailedSync::KeepsPending, FailedSync::MarksClean];

pub(crate) fn threaded(options: LogOptions) -> LogOptions {
    LogOptions { flusher: Flusher::OwnThread, prepare: Prepare::Ahead, ..options }
}

pub(crate) fn open(storage: &MemoryStorage, options: LogOptions) -> Result<Log, native_log::Error> {
    Log::open_on(Arc::new(storage.clone()), options)
}

/// A packet whose bytes say which one it is: its number, then a pattern of its own.
pub(crate) fn packet(number: u64, length: usize) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.extend((0..length as u64).map(|at| (number.wrapping_mul(31) ^ at) as u8));
    bytes.truncate(length.max(1));
    bytes
}

/// Every packet of the log from `from`, as (sequence, records, bytes).
pub(crate) fn read_all(log: &Log, from: Sequence) -> Vec<(u64, u32, Vec<u8>)> {
    let mut reader = log.read_from(from).expect("readable");
    let mut packets = Vec::new();
    while let Some(packet) = reader.next().expect("readable") {
        packets.push((packet.sequence().get(), packet.records(), packet.bytes().to_vec()));
    }
    packets
}

/// The only segment of the log, or the last one.
pub(crate) fn last_segment(storage: &MemoryStorage) -> String {
    let mut names = storage.list().expect("listable");
    names.retain(|name| name.starts_with("segment-"));
    names.sort();
    names.pop().expect("a log has a segment")
}

/// Takes a file away.
pub(crate) fn unlink(storage: &MemoryStorage, name: &str) {
    storage.change(DirectoryChange::Unlink(name)).expect("there");
}
