//! The typed description of a log with SQLite fed after the ack.

use std::path::Path;
use std::sync::Arc;

use sqlite_builds::SqliteBuild;

use super::front::FrontLog;
use super::path::{LogThenSqlitePath, examine, recovered_digest};
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::path::{PathSpec, SyncPromise, WritePath};
use crate::soup::SoupLogFile;
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
    fn axis(self) -> AxisValue {
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

impl PathSpec for LogThenSqliteSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::labelled("engine", "log-then-sqlite", "logsql")
    }

    fn axes(&self) -> Vec<AxisValue> {
        let mut axes = self.log.axes();
        axes.extend(self.sqlite.axes());
        axes.push(self.feed.axis());
        axes
    }

    /// That of the log: SQLite has no part in the ack.
    fn promise(&self) -> SyncPromise {
        self.log.promise()
    }

    fn is_vanilla(&self) -> bool {
        false
    }

    fn initial_state_bytes(&self) -> u64 {
        self.sqlite.initial_state_bytes()
    }

    /// Fed after each ack, it repeats itself as the database does.
    fn cycle(&self) -> Cycle {
        match self.feed {
            FeedAfterAck::EachAck => self.sqlite.cycle(),
            FeedAfterAck::Buffered { rows_max } => Cycle::Operations(rows_max.into()),
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        Ok(Box::new(LogThenSqlitePath::open(*self, directory)?))
    }

    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let log = self.log.for_audit();
        let sqlite = self.sqlite.without_checkpoints();
        Self { log, sqlite, ..*self }.open(directory)
    }

    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        recovered_digest(*self, directory)
    }

    fn examine(&self, directory: &Path) -> Result<(), WriteError> {
        examine(&self.sqlite, directory)
    }

    fn sqlite_build(&self) -> Option<&'static SqliteBuild> {
        Some(self.sqlite.build)
    }

    fn as_shard(&self, shard: u32) -> Option<Arc<dyn PathSpec>> {
        match self.log {
            FrontLog::Native { .. } => None,
            FrontLog::Soup(file) => {
                let log = FrontLog::Soup(SoupLogFile { shard, ..file });
                Some(Arc::new(Self { log, ..*self }))
            }
        }
    }
}
