//! A log with SQLite fed after the ack: as an engine, and behind the write-path trait.

use std::path::Path;
use std::sync::Arc;

use super::database::{FedDatabase, Feeding, directory_of_database};
use super::front::{Front, directory_of_log};
use super::spec::{FeedAfterAck, FrontLog, LogThenSqliteSpec, Retention};
use crate::axis::AxisValue;
use crate::checkpoint::{CheckpointCall, Cycle};
use crate::counters::Counters;
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::inspect::{Inspect, Settings, SqliteIdentity, StorageSizes};
use crate::operation::{Operation, Packet, Ticket};
use crate::path::WritePath;
use crate::read::{Query, ReadPath};
use crate::record::Record;
use crate::soup::{Rows, SoupLogFile};
use crate::spec::{PathFacts, PathSpec};

/// Operations of one transaction while the database catches up with its log.
const CATCH_UP_OPERATIONS: usize = 10_000;

/// After so much payload the log lets go of what is fed.
const LET_GO_BYTES: u64 = 64 << 20;

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

    fn facts(&self) -> PathFacts {
        let of_database = self.sqlite.facts();
        PathFacts {
            initial_state_bytes: of_database.initial_state_bytes,
            // Fed after each ack, it repeats itself as the database does.
            cycle: match self.feed {
                FeedAfterAck::EachAck => of_database.cycle,
                FeedAfterAck::Buffered { rows_max } => Cycle::Operations(rows_max.into()),
            },
            sqlite_build: of_database.sqlite_build,
            // SQLite has no part in the ack.
            ..PathFacts::of(self.log.promise())
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>> {
        Ok(Box::new(LogThenSqlitePath::open(*self, directory)?))
    }

    fn for_audit(&self) -> Option<Arc<dyn PathSpec>> {
        let (log, sqlite) = (self.log.for_audit(), self.sqlite.without_checkpoints());
        Some(Arc::new(Self { log, sqlite, ..*self }))
    }

    fn recover(&self, directory: &Path) -> Result<Digest> {
        let LogThenSqlitePath { database, .. } = LogThenSqlitePath::open(*self, directory)?;
        let digest = database.digest()?;
        database.close()?;
        Ok(digest)
    }

    fn examine(&self, directory: &Path) -> Result<()> {
        self.sqlite.examine(&directory_of_database(directory))
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

/// An open log and the database behind it.
pub(super) struct LogThenSqlitePath {
    spec: LogThenSqliteSpec,
    pub(super) database: FedDatabase,
    /// Handed in, and not acked.
    pending: Vec<Packet>,
    /// Acked, and not in the database.
    buffer: Buffer,
    /// The place behind what is acked.
    acked_place: u64,
    submitted: u64,
    acked: u64,
    stopped: bool,
}

impl LogThenSqlitePath {
    /// Opens both and feeds the database what it has not got of the log.
    pub(super) fn open(spec: LogThenSqliteSpec, directory: &Path) -> Result<Self> {
        spec.log.retention().check(&spec.sqlite.pragmas)?;
        let front = Front::open(&spec.log, &directory_of_log(directory))?;
        Self::behind(front, spec, directory)
    }

    /// Opens the database behind a log that is open.
    pub(super) fn behind(front: Front, spec: LogThenSqliteSpec, directory: &Path) -> Result<Self> {
        let retention = spec.log.retention();
        let feeding = Feeding { sqlite: spec.sqlite, retention, let_go_bytes: LET_GO_BYTES };
        let mut database = FedDatabase::open(feeding, directory, front)?;
        catch_up(&mut database)?;
        let acked_place = database.place;
        Ok(Self {
            spec,
            database,
            pending: Vec::new(),
            buffer: Buffer::default(),
            acked_place,
            submitted: 0,
            acked: 0,
            stopped: false,
        })
    }

    /// Does what changes log or database, and stops the path for good if it fails.
    fn change<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.stopped {
            return Err(WriteError::Stopped);
        }
        let outcome = work(self);
        self.stopped = outcome.is_err();
        outcome
    }

    fn commit(&mut self) -> Result<()> {
        self.acked_place = self.database.front.commit(&self.pending)?;
        self.acked = self.submitted;
        let stays = self.spec.feed != FeedAfterAck::EachAck;
        self.buffer.extend(&mut self.pending, stays);
        Ok(())
    }

    fn feed(&mut self) -> Result<()> {
        if self.buffer.packets.is_empty() {
            return Ok(());
        }
        self.database.feed(&self.buffer.packets, self.acked_place)?;
        self.buffer = Buffer::default();
        self.database.let_go_of_enough()
    }

    fn settle(&mut self) -> Result<()> {
        if self.submitted > self.acked {
            self.commit()?;
        }
        self.feed()?;
        self.database.front.settle()?;
        self.database.settle()
    }
}

/// Feeds a database what its log has behind the place that it knows, up to the log's end. The log lets go of nothing
/// while it is read.
fn catch_up(database: &mut FedDatabase) -> Result<()> {
    let (mut packets, mut operations, mut last) = (Vec::new(), 0, database.place);
    let front = database.front.reading();
    front.visit_after(database.place, |place, packet| {
        last = place;
        let Some(packet) = packet else { return Ok(()) };
        operations += packet.len();
        packets.push(packet);
        if operations >= CATCH_UP_OPERATIONS {
            operations = 0;
            database.feed(&packets, place)?;
            packets.clear();
        }
        Ok(())
    })?;
    if last > database.place {
        database.feed(&packets, last)?;
    }
    database.caught_up()
}

impl WritePath for LogThenSqlitePath {
    fn reach_steady_state(&mut self) -> Result<()> {
        // A log that keeps everything reuses nothing, and one that holds packets is past this.
        let is_reused =
            self.spec.log.retention() != Retention::Everything && self.database.place == 0;
        self.change(|path| {
            path.database.path.reach_steady_state()?;
            if is_reused {
                path.acked_place = path.database.front.reach_steady_state()?;
                path.database.feed(&[], path.acked_place)?;
            }
            Ok(())
        })
    }

    fn recycle(&mut self) -> Result<Digest> {
        self.change(|path| {
            path.feed()?;
            path.database.let_go()
        })?;
        // What the log lets go of is in the database.
        Ok(Digest::default())
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket> {
        if self.stopped {
            return Err(WriteError::Stopped);
        }
        // What the database would refuse after the ack must not get into the log.
        let table = self.spec.sqlite.table;
        packet.operations().iter().try_for_each(|operation| table.check(operation))?;
        self.database.front.submit(packet)?;
        self.pending.push(packet.clone());
        self.submitted += 1;
        Ok(Ticket(self.submitted))
    }

    fn wait(&mut self, ticket: Ticket) -> Result<()> {
        if ticket.0 > self.acked { self.change(Self::commit) } else { Ok(()) }
    }

    fn after_ack(&mut self) -> Result<()> {
        if self.buffer.operations > self.spec.feed.rows_max() {
            return self.change(Self::feed);
        }
        Ok(())
    }

    fn drain(&mut self) -> Result<()> {
        self.change(Self::settle)
    }

    fn counters(&self) -> Counters {
        let of_database = self.database.path.counters();
        Counters { own: self.database.front.work_done() + of_database.own, ..of_database }
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn suspend(&mut self) {
        self.database.path.suspend();
    }

    fn resume(&mut self) -> Result<()> {
        self.database.path.resume()
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>> {
        if self.spec.feed == FeedAfterAck::EachAck || self.buffer.deletes {
            self.change(Self::feed)?;
        }
        let Self { database, buffer, .. } = self;
        let Some(database) = database.path.reader()? else { return Ok(None) };
        Ok(Some(Box::new(UnionReader { database, buffer })))
    }

    fn close(mut self: Box<Self>) -> Result<()> {
        if self.stopped {
            // The log is left as a crash would leave it, and the next opening feeds the rest.
            return self.database.abandon();
        }
        self.settle()?;
        self.database.close()
    }
}

impl Inspect for LogThenSqlitePath {
    fn settings(&self) -> Result<Settings> {
        let mut settings = self.database.front.settings()?;
        settings.extend(self.database.path.settings()?);
        let own = [self.spec.feed.axis(), self.spec.log.retention().axis()];
        settings.extend(own.map(AxisValue::into_setting));
        Ok(settings)
    }

    fn identity(&self) -> Result<Option<SqliteIdentity>> {
        self.database.path.identity()
    }

    fn storage_sizes(&self) -> Result<StorageSizes> {
        let front_log_bytes = Some(self.database.front.bytes()?);
        Ok(StorageSizes { front_log_bytes, ..self.database.path.storage_sizes()? })
    }

    fn lag_operations(&self) -> Option<u64> {
        Some(self.buffer.operations)
    }

    fn wal_frames(&self) -> Result<Option<u64>> {
        self.database.path.wal_frames()
    }

    fn wal_resets(&self) -> Result<Option<u64>> {
        self.database.path.wal_resets()
    }

    fn take_checkpoints(&self) -> Vec<CheckpointCall> {
        self.database.path.take_checkpoints()
    }
}

/// Packets that the log has and the database does not, with their rows where they are to be read.
#[derive(Debug, Default)]
struct Buffer {
    packets: Vec<Packet>,
    operations: u64,
    rows: Rows,
    /// Whether a deletion waits, which may concern a row of the database.
    deletes: bool,
}

impl Buffer {
    /// Takes in packets that were acked; `reads` if they may stay for a while and be asked for.
    fn extend(&mut self, packets: &mut Vec<Packet>, reads: bool) {
        for packet in &*packets {
            self.operations += packet.len() as u64;
            if reads {
                self.rows.apply(packet.operations());
                let is_deletion = |operation| matches!(operation, &Operation::Delete(_));
                self.deletes |= packet.operations().iter().any(is_deletion);
            }
        }
        self.packets.append(packets);
    }
}

/// Answers from the database and the buffer together: what is in the buffer came later.
struct UnionReader<'path> {
    database: Box<dyn ReadPath + 'path>,
    buffer: &'path Buffer,
}

impl ReadPath for UnionReader<'_> {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64> {
        if self.buffer.packets.is_empty() {
            return self.database.read(query, found);
        }
        let mut rows = &self.buffer.rows;
        match query {
            Query::VoteCount { .. } | Query::Votes { .. } => {
                let in_database = self.database.read(query, found)?;
                Ok(in_database + rows.read(query, found)?)
            }
            Query::FirstVote { .. } => match self.database.read(query, found)? {
                0 => rows.read(query, found),
                in_database => Ok(in_database),
            },
            // Rows in memory are kept by article.
            Query::Range { .. } => rows.read(query, found),
        }
    }
}
