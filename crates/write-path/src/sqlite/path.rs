//! One SQLite connection that turns packets into transactions.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use sqlite_builds::{Connection, OpenMode, take_omitted_calls};

use super::checkpoint::{Checkpointer, Checkpoints, WalProgress};
use super::files::{PathFiles, database_in};
use super::pragma::{JournalMode, Pragmas, WalAutocheckpoint};
use super::reader::{ConnectionBeside, TableReader};
use super::schema::Schema;
use super::spec::{DeferredWork, SqliteSpec};
use super::table::TableWriter;
use crate::checkpoint::CheckpointCall;
use crate::counters::{Counters, WorkDone};
use crate::error::{Result, WriteError};
use crate::files::file_bytes;
use crate::inspect::{Inspect, Settings, SqliteIdentity, StorageSizes};
use crate::operation::{Packet, Ticket};
use crate::path::WritePath;
use crate::read::{ReadPath, ReaderBeside};

/// An open database. Packets submitted before a wait share one transaction.
///
/// Fields drop in order: a background thread ends before the connection closes, and the files' handle
/// on the database closes last.
pub(crate) struct SqlitePath {
    spec: SqliteSpec,
    checkpoints: Checkpoints,
    pub(crate) connection: Connection,
    table: TableWriter,
    files: Arc<PathFiles>,
    submitted: u64,
    committed: u64,
    /// Operations of packets that are submitted and not committed.
    uncommitted_operations: u64,
    acks_since_step: u32,
    /// Something failed half-way, and its transaction may be open, or rolled back by SQLite on its
    /// own: what comes next must not be taken for a fresh one.
    is_stopped: bool,
}

impl SqlitePath {
    /// Opens a database, or begins one, with no table but the path's own.
    pub(crate) fn open(spec: SqliteSpec, directory: &Path) -> Result<Self> {
        Self::open_with(spec, Schema::of(spec.table), directory)
    }

    /// Opens a database, or begins one, of a schema that holds the path's table.
    pub(crate) fn open_with(spec: SqliteSpec, schema: Schema, directory: &Path) -> Result<Self> {
        spec.check()?;
        let database = database_in(directory);
        let build = spec.build.activate()?;
        // A path that failed before it was closed may have left notes, which are not this one's.
        let _stale = take_omitted_calls();
        let mut connection = spec.connect(&build, &database, OpenMode::ReadWriteCreate)?;
        spec.pragmas.set(&connection)?;
        schema.make_if_empty(&connection)?;
        spec.pragmas.read_back(&connection)?;
        schema.read_back(&connection, &database)?;
        let files = Arc::new(PathFiles::open(directory, spec.pragmas.journal_mode, &connection)?);
        let progress = WalProgress::default();
        if spec.pragmas.journal_mode == JournalMode::Wal {
            progress.count_commits_of(&mut connection)?;
        }
        let checkpointer = Checkpointer::new(progress, Arc::clone(&files));
        Ok(Self {
            checkpoints: Checkpoints::start(&spec, &build, &files, checkpointer)?,
            spec,
            table: TableWriter::of(spec.table, &connection)?,
            connection,
            files,
            submitted: 0,
            committed: 0,
            uncommitted_operations: 0,
            acks_since_step: 0,
            is_stopped: false,
        })
    }

