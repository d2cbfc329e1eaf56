//! One SQLite connection that turns packets into transactions.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use sqlite_builds::{ActiveBuild, Connection, OpenMode, OpenOptions, Vfs, take_omitted_calls};

use super::pragma::JournalMode;
use super::reader::TableReader;
use super::spec::{DeferredWork, SqliteSpec};
use crate::digest::Digest;
use crate::error::WriteError;
use crate::operation::{Packet, Ticket};
use crate::path::{Admission, Identity, Settings, StorageSizes, WorkDone, WritePath};
use crate::read::ReadPath;

const DATABASE_FILE: &str = "sqlite.db";

/// Where a WAL's header counts how often it began anew: "checkpoint sequence number"
/// (<https://sqlite.org/fileformat2.html#the_write_ahead_log>, 4.1).
const WAL_RESETS_AT: usize = 12;
const WAL_RESETS_BYTES: usize = 4;

/// An open database. Packets submitted before a wait share one transaction.
pub(super) struct SqlitePath {
    spec: SqliteSpec,
    connection: Connection,
    build: ActiveBuild,
    database: PathBuf,
    /// Synced by `drain`. It must close after the connection: closing any handle on the file drops
    /// the process's POSIX locks on it (howtocorrupt.html, section 2.2), and fields drop in order.
    database_file: File,
    submitted: u64,
    committed: u64,
    acks_since_step: u32,
    health: Health,
}

/// Whether the path may still be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    /// It may.
    Sound,
    /// Something failed half-way, and its transaction may be open, or rolled back by SQLite on its
    /// own: what comes next must not be taken for a fresh one.
    Stopped,
}

/// What `PRAGMA wal_checkpoint` answers (<https://sqlite.org/pragma.html#pragma_wal_checkpoint>).
struct WalCounts {
    /// 1 if a lock was in the way.
    busy: i64,
    /// Frames in the WAL.
    frames: i64,
    /// Frames of them that are in the database file.
    copied: i64,
}

impl SqlitePath {
    pub(super) fn open(spec: SqliteSpec, directory: &Path) -> Result<Self, WriteError> {
        spec.refuse_idle_steps()?;
        let database = directory.join(DATABASE_FILE);
        let build = spec.build.activate()?;
        // A path that failed before it was closed may have left notes, which are not this one's.
        let _stale = take_omitted_calls();
        let connection = build.open(
            &database,
            &OpenOptions { mutex: spec.mutex, mode: OpenMode::ReadWriteCreate, vfs: Vfs::Default },
        )?;
        spec.pragmas.set(&connection)?;
        if is_empty(&connection)? {
            connection
                .execute_batch(spec.table.create_sql())
                .map_err(WriteError::sqlite("creating the table"))?;
        }
        spec.pragmas.read_back(&connection)?;
        let database_file = File::open(&database).map_err(|source| WriteError::Io {
            doing: "opening",
            path: database.clone(),
            source,
        })?;
        Ok(Self {
            spec,
            connection,
            build,
            database,
            database_file,
            submitted: 0,
            committed: 0,
            acks_since_step: 0,
            health: Health::Sound,
        })
    }

    /// Does what changes the database, and stops the path for good if it fails.
    fn change<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, WriteError>,
    ) -> Result<T, WriteError> {
        if self.health == Health::Stopped {
            return Err(WriteError::Stopped);
        }
        let outcome = work(self);
        if outcome.is_err() {
            self.health = Health::Stopped;
        }
        outcome
    }

    fn insert(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        if self.submitted == self.committed {
            self.run("beginning a transaction", "BEGIN IMMEDIATE")?;
        }
        self.spec.table.apply(&self.connection, packet.operations())?;
        self.submitted += 1;
        Ok(Ticket(self.submitted))
    }

    fn run(&self, doing: &'static str, sql: &str) -> Result<(), WriteError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(WriteError::sqlite(doing))
    }

    fn commit(&mut self) -> Result<(), WriteError> {
        self.run("committing", "COMMIT")?;
        self.committed = self.submitted;
        Ok(())
    }

    /// Copies the whole WAL into the database file.
    fn checkpoint(&self) -> Result<(), WriteError> {
        let WalCounts { busy, frames, copied } =
            self.wal_counts("checkpointing", "PRAGMA wal_checkpoint(FULL)")?;
        if busy != 0 || frames != copied {
            return Err(WriteError::CheckpointIncomplete { frames, copied });
        }
        Ok(())
    }

    /// Runs a checkpoint of some mode and returns what it answers.
    fn wal_counts(&self, doing: &'static str, sql: &str) -> Result<WalCounts, WriteError> {
        self.connection
            .query_row(sql, [], |row| {
                Ok(WalCounts { busy: row.get(0)?, frames: row.get(1)?, copied: row.get(2)? })
            })
            .map_err(WriteError::sqlite(doing))
    }

    fn vacuum_step(&self, pages_max: NonZeroU32) -> Result<(), WriteError> {
        let vacuuming = || WriteError::sqlite("vacuuming a step");
        let mut statement = self
            .connection
            .prepare_cached(&format!("PRAGMA incremental_vacuum({pages_max})"))
            .map_err(vacuuming())?;
        // Each row is a page that was cut off: a statement that is left early cuts off no more.
        let mut rows = statement.query([]).map_err(vacuuming())?;
        while rows.next().map_err(vacuuming())?.is_some() {}
        Ok(())
    }

    fn journal_file(&self) -> PathBuf {
        let suffix =
            if self.spec.pragmas.journal_mode == JournalMode::Wal { "-wal" } else { "-journal" };
        let mut journal = self.database.clone().into_os_string();
        journal.push(suffix);
        journal.into()
    }

    fn settle(&mut self) -> Result<(), WriteError> {
        if self.submitted > self.committed {
            self.commit()?;
        }
        if self.spec.pragmas.journal_mode == JournalMode::Wal {
            self.checkpoint()?;
        }
        // What the settings left to the system is a debt too.
        self.database_file.sync_data().map_err(|source| WriteError::Io {
            doing: "syncing",
            path: self.database.clone(),
            source,
        })
    }
}

