//! The typed descriptions of a log with SQLite behind it: fed after the ack, or by a thread that reads the log.

use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use native_log::{LogOptions, Prepare};
use sqlite_builds::SyncCall;

use crate::axis::AxisValue;
use crate::error::{Result, WriteError};
use crate::log::LogSpec;
use crate::soup::SoupLogFile;
use crate::spec::PathSpec as _;
use crate::sqlite::{JournalMode, Pragmas, SqliteSpec, Synchronous, refuse_one_thread};

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

/// Which log stands before the database.
#[derive(Debug, Clone, Copy)]
pub enum FrontLog {
    /// The native log. Its places are sequences.
    Native {
        /// Every option of the log.
        options: LogOptions,
        /// What it keeps.
        retention: Retention,
    },
    /// Soup's, which keeps everything. Its places are lengths of the file in bytes.
    Soup(SoupLogFile),
}

/// What the log before a database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Everything, so that the database can be made again from it.
    Everything,
    /// What the database may not have yet. Whole segments go once the database holds their packets
    /// durably, which it is asked for each time. Only for settings that keep a database whole in a power cut.
    Unfed,
}

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

    /// Rows that may wait in memory.
    pub(super) fn rows_max(self) -> u64 {
        match self {
            Self::EachAck => 0,
            Self::Buffered { rows_max } => rows_max.into(),
        }
    }
}

impl FrontLog {
    pub(super) fn axes(&self) -> Vec<AxisValue> {
        match self {
            Self::Native { options, retention } => {
                let mut axes = vec![AxisValue::labelled("front", "native_log", "native")];
                axes.extend(LogSpec::new(*options).axes());
                axes.push(retention.axis());
                axes
            }
            Self::Soup(_) => vec![AxisValue::labelled("front", "soup_log", "souplog")],
        }
    }

    pub(super) fn promise(&self) -> Option<SyncCall> {
        match self {
            Self::Native { options, .. } => LogSpec::new(*options).facts().promise,
            Self::Soup(_) => Some(SyncCall::Fdatasync),
        }
    }

    pub(super) fn retention(&self) -> Retention {
        match self {
            Self::Native { retention, .. } => *retention,
            Self::Soup(_) => Retention::Everything,
        }
    }

    /// The same log with nothing prepared beside its commits.
    pub(super) fn for_audit(self) -> Self {
        match self {
            Self::Native { options, retention } => {
                let options = LogOptions { prepare: Prepare::WhenNeeded, ..options };
                Self::Native { options, retention }
            }
            Self::Soup(_) => self,
        }
    }
}

impl Retention {
    pub(super) fn axis(self) -> AxisValue {
        match self {
            Self::Everything => AxisValue::labelled("retention", "everything", "keepall"),
            Self::Unfed => AxisValue::labelled("retention", "unfed", "keepunfed"),
        }
    }

    /// Refuses to drop what a database of these settings may need again.
    pub(super) fn check(self, pragmas: &Pragmas) -> Result<()> {
        if self == Self::Everything || survives_power_cuts(pragmas) {
            return Ok(());
        }
        let (journal_mode, synchronous) = (pragmas.journal_mode.name(), pragmas.synchronous.name());
        Err(WriteError::Unfit(format!(
            "journal_mode {journal_mode} and synchronous {synchronous} do not keep the database whole in a power cut, so \
             that the log is all there is; keep all of it, or choose journal_mode wal and synchronous normal"
        )))
    }
}

/// Whether a database under these settings is whole after any crash, if perhaps not up to date
/// (<https://sqlite.org/pragma.html#pragma_synchronous> and `#pragma_journal_mode`).
pub(super) fn survives_power_cuts(pragmas: &Pragmas) -> bool {
    let rolls_back = !matches!(pragmas.journal_mode, JournalMode::Off | JournalMode::Memory);
    rolls_back && pragmas.synchronous != Synchronous::Off
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

    pub(super) fn check(&self) -> Result<()> {
        self.retention.check(&self.sqlite.pragmas)?;
        refuse_one_thread(self.sqlite.build, "the tailer and its readers")
    }
}