    /// Does what changes the database, and stops the path for good if it fails.
    fn change<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.is_stopped {
            return Err(WriteError::Stopped);
        }
        let outcome = self.checkpoints.failure().and_then(|()| work(self));
        self.is_stopped = outcome.is_err();
        outcome
    }

    /// Adds something to the transaction that the next wait commits, and begins that if need be.
    fn hand_in(
        &mut self,
        work: impl FnOnce(&mut TableWriter, &Connection) -> Result<()>,
    ) -> Result<Ticket> {
        self.change(|path| {
            if path.submitted == path.committed {
                path.run("beginning a transaction", "BEGIN IMMEDIATE")?;
            }
            work(&mut path.table, &path.connection)?;
            path.submitted += 1;
            Ok(Ticket(path.submitted))
        })
    }

    /// Adds something of the caller's own to the transaction that the next wait commits.
    pub(crate) fn add(&mut self, work: impl FnOnce(&Connection) -> Result<()>) -> Result<Ticket> {
        self.hand_in(|_table, connection| work(connection))
    }

    /// Settles everything and makes all of it durable, whatever the settings leave to the system: what the
    /// database has then, a power cut does not take.
    pub(crate) fn make_durable(&mut self) -> Result<()> {
        self.change(|path| {
            path.settle()?;
            path.files.make_durable()
        })
    }

    fn run(&self, doing: &'static str, sql: &str) -> Result<()> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(WriteError::sqlite(doing))
    }

    fn commit(&mut self) -> Result<()> {
        self.run("committing", "COMMIT")?;
        self.committed = self.submitted;
        let operations = std::mem::take(&mut self.uncommitted_operations);
        self.checkpoints.committed(&self.connection, operations)
    }

    fn vacuum_step(&mut self, pages_max: NonZeroU32) -> Result<()> {
        let vacuuming = || WriteError::sqlite("vacuuming a step");
        let mut statement = self
            .connection
            .prepare_cached(&format!("PRAGMA incremental_vacuum({pages_max})"))
            .map_err(vacuuming())?;
        // Each row is a page that was cut off: a statement that is left early cuts off no more.
        let mut rows = statement.query([]).map_err(vacuuming())?;
        while rows.next().map_err(vacuuming())?.is_some() {}
        drop(rows);
        drop(statement);
        self.checkpoints.committed(&self.connection, 0)
    }

    /// What the pragmas answer once the path is open. They tell 0 for `wal_autocheckpoint` since the
    /// hook that stood for it is ours; any other answer means that ours is gone.
    fn pragmas_now(&self) -> Pragmas {
        let mut pragmas = self.spec.pragmas;
        if self.has_wal() {
            pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
        }
        pragmas
    }

    fn has_wal(&self) -> bool {
        self.spec.pragmas.journal_mode == JournalMode::Wal
    }

    fn work_after_ack(&mut self) -> Result<()> {
        if let DeferredWork::IncrementalVacuum { acks_per_step, pages_max } =
            self.spec.deferred_work
        {
            self.acks_since_step += 1;
            if self.acks_since_step >= acks_per_step.get() {
                self.acks_since_step = 0;
                self.vacuum_step(pages_max)?;
            }
        }
        self.checkpoints.after_ack(&self.connection)
    }

    fn settle(&mut self) -> Result<()> {
        if self.submitted > self.committed {
            self.commit()?;
        }
        if self.has_wal() {
            self.checkpoints.drain(&self.connection)?;
        }
        // What the settings left to the system is a debt too.
        self.files.sync_database()
    }
}

pub(super) fn refuse_omitted_calls(spec: &SqliteSpec) -> Result<()> {
    let omitted = take_omitted_calls();
    if omitted.is_empty() {
        return Ok(());
    }
    let (build, entries) = (spec.build.name, omitted.join(", "));
    Err(WriteError::Unfit(format!(
        "SQLite build {build} omits {entries}, which the case called; choose a build that has it"
    )))
}

