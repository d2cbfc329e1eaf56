//! A log with SQLite fed after the ack, behind the write-path trait.

use std::path::Path;

use super::buffer::{Buffer, UnionReader};
use super::database::FedDatabase;
use super::database_files::directory_of_database;
use super::front::{Front, directory_of_log};
use super::retention::Retention;
use super::spec::{FeedAfterAck, LogThenSqliteSpec};
use crate::checkpoint::CheckpointCall;
use crate::counters::Counters;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::inspect::{Inspect, Settings, SqliteIdentity, StorageSizes};
use crate::operation::{Packet, Ticket};
use crate::path::{Admission, WritePath};
use crate::read::ReadPath;
use crate::spec::PathSpec as _;
use crate::sqlite::SqliteSpec;

/// Operations of one transaction while the database catches up with its log.
const CATCH_UP_OPERATIONS: usize = 10_000;

/// Payload of packets that are fed before the log may let go of them: each time costs a checkpoint.
const LET_GO_BYTES: u64 = 64 << 20;

/// An open log and the database behind it.
pub(super) struct LogThenSqlitePath {
    spec: LogThenSqliteSpec,
    front: Front,
    database: FedDatabase,
    /// Handed in, and not acked.
    pending: Vec<Packet>,
    /// Acked, and not in the database.
    buffer: Buffer,
    /// The place behind what is acked.
    acked_place: u64,
    submitted: u64,
    acked: u64,
    fed_bytes_since_let_go: u64,
    stopped: bool,
}

impl LogThenSqlitePath {
    /// Opens both and feeds the database what it has not got of the log.
    pub(super) fn open(spec: LogThenSqliteSpec, directory: &Path) -> Result<Self, WriteError> {
        spec.log.retention().check(&spec.sqlite.pragmas)?;
        let front = spec.log.open(&directory_of_log(directory))?;
        Self::behind(front, spec, directory)
    }

    /// Opens the database behind a log that is open.
    pub(super) fn behind(
        front: Front,
        spec: LogThenSqliteSpec,
        directory: &Path,
    ) -> Result<Self, WriteError> {
        let mut database = FedDatabase::open(spec.sqlite, directory, &front.state()?)?;
        catch_up(&front, &mut database)?;
        let acked_place = database.place();
        Ok(Self {
            spec,
            front,
            database,
            pending: Vec::new(),
            buffer: Buffer::default(),
            acked_place,
            submitted: 0,
            acked: 0,
            fed_bytes_since_let_go: 0,
            stopped: false,
        })
    }

    /// Does what changes log or database, and stops the path for good if it fails.
    fn change<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, WriteError>,
    ) -> Result<T, WriteError> {
        if self.stopped {
            return Err(WriteError::Stopped);
        }
        let outcome = work(self);
        self.stopped = outcome.is_err();
        outcome
    }

    fn commit(&mut self) -> Result<(), WriteError> {
        self.acked_place = self.front.commit(&self.pending)?;
        self.acked = self.submitted;
        let stays = self.spec.feed != FeedAfterAck::EachAck;
        self.buffer.extend(&mut self.pending, stays);
        Ok(())
    }

    fn feed(&mut self) -> Result<(), WriteError> {
        let packets = self.buffer.packets();
        if packets.is_empty() {
            return Ok(());
        }
        self.database.feed(packets, self.acked_place, self.front.log_identity()?)?;
        let fed_bytes: usize = packets.iter().map(Packet::payload_bytes).sum();
        self.fed_bytes_since_let_go += fed_bytes as u64;
        self.buffer.clear();
        if self.fed_bytes_since_let_go >= LET_GO_BYTES { self.let_go() } else { Ok(()) }
    }

    /// Lets the log drop what the database has, if it may, once the database has it for sure.
    fn let_go(&mut self) -> Result<(), WriteError> {
        if self.spec.log.retention() == Retention::Everything {
            return Ok(());
        }
        self.fed_bytes_since_let_go = 0;
        let place = self.database.make_durable()?;
        self.front.drop_through(&place)
    }

    fn settle(&mut self) -> Result<(), WriteError> {
        if self.submitted > self.acked {
            self.commit()?;
        }
        self.feed()?;
        self.front.drain()?;
        match self.spec.log.retention() {
            Retention::Everything => self.database.settle(),
            Retention::Unfed => self.let_go(),
        }
    }
}

