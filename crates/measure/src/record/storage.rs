//! What a case did to the disk, and what it left there.

use serde::{Deserialize, Serialize};

use crate::device::WrittenBytes;

/// Syncs and writes, counted by the build or by the log's storage over warm commits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncAudit {
    /// How many commits were counted.
    pub commits_counted: u64,
    /// `fsync` and `fdatasync` calls per commit, those of directories included.
    pub syncs_per_commit: f64,
    /// Syncs of directories per commit.
    pub directory_syncs_per_commit: f64,
    /// Write calls per commit.
    pub writes_per_commit: f64,
    /// Bytes handed to write calls per commit.
    pub bytes_per_commit: f64,
    /// Bytes handed to write calls per record.
    pub bytes_per_record: f64,
    /// Syncs of one checkpoint, counted apart; null where there is no checkpoint.
    pub checkpoint_syncs: Option<u64>,
}

/// Sizes of what lies on the disk. A size that an engine does not have is null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpaceRecord {
    /// The database file at the end, drained, in bytes.
    pub database_bytes: Option<u64>,
    /// The WAL at its largest, in bytes.
    pub wal_bytes_max: Option<u64>,
    /// The log's segments at the end, in bytes.
    pub log_bytes: Option<u64>,
    /// Pages on the freelist at the end.
    pub freelist_pages: Option<u64>,
    /// Everything on the disk at the end over the payload of the records that are in it.
    pub bytes_per_payload_byte: Option<f64>,
}

/// Bytes on their way to the disk while the case was timed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// The counters' differences.
    #[serde(flatten)]
    pub written: WrittenBytes,
    /// Bytes that reached the device, from every process, per record of the case.
    pub device_bytes_per_record: Option<f64>,
    /// Bytes of the page cache that this process made dirty, whole folios, per record of the case.
    pub process_write_bytes_per_record: Option<f64>,
}

/// What closing, reopening and comparing found. A mismatch fails the case, and a failed case writes
/// no record: a stored one tells what was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyRecord {
    /// Records that were acked and not deleted again.
    pub acked_records: u64,
    /// Records that were there.
    pub found_records: u64,
    /// Whether the digest of what was there is that of what was acked.
    pub digest_ok: bool,
    /// How it was compared, and what the comparison leaves out.
    pub note: String,
}

impl DeviceRecord {
    /// The record of what was written for `records` records; per record only when there were some.
    #[must_use]
    pub fn of(written: WrittenBytes, records: u64) -> Self {
        let per_record = |bytes: Option<u64>| {
            bytes.filter(|_| records > 0).map(|bytes| bytes as f64 / records as f64)
        };
        Self {
            written,
            device_bytes_per_record: per_record(written.device_bytes_written),
            process_write_bytes_per_record: per_record(written.process_write_bytes),
        }
    }
}
