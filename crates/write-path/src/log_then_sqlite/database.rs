//! The database behind a log, which knows its log and up to where it was fed; whether it may be torn, and how it is
//! replaced.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, params};
use sqlite_builds::OpenMode;

use super::front::Front;
use super::identity::{LogIdentity, LogState};
use super::spec::{Retention, survives_power_cuts};
use crate::digest::Digest;
use crate::directories;
use crate::error::{Result, WriteError};
use crate::files::{FileChange, tell};
use crate::operation::Packet;
use crate::path::WritePath as _;
use crate::sqlite::{Schema, SqlitePath, SqliteSpec, database_in};

/// One row: the place of the log up to which the database was fed, and which log that is.
const CREATE_PLACE: &str = "CREATE TABLE log_place(
                              id INTEGER PRIMARY KEY CHECK(id = 0),
                              place INTEGER NOT NULL,
                              log TEXT NOT NULL)";
const NOTE_PLACE: &str = "INSERT INTO log_place(id, place, log) VALUES (0, ?1, ?2)
                          ON CONFLICT(id) DO UPDATE SET place = excluded.place";
const READ_PLACE: &str = "SELECT place, log FROM log_place WHERE id = 0";

/// An open database and the log that it is fed from.
pub(super) struct FedDatabase {
    /// SQLite itself.
    pub(super) path: SqlitePath,
    pub(super) front: Front,
    feeding: Feeding,
    files: DatabaseFiles,
    /// Up to where the database was fed.
    pub(super) place: u64,
    fed_bytes_since_let_go: u64,
}

/// What is fed from a log, and when the log may let go of it.
#[derive(Clone, Copy)]
pub(super) struct Feeding {
    pub(super) sqlite: SqliteSpec,
    pub(super) retention: Retention,
    /// Payload of packets that are fed before the log lets go of them: each time costs a checkpoint.
    pub(super) let_go_bytes: u64,
}

impl FedDatabase {
    /// Opens the database in a path's directory, or begins a new one, also in the place of one that may be torn.
    /// That one stays until [`FedDatabase::caught_up`].
    pub(super) fn open(feeding: Feeding, directory: &Path, front: Front) -> Result<Self> {
        let (spec, log) = (feeding.sqlite, front.state()?);
        log.check_settings(&spec.pragmas)?;
        let files = DatabaseFiles::in_directory(directory);
        let survives = survives_power_cuts(&spec.pragmas);
        if !survives && files.marked_log()?.is_none() {
            // Once it is marked it can be made again from this log: so it must be this log's.
            check_closed(&spec, &files.directory, &log)?;
        }
        files.put_torn_one_away(&log)?;
        directories::create(&files.directory)?;
        if !survives {
            files.mark(log.identity)?;
        }
        let schema = Schema::of(spec.table).with(CREATE_PLACE);
        let path = SqlitePath::open_with(spec, schema, &files.directory)?;
        let place = checked_place(&path.connection, &log)?;
        Ok(Self { path, front, feeding, files, place, fed_bytes_since_let_go: 0 })
    }

    /// Applies packets of the log in one transaction, which also notes the place behind them, and does what
    /// follows its commit.
    pub(super) fn feed(&mut self, packets: &[Packet], place: u64) -> Result<()> {
        let log = self.front.log_identity()?.to_string();
        for packet in packets {
            self.path.submit(packet)?;
        }
        let ticket = self.path.add(|connection| {
            connection
                .prepare_cached(NOTE_PLACE)
                .and_then(|mut statement| statement.execute(params![place.cast_signed(), log]))
                .map(drop)
                .map_err(WriteError::sqlite("noting the place in the log"))
        })?;
        self.path.wait(ticket)?;
        self.place = place;
        let fed_bytes: usize = packets.iter().map(Packet::payload_bytes).sum();
        self.fed_bytes_since_let_go += fed_bytes as u64;
        self.path.after_ack()
    }

    /// Tells that the database has everything that its log had when it was opened: an older one that it
    /// replaces is removed, once this one is durable.
    pub(super) fn caught_up(&mut self) -> Result<()> {
        if !is_there(&self.files.old)? {
            return Ok(());
        }
        self.path.make_durable()?;
        remove_database(&self.files.old)?;
        directories::sync_parent(&self.files.old)
    }

    /// Lets the log drop what the database has, once there is enough of it.
    pub(super) fn let_go_of_enough(&mut self) -> Result<()> {
        if self.fed_bytes_since_let_go < self.feeding.let_go_bytes {
            return Ok(());
        }
        self.let_go()
    }

    /// Lets the log drop what the database has, if it may, once the database has it for sure: no log lets go of what a
    /// power cut could take from the database.
    pub(super) fn let_go(&mut self) -> Result<()> {
        if self.feeding.retention == Retention::Everything {
            return Ok(());
        }
        self.fed_bytes_since_let_go = 0;
        self.path.make_durable()?;
        self.front.drop_through(self.place)
    }

    /// Checkpoints and syncs, and lets the log drop what it may.
    pub(super) fn settle(&mut self) -> Result<()> {
        match self.feeding.retention {
            Retention::Everything => self.path.drain(),
            Retention::Unfed => self.let_go(),
        }
    }

    /// Digests every record of a database that has everything of its log.
    pub(super) fn digest(&self) -> Result<Digest> {
        let noted = noted_place(&self.path.connection)?.map_or(0, |(place, _log)| place);
        self.front.state()?.check_end(noted)?;
        self.feeding.sqlite.table.digest(&self.path.connection)
    }

