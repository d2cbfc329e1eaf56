//! The typed description of a log with SQLite fed after the ack.

use super::front::FrontLog;
use crate::axis::AxisValue;
use crate::sqlite::SqliteSpec;

/// A log that acknowledges, and SQLite that gets the packets after the ack, on the same thread.
#[derive(Debug, Clone, Copy)]
pub struct LogThenSqliteSpec {
    /// The log.
    pub log: FrontLog,
    /// The database.
    pub sqlite: SqliteSpec,
    /// When the database gets what is acked.
    pub feed: FeedAfterAck,
}

/// When the database gets what is acked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedAfterAck {
    /// After each ack, in one transaction: the first document's last arm (noria, e56591db).
    EachAck,
    /// Once more than so many rows wait in memory, where they are read meanwhile: its buffer
    /// (distributary, 515dd54d).
    Buffered {
        /// Rows that may wait; 10,000 there (`--persistent-batch-size`).
        rows_max: u32,
    },
}

impl FeedAfterAck {
    pub(super) fn axis(self) -> AxisValue {
        match self {
            Self::EachAck => AxisValue::labelled("feed", "each_ack", "eachack"),
            Self::Buffered { rows_max } => AxisValue::labelled(
                "feed",
                format!("buffered:rows={rows_max}"),
                format!("buffer{rows_max}"),
            ),
        }
    }

    pub(super) fn name(self) -> String {
        self.axis().value
    }

    /// Rows that may wait in memory.
    pub(super) fn rows_max(self) -> u64 {
        match self {
            Self::EachAck => 0,
            Self::Buffered { rows_max } => rows_max.into(),
        }
    }
}
