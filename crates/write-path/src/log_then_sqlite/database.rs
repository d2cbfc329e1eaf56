//! The database behind a log, which knows up to where it was fed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension as _, params};

use super::retention::survives_power_cuts;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::operation::Packet;
use crate::path::WritePath as _;
use crate::sqlite::{SqlitePath, SqliteSpec, database_in};

/// One row: the place of the log up to which the database was fed.
const CREATE_PLACE: &str = "CREATE TABLE IF NOT EXISTS log_place(
                              id INTEGER PRIMARY KEY CHECK(id = 0),
                              place INTEGER NOT NULL)";
const NOTE_PLACE: &str = "INSERT INTO log_place(id, place) VALUES (0, ?1)
                          ON CONFLICT(id) DO UPDATE SET place = excluded.place";
const READ_PLACE: &str = "SELECT place FROM log_place WHERE id = 0";

/// Lies beside a database that was closed in order, and goes before it is changed again. Without it,
/// a database whose settings do not keep it whole in a crash is made again from the log.
const CLOSED_MARK: &str = "closed-in-order";

/// An open database behind a log.
pub(super) struct FedDatabase {
    path: SqlitePath,
    spec: SqliteSpec,
    directory: PathBuf,
    place: u64,
}

impl FedDatabase {
    /// Opens the database, or begins a new one, also in the place of one that cannot be trusted.
    pub(super) fn open(spec: SqliteSpec, directory: &Path) -> Result<Self, WriteError> {
        fs::create_dir_all(directory).map_err(failed("creating", directory))?;
        if !survives_power_cuts(&spec.pragmas) {
            if !directory.join(CLOSED_MARK).exists() {
                remove_database(directory)?;
            }
            remove_if_there(&directory.join(CLOSED_MARK))?;
            // The mark must be gone from the disk before the first change can get there.
            sync_directory(directory)?;
        }
        let path = SqlitePath::open(spec, directory)?;
        let reading = || WriteError::sqlite("reading the place in the log");
        path.connection().execute_batch(CREATE_PLACE).map_err(reading())?;
        let place: Option<i64> = path
            .connection()
            .query_row(READ_PLACE, [], |row| row.get(0))
            .optional()
            .map_err(reading())?;
        let place = place.unwrap_or_default().cast_unsigned();
        Ok(Self { path, spec, directory: directory.to_path_buf(), place })
    }

    /// Applies packets in one transaction, which also notes the place behind them, and does what
    /// follows its commit.
    pub(super) fn feed(&mut self, packets: &[Packet], place: u64) -> Result<(), WriteError> {
        for packet in packets {
            self.path.submit(packet)?;
        }
        let ticket = self.path.add(|connection| {
            connection
                .prepare_cached(NOTE_PLACE)
                .and_then(|mut statement| statement.execute(params![place.cast_signed()]))
                .map(drop)
                .map_err(WriteError::sqlite("noting the place in the log"))
        })?;
        self.path.wait(ticket)?;
        self.place = place;
        self.path.after_ack()
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

    /// Digests every record.
    pub(super) fn digest(&self) -> Result<Digest, WriteError> {
        let mut digest = Digest::default();
        self.spec.table.visit_records(self.path.connection(), |record| digest.add(record))?;
        Ok(digest)
    }

    /// Settles, closes, and marks the database as closed in order where that tells something.
    pub(super) fn close(mut self) -> Result<(), WriteError> {
        self.settle()?;
        let Self { path, spec, directory, .. } = self;
        Box::new(path).close()?;
        if survives_power_cuts(&spec.pragmas) {
            return Ok(());
        }
        let mark = directory.join(CLOSED_MARK);
        File::create(&mark).and_then(|file| file.sync_all()).map_err(failed("creating", &mark))?;
        sync_directory(&directory)
    }

    /// Closes the database as it stands, after a failure.
    pub(super) fn abandon(self) -> Result<(), WriteError> {
        Box::new(self.path).close()
    }
}

/// Where the database lies.
pub(super) fn directory_of_database(directory: &Path) -> PathBuf {
    directory.join("database")
}

fn remove_database(directory: &Path) -> Result<(), WriteError> {
    let database = database_in(directory);
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let mut file = database.clone().into_os_string();
        file.push(suffix);
        remove_if_there(Path::new(&file))?;
    }
    Ok(())
}

fn remove_if_there(file: &Path) -> Result<(), WriteError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("removing", file)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn sync_directory(directory: &Path) -> Result<(), WriteError> {
    let synced = File::open(directory).and_then(|handle| handle.sync_all());
    synced.map_err(failed("syncing", directory))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    move |source| WriteError::Io { doing, path: path.to_path_buf(), source }
}