/// Whether the database has no table yet: one that was filled before has.
fn is_empty(connection: &Connection) -> Result<bool, WriteError> {
    connection
        .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
        .map_err(WriteError::sqlite("creating the table"))
}

fn refuse_omitted_calls(spec: &SqliteSpec) -> Result<(), WriteError> {
    let omitted = take_omitted_calls();
    if omitted.is_empty() {
        return Ok(());
    }
    Err(WriteError::OmittedCall { build: spec.build.name, entries: omitted.join(", ") })
}

impl WritePath for SqlitePath {
    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        self.change(|path| path.insert(packet))
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        if ticket.0 > self.committed { self.change(Self::commit) } else { Ok(()) }
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        match self.spec.deferred_work {
            DeferredWork::None => Ok(()),
            DeferredWork::IncrementalVacuum { acks_per_step, pages_max } => {
                self.acks_since_step += 1;
                if self.acks_since_step < acks_per_step.get() {
                    return Ok(());
                }
                self.acks_since_step = 0;
                self.change(|path| path.vacuum_step(pages_max))
            }
        }
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        self.change(Self::settle)
    }

    fn settings(&self) -> Result<Settings, WriteError> {
        let mut settings = self.spec.pragmas.read_back(&self.connection)?;
        settings.insert("build".into(), self.spec.build.name.into());
        settings.insert("mutex".into(), format!("{:?}", self.spec.mutex).to_lowercase());
        settings.insert("table".into(), self.spec.table.label().into());
        Ok(settings)
    }

    fn identity(&self) -> Result<Identity, WriteError> {
        Ok(Identity::Sqlite {
            version: self.build.version().to_string(),
            build: self.spec.build.name,
            compile_options: self
                .connection
                .compile_options()
                .map_err(WriteError::sqlite("reading the compile options"))?,
            sync_call: self.spec.build.sync_call,
        })
    }

    fn work_done(&self) -> WorkDone {
        let counts = self.build.counts();
        WorkDone {
            syncs: counts.syncs,
            directory_syncs: counts.directory_syncs,
            writes: counts.writes,
            bytes_written: counts.bytes_written,
        }
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        let freelist_pages: i64 = self
            .connection
            .query_row("PRAGMA freelist_count", [], |row| row.get(0))
            .map_err(WriteError::sqlite("counting free pages"))?;
        Ok(StorageSizes {
            database_bytes: file_bytes(&self.database)?,
            journal_bytes: file_bytes(&self.journal_file())?,
            freelist_pages: Some(freelist_pages.unsigned_abs()),
        })
    }

    fn admission(&self) -> Admission<'_> {
        Admission::Serial
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>, WriteError> {
        if self.health == Health::Stopped {
            return Err(WriteError::Stopped);
        }
        Ok(Some(Box::new(TableReader::new(self.spec.table, &self.connection))))
    }

    fn wal_frames(&self) -> Result<Option<u64>, WriteError> {
        if self.spec.pragmas.journal_mode != JournalMode::Wal {
            return Ok(None);
        }
        // NOOP tells the counts and copies nothing (pragma.html, wal_checkpoint; since 3.51.0).
        let WalCounts { frames, copied, .. } =
            self.wal_counts("counting WAL frames", "PRAGMA wal_checkpoint(NOOP)")?;
        // A WAL that is in the database to its last frame is not looked into (walformat.html, 2.3).
        let frames = if copied == frames { 0 } else { frames };
        Ok(Some(frames.unsigned_abs()))
    }

    fn wal_resets(&self) -> Result<Option<u64>, WriteError> {
        if self.spec.pragmas.journal_mode != JournalMode::Wal {
            return Ok(None);
        }
        let wal = self.journal_file();
        let mut header = [0; WAL_RESETS_AT + WAL_RESETS_BYTES];
        // No lock lies on the WAL file itself, so that opening and closing it disturbs none.
        match File::open(&wal).and_then(|mut file| file.read_exact(&mut header)) {
            Ok(()) => {
                let mut count = [0; WAL_RESETS_BYTES];
                count.copy_from_slice(&header[WAL_RESETS_AT..]);
                Ok(Some(u32::from_be_bytes(count).into()))
            }
            // Nothing was committed yet.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Some(0)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(0)),
            Err(source) => Err(WriteError::Io { doing: "reading", path: wal, source }),
        }
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        let Self { spec, connection, database_file, .. } = *self;
        connection.close().map_err(WriteError::sqlite("closing"))?;
        drop(database_file);
        refuse_omitted_calls(&spec)
    }
}

/// The file's length, and 0 while it does not exist (a journal between transactions).
fn file_bytes(path: &Path) -> Result<u64, WriteError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(WriteError::Io { doing: "sizing", path: path.into(), source }),
    }
}

/// Opens a closed database afresh and digests every record in it.
pub(super) fn digest_database(spec: &SqliteSpec, directory: &Path) -> Result<Digest, WriteError> {
    let build = spec.build.activate()?;
    let connection = build.open(
        &directory.join(DATABASE_FILE),
        &OpenOptions { mutex: spec.mutex, mode: OpenMode::ReadWrite, vfs: Vfs::Default },
    )?;
    let mut digest = Digest::default();
    spec.table.visit_records(&connection, |record| digest.add(record))?;
    connection.close().map_err(WriteError::sqlite("closing"))?;
    refuse_omitted_calls(spec)?;
    Ok(digest)
}