/// Feeds a database what its log has behind the place that it knows, up to the log's end.
fn catch_up(front: &Front, database: &mut FedDatabase) -> Result<(), WriteError> {
    let (mut packets, mut operations, mut last) = (Vec::new(), 0, database.place());
    let log = front.log_identity()?;
    front.visit_after(database.place(), |place, packet| {
        last = place;
        let Some(packet) = packet else { return Ok(()) };
        operations += packet.len();
        packets.push(packet);
        if operations >= CATCH_UP_OPERATIONS {
            operations = 0;
            database.feed(&packets, place, log)?;
            packets.clear();
        }
        Ok(())
    })?;
    if last > database.place() {
        database.feed(&packets, last, log)?;
    }
    database.caught_up()
}

impl WritePath for LogThenSqlitePath {
    fn reach_steady_state(&mut self) -> Result<(), WriteError> {
        // A log that keeps everything reuses nothing, and one that holds packets is past this.
        if self.spec.log.retention() == Retention::Everything || self.database.place() > 0 {
            return Ok(());
        }
        self.change(|path| {
            path.acked_place = path.front.reach_steady_state()?;
            path.database.feed(&[], path.acked_place, path.front.log_identity()?)
        })
    }

    fn recycle(&mut self) -> Result<Digest, WriteError> {
        self.change(|path| {
            path.feed()?;
            path.let_go()
        })?;
        // What the log lets go of is in the database.
        Ok(Digest::default())
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        if self.stopped {
            return Err(WriteError::Stopped);
        }
        // What the database would refuse after the ack must not get into the log.
        let table = self.spec.sqlite.table;
        packet.operations().iter().try_for_each(|operation| table.check(operation))?;
        self.front.submit(packet)?;
        self.pending.push(packet.clone());
        self.submitted += 1;
        Ok(Ticket(self.submitted))
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        if ticket.0 > self.acked { self.change(Self::commit) } else { Ok(()) }
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        if self.buffer.operations() > self.spec.feed.rows_max() {
            return self.change(Self::feed);
        }
        Ok(())
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        self.change(Self::settle)
    }

    fn counters(&self) -> Counters {
        let of_database = self.database.as_sqlite().counters();
        Counters { own: self.front.work_done() + of_database.own, ..of_database }
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        Admission::Serial
    }

    fn suspend(&mut self) {
        self.database.sqlite().suspend();
    }

    fn resume(&mut self) -> Result<(), WriteError> {
        self.database.sqlite().resume()
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>, WriteError> {
        if self.spec.feed == FeedAfterAck::EachAck || self.buffer.deletes() {
            self.change(Self::feed)?;
        }
        let Self { database, buffer, .. } = self;
        let Some(database) = database.sqlite().reader()? else { return Ok(None) };
        Ok(Some(Box::new(UnionReader { database, buffer })))
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        if self.stopped {
            // The log is left as a crash would leave it, and the next opening feeds the rest.
            return self.database.abandon();
        }
        self.settle()?;
        let Self { front, database, .. } = *self;
        database.close()?;
        front.close()
    }
}

impl Inspect for LogThenSqlitePath {
    fn settings(&self) -> Result<Settings, WriteError> {
        let mut settings = self.front.settings()?;
        settings.extend(self.database.as_sqlite().settings()?);
        settings.insert("feed".into(), self.spec.feed.name());
        let retention = self.spec.log.retention().axis();
        settings.insert(retention.axis.into(), retention.value);
        Ok(settings)
    }

    fn identity(&self) -> Result<Option<SqliteIdentity>, WriteError> {
        self.database.as_sqlite().identity()
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        let front_log_bytes = Some(self.front.bytes()?);
        Ok(StorageSizes { front_log_bytes, ..self.database.as_sqlite().storage_sizes()? })
    }

    fn lag_operations(&self) -> Option<u64> {
        Some(self.buffer.operations())
    }

    fn wal_frames(&self) -> Result<Option<u64>, WriteError> {
        self.database.as_sqlite().wal_frames()
    }

    fn wal_resets(&self) -> Result<Option<u64>, WriteError> {
        self.database.as_sqlite().wal_resets()
    }

    fn take_checkpoints(&self) -> Vec<CheckpointCall> {
        self.database.as_sqlite().take_checkpoints()
    }
}

/// Opens both as after a restart, feeds the database the rest of the log, and digests the database.
pub(super) fn recovered_digest(
    spec: LogThenSqliteSpec,
    directory: &Path,
) -> Result<Digest, WriteError> {
    let LogThenSqlitePath { front, database, .. } = LogThenSqlitePath::open(spec, directory)?;
    let digest = database.digest(&front.state()?)?;
    database.close()?;
    front.close()?;
    Ok(digest)
}

/// Examines the database that a closed path left behind; recovery looks at every byte of the log.
pub(super) fn examine(spec: &SqliteSpec, directory: &Path) -> Result<(), WriteError> {
    spec.examine(&directory_of_database(directory))
}
