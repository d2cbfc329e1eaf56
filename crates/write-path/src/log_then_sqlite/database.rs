//! The database behind a log, which knows its log and up to where it was fed.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};
use sqlite_builds::{OpenMode, OpenOptions, Vfs};

use super::database_files::DatabaseFiles;
use super::identity::{LogIdentity, LogState};
use super::retention::survives_power_cuts;
use crate::digest::Digest;
use crate::directories;
use crate::error::WriteError;
use crate::operation::Packet;
use crate::path::WritePath as _;
use crate::sqlite::{Schema, SqlitePath, SqliteSpec, database_in, digest_table};

/// One row: the place of the log up to which the database was fed, and which log that is.
const CREATE_PLACE: &str = "CREATE TABLE log_place(
                              id INTEGER PRIMARY KEY CHECK(id = 0),
                              place INTEGER NOT NULL,
                              log TEXT NOT NULL)";
const NOTE_PLACE: &str = "INSERT INTO log_place(id, place, log) VALUES (0, ?1, ?2)
                          ON CONFLICT(id) DO UPDATE SET place = excluded.place";
const READ_PLACE: &str = "SELECT place, log FROM log_place WHERE id = 0";

/// An open database behind a log.
pub(super) struct FedDatabase {
    path: SqlitePath,
    spec: SqliteSpec,
    files: DatabaseFiles,
    place: u64,
}

/// A place up to which a database has everything, durably. Only [`FedDatabase::make_durable`] makes one, so that no
/// log lets go of what a power cut could take from the database.
#[derive(Debug)]
pub(super) struct DurablePlace(u64);

impl DurablePlace {
    pub(super) fn get(&self) -> u64 {
        self.0
    }
}

impl FedDatabase {
    /// Opens the database in a path's directory, or begins a new one, also in the place of one that may be torn.
    /// That one stays until [`FedDatabase::caught_up`].
    pub(super) fn open(
        spec: SqliteSpec,
        directory: &Path,
        log: &LogState,
    ) -> Result<Self, WriteError> {
        log.check_settings(&spec.pragmas)?;
        let files = DatabaseFiles::in_directory(directory);
        let survives = survives_power_cuts(&spec.pragmas);
        if !survives && !files.may_be_torn()? {
            // Once it is marked it can be made again from this log: so it must be this log's.
            check_closed(&spec, files.directory(), log)?;
        }
        files.put_torn_one_away(log)?;
        files.make()?;
        if !survives {
            files.mark(log.identity)?;
        }
        let schema = Schema::of(spec.table).with(CREATE_PLACE);
        let path = SqlitePath::open_with(spec, schema, files.directory())?;
        let place = checked_place(path.connection(), log)?;
        Ok(Self { path, spec, files, place })
    }

    /// Applies packets of a log in one transaction, which also notes the place behind them, and does what
    /// follows its commit.
    pub(super) fn feed(
        &mut self,
        packets: &[Packet],
        place: u64,
        log: LogIdentity,
    ) -> Result<(), WriteError> {
        for packet in packets {
            self.path.submit(packet)?;
        }
        let ticket = self.path.add(|connection| {
            connection
                .prepare_cached(NOTE_PLACE)
                .and_then(|mut statement| {
                    statement.execute(params![place.cast_signed(), log.to_string()])
                })
                .map(drop)
                .map_err(WriteError::sqlite("noting the place in the log"))
        })?;
        self.path.wait(ticket)?;
        self.place = place;
        self.path.after_ack()
    }

    /// Tells that the database has everything that its log had when it was opened: an older one that it
    /// replaces is removed, once this one is durable.
    pub(super) fn caught_up(&mut self) -> Result<(), WriteError> {
        if !self.files.has_old_one()? {
            return Ok(());
        }
        self.path.make_durable()?;
        self.files.remove_old_one()
    }

    /// Up to where the database was fed.
    pub(super) fn place(&self) -> u64 {
        self.place
    }

    /// SQLite itself.
    pub(super) fn sqlite(&mut self) -> &mut SqlitePath {
        &mut self.path
    }

    /// SQLite itself, for reading.
    pub(super) fn as_sqlite(&self) -> &SqlitePath {
        &self.path
    }

    /// Checkpoints and syncs.
    pub(super) fn settle(&mut self) -> Result<(), WriteError> {
        self.path.drain()
    }

    /// Makes everything durable that was fed, so that the log may let go of it.
    pub(super) fn make_durable(&mut self) -> Result<DurablePlace, WriteError> {
        self.path.make_durable()?;
        Ok(DurablePlace(self.place))
    }

    /// Digests every record of a database that has everything of its log.
    pub(super) fn digest(&self, log: &LogState) -> Result<Digest, WriteError> {
        let noted = noted_place(self.path.connection())?.map_or(0, |(place, _log)| place);
        log.check_end(noted)?;
        digest_table(self.spec.table, self.path.connection())
    }

    /// Makes everything durable, closes, and marks the database as whole where that tells something.
    pub(super) fn close(mut self) -> Result<(), WriteError> {
        self.path.make_durable()?;
        let Self { path, spec, files, .. } = self;
        Box::new(path).close()?;
        if survives_power_cuts(&spec.pragmas) { Ok(()) } else { files.unmark() }
    }

    /// Closes the database as it stands, after a failure.
    pub(super) fn abandon(self) -> Result<(), WriteError> {
        Box::new(self.path).close()
    }
}

/// Compares a database that is not open, if there is one, with its log, and changes nothing.
fn check_closed(spec: &SqliteSpec, directory: &Path, log: &LogState) -> Result<(), WriteError> {
    let database = database_in(directory);
    let looking = directories::failed("looking for", &database);
    if !database.try_exists().map_err(looking)? {
        return Ok(());
    }
    let options = OpenOptions { mutex: spec.mutex, mode: OpenMode::ReadWrite, vfs: Vfs::Default };
    let connection = spec.build.activate()?.open(&database, &options)?;
    let sql = "SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'log_place'";
    let is_made: bool = connection
        .query_row(sql, [], |row| row.get(0))
        .map_err(WriteError::sqlite("reading the schema back"))?;
    if is_made {
        checked_place(&connection, log)?;
    }
    connection.close().map_err(WriteError::sqlite("closing"))
}

/// The place that a database notes, which is one of this log.
fn checked_place(connection: &Connection, log: &LogState) -> Result<u64, WriteError> {
    let noted = noted_place(connection)?;
    let place = noted.as_ref().map_or(0, |(place, _log)| *place);
    log.check_place(place)?;
    if let Some((_place, noted_log)) = noted {
        log.check_identity(&noted_log)?;
    }
    Ok(place)
}

/// The place that a database notes, and the log that it is a place of; `None` while nothing was fed.
fn noted_place(connection: &Connection) -> Result<Option<(u64, String)>, WriteError> {
    connection
        .query_row(READ_PLACE, [], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)))
        .optional()
        .map_err(WriteError::sqlite("reading the place in the log"))
}
