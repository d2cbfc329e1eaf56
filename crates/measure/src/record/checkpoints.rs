//! The checkpoints of a case: how many, how long, and what they found.

use serde::{Deserialize, Serialize};

/// The checkpoints of a case while it was timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointsRecord {
    /// How many were called.
    pub count: u64,
    /// How many of them something was in the way of.
    pub hindered: u64,
    /// The longest in ns.
    pub longest_ns: u64,
    /// The median in ns.
    pub p50_ns: u64,
    /// All of them in ns.
    pub total_ns: u64,
    /// Their time over the time in which packets were driven.
    pub time_share: f64,
    /// Frames that they copied into the database.
    pub frames_copied: u64,
    /// The same for each caller, those without a call left out.
    pub callers: Vec<CallerRecord>,
    /// The longest thousand of them, in the order of time.
    pub calls: CheckpointColumns,
}

/// The checkpoints of one caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerRecord {
    /// Who called: `commit`, `after_ack` or `background`.
    pub caller: String,
    /// How many.
    pub count: u64,
    /// The longest in ns.
    pub longest_ns: u64,
    /// All of them in ns.
    pub total_ns: u64,
}

/// Checkpoints call by call: each column has one value for each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointColumns {
    /// When it began, in ns since the case's timing did, pauses included.
    pub begun_ns: Vec<u64>,
    /// How long it took, in ns.
    pub duration_ns: Vec<u64>,
    /// `passive`, `full`, `restart` or `truncate`.
    pub mode: Vec<String>,
    /// `commit`, `after_ack` or `background`.
    pub caller: Vec<String>,
    /// `done`, `busy` or `locked`.
    pub answer: Vec<String>,
    /// Frames in the WAL when it ended; null where it was turned away at once.
    pub frames_in_wal: Vec<Option<u64>>,
    /// Those of them that were in the database, earlier calls' included.
    pub frames_in_database: Vec<Option<u64>>,
    /// Bytes of the WAL file before it.
    pub wal_bytes_before: Vec<u64>,
    /// Bytes of the WAL file after it.
    pub wal_bytes_after: Vec<u64>,
    /// Bytes of the database file after it.
    pub database_bytes: Vec<u64>,
}
