//! A log with SQLite fed by a thread that reads the log: as an engine, and behind the write-path traits.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use native_log::{LogOptions, Prepare, Sequence};

use super::database::{FedDatabase, directory_of_database};
use super::front::directory_of_log;
use super::spec::{Retention, TailedLogSpec, Tailing};
use super::tailer::{self, Lag};
use crate::axis::AxisValue;
use crate::checkpoint::CheckpointCall;
use crate::counters::Counters;
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::inspect::{Inspect, Settings, SqliteIdentity, StorageSizes};
use crate::log::LogPath;
use crate::operation::{Packet, Ticket};
use crate::path::{Admission, ConcurrentPath, SharedReader, WritePath, answer};
use crate::read::{Query, ReadPath};
use crate::record::Record;
use crate::spec::{PathFacts, PathSpec};
use crate::worker::{Ending, Worker, ask};

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

    fn facts(&self) -> PathFacts {
        let of_database = self.sqlite.facts();
        PathFacts {
            initial_state_bytes: of_database.initial_state_bytes,
            sqlite_build: of_database.sqlite_build,
            // SQLite has no part in the ack.
            ..PathFacts::of(self.front().promise())
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>> {
        Ok(Box::new(TailedLogPath::open(*self, directory)?))
    }

    /// The thread feeds nothing before it is told to drain.
    fn for_audit(&self) -> Option<Arc<dyn PathSpec>> {
        let log = LogOptions { prepare: Prepare::WhenNeeded, ..self.log };
        let sqlite = self.sqlite.without_checkpoints();
        let tailing =
            Tailing { operations_enough: NonZeroU32::MAX, wait_max: Duration::MAX, ..self.tailing };
        Some(Arc::new(Self { log, sqlite, tailing, ..*self }))
    }

    fn recover(&self, directory: &Path) -> Result<Digest> {
        let path = Box::new(TailedLogPath::open(*self, directory)?);
        let digest = path.ask(|database| database.digest())?;
        path.close()?;
        Ok(digest)
    }

    fn examine(&self, directory: &Path) -> Result<()> {
        self.sqlite.examine(&directory_of_database(directory))
    }
}

/// An open log and the thread that feeds its database.
///
/// Dropping it ends the thread and leaves log and database as they stand.
pub(super) struct TailedLogPath {
    spec: TailedLogSpec,
    log: Arc<LogPath>,
    tailer: Worker<Lag>,
}

impl TailedLogPath {
    /// Opens both, and returns when the database has all that the log has.
    pub(super) fn open(spec: TailedLogSpec, directory: &Path) -> Result<Self> {
        spec.check()?;
        let log = LogPath::open(spec.log, &directory_of_log(directory))?;
        Self::behind(log, spec, directory)
    }

    /// Opens the database behind a log that is open.
    pub(super) fn behind(log: LogPath, spec: TailedLogSpec, directory: &Path) -> Result<Self> {
        let (log, directory) = (Arc::new(log), directory.to_path_buf());
        let tailer = tailer::start(spec, directory, Arc::clone(&log), Lag::new(spec.tailing))?;
        Ok(Self { spec, log, tailer })
    }

    fn lag(&self) -> &Lag {
        self.tailer.shared()
    }

    /// Lets the tailer do something with its database.
    pub(super) fn ask<Answer: Send + 'static>(
        &self,
        work: impl FnOnce(&mut FedDatabase) -> Result<Answer> + Send + 'static,
    ) -> Result<Answer> {
        ask(|command| self.lag().send(command), work).map_err(WriteError::of_feeding)
    }

    /// Makes the log's last packets durable and waits until the database has them.
    fn catch_up(&self) -> Result<()> {
        self.lag().ack(self.log.log.flush()?.get());
        self.lag().wait_until_caught_up()
    }
}

impl ConcurrentPath for TailedLogPath {
    fn submit(&self, packet: &Packet) -> Result<Ticket> {
        // What the database would refuse after the ack must not get into the log.
        let table = self.spec.sqlite.table;
        packet.operations().iter().try_for_each(|operation| table.check(operation))?;
        let operations = packet.len() as u64;
        self.lag().hand_in(operations)?;
        let submitted = ConcurrentPath::submit(&*self.log, packet);
        if submitted.is_err() {
            self.lag().take_back(operations);
        }
        submitted
    }

    fn wait(&self, ticket: Ticket) -> Result<()> {
        ConcurrentPath::wait(&*self.log, ticket)?;
        self.lag().ack(ticket.0);
        if self.lag().operations() <= self.spec.tailing.lag_operations.get() {
            return Ok(());
        }
        // Others may have handed in what nobody waits for yet, and it is part of the lag.
        self.lag().ack(self.log.log.flush()?.get());
        self.lag().wait_until_bounded()
    }

