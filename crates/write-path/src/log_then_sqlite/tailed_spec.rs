//! The typed description of a log with SQLite fed by a thread that reads the log.

use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use native_log::LogOptions;
use sqlite_builds::ThreadMode;

use super::front::FrontLog;
use super::retention::Retention;
use crate::axis::AxisValue;
use crate::error::WriteError;
use crate::sqlite::SqliteSpec;

/// The native log, and SQLite that is fed from it in large transactions by a thread of its own: what
/// the first document proposed to try next.
#[derive(Debug, Clone, Copy)]
pub struct TailedLogSpec {
    /// Every option of the log.
    pub log: LogOptions,
    /// What the log keeps.
    pub retention: Retention,
    /// The database.
    pub sqlite: SqliteSpec,
    /// How the thread feeds it.
    pub tailing: Tailing,
}

/// How a thread feeds a database from a log. All counts are of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tailing {
    /// Enough to begin a transaction.
    pub operations_enough: NonZeroU32,
    /// The longest wait for so many; also that of the first operation that waits.
    pub wait_max: Duration,
    /// The most in one transaction, to the next whole packet.
    pub transaction_operations: NonZeroU32,
    /// The most that may be acked and not in the database: an ack that would exceed it waits.
    pub lag_operations: NonZeroU64,
}

impl Tailing {
    /// Transactions of 100,000 operations, each a tenth of a second of feeding or less; a lag of a
    /// million, which takes seconds to catch up with after a crash.
    pub const LARGE: Self = Self {
        operations_enough: NonZeroU32::new(20_000).expect("not zero"),
        wait_max: Duration::from_millis(50),
        transaction_operations: NonZeroU32::new(100_000).expect("not zero"),
        lag_operations: NonZeroU64::new(1_000_000).expect("not zero"),
    };

    pub(super) fn axes(self) -> [AxisValue; 2] {
        let enough = self.operations_enough;
        let (most, lag) = (self.transaction_operations, self.lag_operations);
        let ms = self.wait_max.as_millis();
        [
            AxisValue::labelled(
                "feed",
                format!("thread:operations={enough}:ms={ms}:transaction={most}"),
                format!("tail{most}"),
            ),
            AxisValue::labelled("lag_max", lag.to_string(), format!("lag{lag}")),
        ]
    }
}

impl TailedLogSpec {
    pub(super) fn front(&self) -> FrontLog {
        FrontLog::Native { options: self.log, retention: self.retention }
    }

    pub(super) fn check(&self) -> Result<(), WriteError> {
        self.retention.check(&self.sqlite.pragmas)?;
        if self.sqlite.build.thread_mode == ThreadMode::SingleThread {
            let build = self.sqlite.build.name;
            return Err(WriteError::OneThreadOnly {
                build,
                expected: "the tailer and its readers",
            });
        }
        Ok(())
    }
}