    /// Makes everything durable, closes, and marks the database as whole where that tells something. The log is closed
    /// behind it.
    pub(super) fn close(mut self) -> Result<()> {
        self.path.make_durable()?;
        Box::new(self.path).close()?;
        if !survives_power_cuts(&self.feeding.sqlite.pragmas) {
            self.files.unmark()?;
        }
        self.front.close()
    }

    /// Closes the database as it stands, after a failure.
    pub(super) fn abandon(self) -> Result<()> {
        Box::new(self.path).close()
    }
}

/// Compares a database that is not open, if there is one, with its log, and changes nothing.
fn check_closed(spec: &SqliteSpec, directory: &Path, log: &LogState) -> Result<()> {
    let database = database_in(directory);
    if !is_there(&database)? {
        return Ok(());
    }
    let connection = spec.connect(&spec.build.activate()?, &database, OpenMode::ReadWrite)?;
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
fn checked_place(connection: &Connection, log: &LogState) -> Result<u64> {
    let noted = noted_place(connection)?;
    let place = noted.as_ref().map_or(0, |(place, _log)| *place);
    log.check_place(place)?;
    if let Some((_place, noted_log)) = noted {
        log.check_identity(&noted_log)?;
    }
    Ok(place)
}

/// The place that a database notes, and the log that it is a place of; `None` while nothing was fed.
fn noted_place(connection: &Connection) -> Result<Option<(u64, String)>> {
    connection
        .query_row(READ_PLACE, [], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)))
        .optional()
        .map_err(WriteError::sqlite("reading the place in the log"))
}

/// Lies beside a database from before its first change until it is closed in order, while it is open under
/// settings that do not keep it whole in a crash. A database that is found with it is made again from the log,
/// whoever asks for it and under whatever settings. It says from which log, in a line.
const MAY_BE_TORN_MARK: &str = "may-be-torn";

/// The directories of a database and of the one that it replaces.
#[derive(Debug)]
struct DatabaseFiles {
    directory: PathBuf,
    /// What was there before, until the new one has everything.
    old: PathBuf,
}

impl DatabaseFiles {
    /// Those in a path's directory.
    fn in_directory(directory: &Path) -> Self {
        Self { directory: directory_of_database(directory), old: directory.join("database.old") }
    }

    /// Renames a database that may be torn, if its log can make all of it again; nothing is changed before
    /// that is sure.
    fn put_torn_one_away(&self, log: &LogState) -> Result<()> {
        let Some(marked_log) = self.marked_log()? else { return Ok(()) };
        log.check_began_as(&marked_log)?;
        if !log.is_whole() {
            let (database, dropped) = (self.directory.display(), log.first);
            return Err(WriteError::differs(
                format!(
                    "{database}, which was not closed in order, under settings that do not keep it \
                     whole in a crash"
                ),
                "a log that still has everything, to make it again from",
                format!("{}, which has let go of its first {dropped} packets", log.log.display()),
                "see by hand what the database has, or begin again with an empty directory",
            ));
        }
        if is_there(&self.old)? {
            // Making it again was interrupted: this one is a part of what the log has.
            remove_database(&self.directory)?;
        } else {
            fs::rename(&self.directory, &self.old)
                .map_err(WriteError::io("renaming", &self.directory))?;
        }
        directories::sync_parent(&self.directory)
    }

    /// The log of which the mark tells, if the database was not closed in order, under settings that do not keep it whole
    /// in a crash. A mark without its whole line, or of bytes that nobody wrote, was not durable,
    /// and nothing was changed before it was.
    fn marked_log(&self) -> Result<Option<String>> {
        let mark = self.directory.join(MAY_BE_TORN_MARK);
        match fs::read(&mark).map(String::from_utf8) {
            Ok(Ok(text)) => Ok(text.strip_suffix('\n').map(str::to_owned)),
            Ok(Err(_)) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(WriteError::io("reading", &mark)(source)),
        }
    }

    /// Notes that the database may be torn from now on, before its first change, and from which log it can be made
    /// again.
    fn mark(&self, log: LogIdentity) -> Result<()> {
        let mark = self.directory.join(MAY_BE_TORN_MARK);
        let line = format!("{log}\n");
        let write = |mut file: File| {
            file.write_all(line.as_bytes())?;
            file.sync_all()
        };
        File::create(&mark).and_then(write).map_err(WriteError::io("creating", &mark))?;
        tell(&mark, FileChange::Opened);
        tell(&mark, FileChange::Written { offset: 0, bytes: line.as_bytes() });
        tell(&mark, FileChange::Synced);
        directories::sync(&self.directory)
    }

    /// Notes that the database is whole: it is durable, and closed.
    fn unmark(&self) -> Result<()> {
        remove_if_there(&self.directory.join(MAY_BE_TORN_MARK))?;
        directories::sync(&self.directory)
    }
}

/// Where the database lies.
pub(super) fn directory_of_database(directory: &Path) -> PathBuf {
    directory.join("database")
}

/// Removes a database with its directory, but nothing that is not its own: the directory of somebody else's file
/// stays, and is named.
fn remove_database(directory: &Path) -> Result<()> {
    let database = database_in(directory);
    for suffix in ["-journal", "-wal", "-shm", ""] {
        let mut file = database.clone().into_os_string();
        file.push(suffix);
        remove_if_there(Path::new(&file))?;
    }
    // Last, so that a part of it is never taken for a database.
    remove_if_there(&directory.join(MAY_BE_TORN_MARK))?;
    fs::remove_dir(directory).map_err(WriteError::io("removing", directory))
}

fn is_there(path: &Path) -> Result<bool> {
    path.try_exists().map_err(WriteError::io("looking for", path))
}

fn remove_if_there(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(WriteError::io("removing", file)(source)),
        Ok(()) => {
            tell(file, FileChange::Removed);
            Ok(())
        }
    }
}
