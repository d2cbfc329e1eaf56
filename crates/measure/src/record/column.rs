//! Columns of a question's table, as it declares them: stable keys, whatever a renderer calls them.

use serde::{Deserialize, Serialize};

/// A column of the table of cases.
///
/// The common ones stand in every table; a question declares its own beside them. One that no case fills is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The case's id.
    Case,
    /// Records acked per second.
    Acked,
    /// The acked rate beside the highest of the table, drawn.
    Bar,
    /// Records per second with everything that the path owes in the time.
    Drained,
    /// The time of a packet, query or checkpoint at the run's nominal yardsticks.
    Time,
    /// How many floors that takes.
    A,
    /// How many CPU references that takes.
    B,
    /// Hand-in to ack, the median.
    P50,
    /// Hand-in to ack, the 99th percentile.
    P99,
    /// Hand-in to ack, the longest.
    Longest,
    /// What closing, reopening and comparing found.
    Verified,
    /// Hand-in to ack, the 99.9th percentile.
    P999,
    /// The WAL at its largest.
    WalMax,
    /// The database file at the end.
    DatabaseSize,
    /// Pages on the freelist at the end.
    FreePages,
    /// What most of the slowest acks waited for, with its share of them.
    SlowestWaitedFor,
    /// What a concurrent reader was answered per second.
    ReadsPerSecond,
    /// How long it waited for an answer, the 99th percentile.
    ReaderP99,
    /// Bytes that reached the device for each byte of payload that was acked.
    DeviceBytesPerAckedByte,
    /// Counted syncs per commit.
    SyncsPerCommit,
    /// Bytes handed to write calls per record.
    BytesPerRecord,
    /// Checkpoints while the case was timed.
    Checkpoints,
    /// How long they took, the median.
    CheckpointP50,
    /// How long they took, the longest.
    CheckpointLongest,
    /// How many times as long as one floor an ack takes.
    FloorsPerAck,
    /// How far the time is known: half of its 95 % interval over blocks, relative.
    Spread,
    /// How much longer than one floor an ack takes.
    BeyondFloor,
}

impl Column {
    /// Those of every table, in their order; a question's own stand before the last.
    pub const COMMON: [Self; 11] = [
        Self::Case,
        Self::Acked,
        Self::Bar,
        Self::Drained,
        Self::Time,
        Self::A,
        Self::B,
        Self::P50,
        Self::P99,
        Self::Longest,
        Self::Verified,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_stored_by_stable_keys() {
        let columns = [Column::Case, Column::P999, Column::WalMax, Column::DeviceBytesPerAckedByte];
        let text = serde_json::to_string(&columns).unwrap();
        assert_eq!(text, r#"["case","p999","wal_max","device_bytes_per_acked_byte"]"#);
        assert_eq!(serde_json::from_str::<Vec<Column>>(&text).unwrap(), columns);
    }
}
