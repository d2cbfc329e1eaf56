//! A log and SQLite behind it as engines: their axes, their promise, and how they are opened and read back.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use native_log::{LogOptions, Prepare};
use sqlite_builds::SqliteBuild;

use super::database::{FedDatabase, directory_of_database};
use super::path::LogThenSqlitePath;
use super::spec::{FeedAfterAck, FrontLog, LogThenSqliteSpec, TailedLogSpec, Tailing};
use super::tailed_path::TailedLogPath;
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::path::WritePath;
use crate::soup::SoupLogFile;
use crate::spec::{PathSpec, SyncPromise};

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
        let LogThenSqlitePath { database, .. } = LogThenSqlitePath::open(*self, directory)?;
        let digest = database.digest()?;
        database.close()?;
        Ok(digest)
    }

    fn examine(&self, directory: &Path) -> Result<(), WriteError> {
        self.sqlite.examine(&directory_of_database(directory))
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

impl PathSpec for TailedLogSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::labelled("engine", "log-then-sqlite", "logsql")
    }

    fn axes(&self) -> Vec<AxisValue> {
        let mut axes = self.front().axes();
        axes.extend(self.sqlite.axes());
        axes.extend(self.tailing.axes());
        axes
    }

    /// That of the log: SQLite has no part in the ack.
    fn promise(&self) -> SyncPromise {
        self.front().promise()
    }

    fn initial_state_bytes(&self) -> u64 {
        self.sqlite.initial_state_bytes()
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        Ok(Box::new(TailedLogPath::open(*self, directory)?))
    }

    /// The thread feeds nothing before it is told to drain.
    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let log = LogOptions { prepare: Prepare::WhenNeeded, ..self.log };
        let sqlite = self.sqlite.without_checkpoints();
        let tailing =
            Tailing { operations_enough: NonZeroU32::MAX, wait_max: Duration::MAX, ..self.tailing };
        Self { log, sqlite, tailing, ..*self }.open(directory)
    }

    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        let path = Box::new(TailedLogPath::open(*self, directory)?);
        let digest = path.try_ask(|database: &mut FedDatabase| database.digest())?;
        path.close()?;
        Ok(digest)
    }

    fn examine(&self, directory: &Path) -> Result<(), WriteError> {
        self.sqlite.examine(&directory_of_database(directory))
    }

    fn sqlite_build(&self) -> Option<&'static SqliteBuild> {
        Some(self.sqlite.build)
    }
}