    fn read(&self, query: Query, found: &mut Vec<Record>) -> Result<u64> {
        self.lag().ack(self.log.log.acked_through().get());
        self.lag().wait_until_caught_up()?;
        let (count, records) = self.ask(move |database| answer(&mut database.path, query))?;
        found.extend(records);
        Ok(count)
    }
}

impl WritePath for TailedLogPath {
    fn reach_steady_state(&mut self) -> Result<()> {
        self.ask(|database| database.path.reach_steady_state())?;
        // A log that keeps everything reuses nothing, and one that holds packets is past this.
        let log = &self.log.log;
        if self.spec.retention == Retention::Everything || log.appended_through() > Sequence::NONE {
            return Ok(());
        }
        self.log.reach_reuse()?;
        let place = log.acked_through().get();
        self.ask(move |database| database.feed(&[], place))?;
        self.lag().stand_at(place);
        Ok(())
    }

    fn recycle(&mut self) -> Result<Digest> {
        self.catch_up()?;
        self.ask(FedDatabase::settle)?;
        // What the log lets go of is in the database.
        Ok(Digest::default())
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket> {
        ConcurrentPath::submit(self, packet)
    }

    fn wait(&mut self, ticket: Ticket) -> Result<()> {
        ConcurrentPath::wait(self, ticket)
    }

    fn after_ack(&mut self) -> Result<()> {
        self.lag().tell()
    }

    fn drain(&mut self) -> Result<()> {
        self.catch_up()?;
        self.log.settle()?;
        self.ask(FedDatabase::settle)
    }

    fn counters(&self) -> Counters {
        // A thread that is gone has nothing more to tell.
        let of_database = self.ask(|database| Ok(database.path.counters())).unwrap_or_default();
        Counters { own: self.log.counters().own + of_database.own, ..of_database }
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        Admission::Concurrent(self)
    }

    fn suspend(&mut self) {
        // A thread that is gone has nothing to suspend, which `resume` tells.
        let _gone = self.ask(|database| {
            database.path.suspend();
            Ok(())
        });
    }

    fn resume(&mut self) -> Result<()> {
        self.ask(|database| database.path.resume())
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>> {
        Ok(Some(Box::new(SharedReader(self))))
    }

    fn close(mut self: Box<Self>) -> Result<()> {
        // What the thread failed at was told before, to whoever met it, or is told here.
        let was_told = self.lag().was_told();
        let caught_up = self.catch_up();
        self.lag().end(Ending::Close);
        let closed = self.tailer.stop();
        let Self { log, .. } = *self;
        let log_closed = match (&caught_up, Arc::into_inner(log)) {
            (Ok(()), Some(log)) => Box::new(log).close(),
            // After a failure the log is left as a crash would leave it.
            (Err(_told_below), _) => Ok(()),
            // The thread, which alone had another hand on it, has ended.
            (Ok(()), None) => Err(WriteError::Stopped),
        };
        let caught_up = match caught_up {
            Err(WriteError::InThread { .. }) if was_told => Ok(()),
            caught_up => caught_up,
        };
        caught_up.and(closed).and(log_closed)
    }
}

impl Inspect for TailedLogPath {
    fn settings(&self) -> Result<Settings> {
        let mut settings = self.log.settings()?;
        settings.extend(self.ask(|database| database.path.settings())?);
        let own = ["front", "feed", "lag_max", "retention"];
        let axes = self.spec.axes().into_iter().filter(|axis| own.contains(&axis.axis));
        settings.extend(axes.map(AxisValue::into_setting));
        Ok(settings)
    }

    fn identity(&self) -> Result<Option<SqliteIdentity>> {
        self.ask(|database| database.path.identity())
    }

    fn storage_sizes(&self) -> Result<StorageSizes> {
        let front_log_bytes = Some(self.log.storage_sizes()?.database_bytes);
        let of_database = self.ask(|database| database.path.storage_sizes())?;
        Ok(StorageSizes { front_log_bytes, ..of_database })
    }

    fn lag_operations(&self) -> Option<u64> {
        Some(self.lag().operations())
    }

    fn wal_resets(&self) -> Result<Option<u64>> {
        self.ask(|database| database.path.wal_resets())
    }

    fn take_checkpoints(&self) -> Vec<CheckpointCall> {
        self.ask(|database| Ok(database.path.take_checkpoints())).unwrap_or_default()
    }
}