impl WritePath for SqlitePath {
    /// Commits that append would take long to fill a WAL, so its space is written beforehand, as a log's is.
    fn reach_steady_state(&mut self) -> Result<()> {
        match self.spec.wal_bytes_in_long_run() {
            Some(bytes) => self.change(|path| path.files.lengthen_wal(bytes)),
            None => Ok(()),
        }
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket> {
        let ticket =
            self.hand_in(|table, connection| table.apply(connection, packet.operations()))?;
        self.uncommitted_operations += packet.len() as u64;
        Ok(ticket)
    }

    fn wait(&mut self, ticket: Ticket) -> Result<()> {
        if ticket.0 > self.committed { self.change(Self::commit) } else { Ok(()) }
    }

    fn after_ack(&mut self) -> Result<()> {
        self.change(Self::work_after_ack)
    }

    fn drain(&mut self) -> Result<()> {
        self.change(Self::settle)
    }

    fn counters(&self) -> Counters {
        let own_syncs = self.checkpoints.checkpointer.own_syncs.load(Ordering::Relaxed);
        // The build counts for the process, whichever connection wrote.
        let counts = self.connection.active_build().counts();
        Counters {
            own: WorkDone { syncs: own_syncs, ..WorkDone::default() },
            shared: WorkDone {
                syncs: counts.syncs,
                directory_syncs: counts.directory_syncs,
                writes: counts.writes,
                bytes_written: counts.bytes_written,
            },
        }
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn suspend(&mut self) {
        self.connection.suspend();
    }

    fn resume(&mut self) -> Result<()> {
        Ok(self.connection.resume()?)
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>> {
        if self.is_stopped {
            return Err(WriteError::Stopped);
        }
        Ok(Some(Box::new(TableReader::new(self.spec.table, &self.connection))))
    }

    fn reader_beside(&self) -> Option<Box<dyn ReaderBeside>> {
        let build = self.connection.active_build();
        let beside = ConnectionBeside::of(&self.spec, build, &self.files.database)?;
        Some(Box::new(beside))
    }

    fn close(self: Box<Self>) -> Result<()> {
        let Self { spec, checkpoints, connection, files, .. } = *self;
        let ended = checkpoints.close();
        let closed = connection.close().map_err(WriteError::sqlite("closing"));
        drop(files);
        ended.and(closed).and_then(|()| refuse_omitted_calls(&spec))
    }
}

impl Inspect for SqlitePath {
    fn settings(&self) -> Result<Settings> {
        let mut settings = self.pragmas_now().read_back(&self.connection)?;
        let checkpoint_pages = self.spec.pragmas.wal_autocheckpoint.pages();
        settings.insert("wal_autocheckpoint".into(), checkpoint_pages.to_string());
        settings.insert("checkpoint_strategy".into(), self.spec.checkpoint_strategy.name());
        settings.insert("build".into(), self.spec.build.name.into());
        settings.insert("mutex".into(), format!("{:?}", self.spec.mutex).to_lowercase());
        settings.insert("table".into(), self.spec.table.label().into());
        Ok(settings)
    }

    fn identity(&self) -> Result<Option<SqliteIdentity>> {
        SqliteIdentity::of(&self.connection).map(Some)
    }

    fn storage_sizes(&self) -> Result<StorageSizes> {
        let freelist_pages: i64 = self
            .connection
            .query_row("PRAGMA freelist_count", [], |row| row.get(0))
            .map_err(WriteError::sqlite("counting free pages"))?;
        Ok(StorageSizes {
            database_bytes: file_bytes(&self.files.database)?,
            journal_bytes: file_bytes(&self.files.journal)?,
            freelist_pages: Some(freelist_pages.unsigned_abs()),
            front_log_bytes: None,
        })
    }

    fn wal_frames(&self) -> Result<Option<u64>> {
        if !self.has_wal() {
            return Ok(None);
        }
        // NOOP tells the counts and copies nothing (pragma.html, wal_checkpoint; since 3.51.0).
        let sql = "PRAGMA wal_checkpoint(NOOP)";
        let (frames, copied): (i64, i64) = self
            .connection
            .query_row(sql, [], |row| Ok((row.get(1)?, row.get(2)?)))
            .map_err(WriteError::sqlite("counting WAL frames"))?;
        // A WAL that is in the database to its last frame is not looked into (walformat.html, 2.3).
        let frames = if copied == frames { 0 } else { frames };
        Ok(Some(frames.unsigned_abs()))
    }

    fn wal_resets(&self) -> Result<Option<u64>> {
        if !self.has_wal() {
            return Ok(None);
        }
        Ok(Some(self.files.wal_header()?.resets.into()))
    }

    fn take_checkpoints(&self) -> Vec<CheckpointCall> {
        self.checkpoints.checkpointer.take_calls()
    }
}
