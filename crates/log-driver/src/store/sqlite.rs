//! SQLite as a store.

mod checkpoints;

use std::fs;
use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sqlite_builds::rusqlite::{Params, Row, params};
use sqlite_builds::{Connection, OpenMode, OpenOptions};
use write_path::sqlite::{AutoVacuum, JournalMode};
use write_path::{Settings, SqliteIdentity};

use super::contract::{Checkpointed, Key, RetryQuery, Sizes, Store, Stored};
use super::spec::{Deletion, Preparation, SqliteStoreSpec};
use crate::error::{self, foreign};
use crate::message::{Message, number_of, ray_id_of, text_of};

/// The build that the store runs on.
const BUILD: &str = "bundled";

/// The database's name in the store's directory.
const DATABASE: &str = "log-driver.db";

/// Marked rows that one step of the maintenance deletes.
const PURGED_MAX: u32 = 1_000;

/// Pages that one step of the maintenance cuts off.
const VACUUMED_PAGES_MAX: u32 = 1_000;

const INSERT: &str = "INSERT INTO log_events(ray_id, data) VALUES (?1, ?2)";

const SELECT_BEHIND: &str = "SELECT _id, ray_id, send_attempts, data FROM log_events \
    WHERE _id > ?1 AND send_attempts >= 0 ORDER BY _id LIMIT ?2";

/// By `created_ms`, so that an index on it is of use; ids grow with it.
const SELECT_FOR_RETRY: &str = "SELECT _id, ray_id, send_attempts, data FROM log_events \
    WHERE created_ms <= datetime('now', '-' || ?1 || ' seconds') \
    AND send_attempts >= 0 AND send_attempts < ?2 ORDER BY created_ms LIMIT ?3";

const COUNT_ATTEMPT: &str =
    "UPDATE log_events SET send_attempts = send_attempts + 1 WHERE _id = ?1";

/// An open database.
pub(super) struct SqliteStore {
    spec: SqliteStoreSpec,
    connection: Connection,
    database: PathBuf,
    settings: Settings,
    checkpointed: Arc<Mutex<Checkpointed>>,
}

impl SqliteStore {
    /// Opens a database, or begins one.
    pub(super) fn open(spec: SqliteStoreSpec, directory: &Path) -> anyhow::Result<Self> {
        spec.check()?;
        let database = directory.join(DATABASE);
        let build = sqlite_builds::find(BUILD)?.activate()?;
        let options = OpenOptions::of_one_thread(OpenMode::ReadWriteCreate);
        let mut connection = build.open(&database, &options)?;
        spec.pragmas.set(&connection)?;
        make_if_empty(&spec, &connection)?;
        let settings = spec.pragmas.read_back(&connection)?;
        let checkpointed = checkpoints::count(&spec.pragmas, &mut connection)?;
        Ok(Self { spec, connection, database, settings, checkpointed })
    }

    /// Executes a statement as often as there are parameters: alone in a transaction of its own, several in one.
    fn execute_each<P: Params>(
        &self,
        doing: &'static str,
        sql: &str,
        parameters: impl ExactSizeIterator<Item = P>,
        mut after_each: impl FnMut(),
    ) -> anyhow::Result<()> {
        let failed = error::sqlite(doing);
        let is_alone = parameters.len() == 1;
        if !is_alone {
            self.connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
        }
        for parameters in parameters {
            match self.spec.preparation {
                Preparation::EachTime => self.connection.execute(sql, parameters),
                Preparation::Once => self
                    .connection
                    .prepare_cached(sql)
                    .and_then(|mut statement| statement.execute(parameters)),
            }
            .map_err(failed)?;
            after_each();
        }
        if !is_alone {
            self.connection.execute_batch("COMMIT").map_err(failed)?;
        }
        Ok(())
    }

    fn select(
        &self,
        doing: &'static str,
        sql: &str,
        parameters: impl Params,
    ) -> anyhow::Result<Vec<Stored>> {
        let failed = error::sqlite(doing);
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query(parameters).map_err(failed)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            found.push(stored(row, failed)?);
        }
        Ok(found)
    }

    fn freelist_pages(&self) -> anyhow::Result<u64> {
        let answer: Result<u32, _> =
            self.connection.query_row("PRAGMA freelist_count", [], |row| row.get(0));
        answer.map(u64::from).map_err(error::sqlite("reading the freelist"))
    }

    fn journal(&self) -> PathBuf {
        let has_wal = self.spec.pragmas.journal_mode == JournalMode::Wal;
        let suffix = if has_wal { "-wal" } else { "-journal" };
        let mut name = self.database.clone().into_os_string();
        name.push(suffix);
        name.into()
    }
}

impl Store for SqliteStore {
    fn insert(&mut self, messages: &[Message]) -> anyhow::Result<Vec<Key>> {
        let mut places = Vec::with_capacity(messages.len());
        let events = messages.iter().map(|message| &message.event);
        self.execute_each(
            "inserting messages",
            INSERT,
            events.map(|event| (event.ray_id.as_str(), &event.data[..])),
            || places.push(self.connection.last_insert_rowid()),
        )?;
        let numbers = messages.iter().map(|message| message.number);
        Ok(numbers.zip(places).map(|(number, place)| Key { number, place }).collect())
    }

    fn delete(&mut self, delivered: &[Key]) -> anyhow::Result<()> {
        let doing = "deleting messages";
        let places = delivered.iter().map(|key| [key.place]);
        match self.spec.deletion {
            Deletion::ByRayId => {
                let ray_ids: Vec<_> = delivered.iter().map(|key| ray_id_of(key.number)).collect();
                let ray_ids = ray_ids.iter().map(|ray_id| [ray_id.as_str()]);
                self.execute_each(doing, "DELETE FROM log_events WHERE ray_id = ?1", ray_ids, || {})
            }
            Deletion::ByRowid => {
                self.execute_each(doing, "DELETE FROM log_events WHERE _id = ?1", places, || {})
            }
            Deletion::Soft => {
                let sql = "UPDATE log_events SET send_attempts = -1 WHERE _id = ?1";
                self.execute_each(doing, sql, places, || {})
            }
        }
    }

    fn select_for_retry(&mut self, query: &RetryQuery) -> anyhow::Result<Vec<Stored>> {
        let age_seconds = i64::try_from(query.age.as_secs()).unwrap_or(i64::MAX);
        let parameters = params![age_seconds, query.attempts_max, query.messages_max.get()];
        let found = self.select("selecting for retry", SELECT_FOR_RETRY, parameters)?;
        if !found.is_empty() {
            let places = found.iter().map(|stored| [stored.key.place]);
            self.execute_each("counting an attempt", COUNT_ATTEMPT, places, || {})?;
        }
        Ok(found)
    }

    fn waiting_behind(
        &mut self,
        place: i64,
        messages_max: NonZeroU32,
    ) -> anyhow::Result<Vec<Stored>> {
        self.select("reading what waits", SELECT_BEHIND, params![place, messages_max.get()])
    }

    fn maintain(&mut self) -> anyhow::Result<()> {
        let failed = error::sqlite("maintaining the store");
        if self.spec.deletion == Deletion::Soft {
            let sql = "DELETE FROM log_events WHERE _id IN \
                (SELECT _id FROM log_events WHERE send_attempts = -1 LIMIT ?1)";
            self.connection.execute(sql, [PURGED_MAX]).map_err(failed)?;
        }
        if self.spec.pragmas.auto_vacuum == AutoVacuum::Incremental {
            let sql = format!("PRAGMA incremental_vacuum({VACUUMED_PAGES_MAX})");
            // A page is cut off with each row that the pragma gives.
            let mut statement = self.connection.prepare(&sql).map_err(failed)?;
            let mut rows = statement.query([]).map_err(failed)?;
            while rows.next().map_err(failed)?.is_some() {}
        }
        Ok(())
    }

    fn sizes(&mut self) -> anyhow::Result<Sizes> {
        // Asked of the file system, not through a handle: closing one would drop SQLite's locks.
        Ok(Sizes {
            database_bytes: file_bytes(&self.database)?,
            journal_bytes: file_bytes(&self.journal())?,
            freelist_pages: Some(self.freelist_pages()?),
        })
    }

    fn checkpointed(&self) -> Checkpointed {
        *self.checkpointed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settings(&self) -> Settings {
        self.settings.clone()
    }

    fn identity(&self) -> anyhow::Result<Option<SqliteIdentity>> {
        Ok(Some(SqliteIdentity::of(&self.connection)?))
    }

    fn close(self: Box<Self>) -> anyhow::Result<()> {
        self.connection.close().map_err(error::sqlite("closing the database"))
    }
}

/// Makes the table in a database that has none, in one transaction; refuses another table.
fn make_if_empty(spec: &SqliteStoreSpec, connection: &Connection) -> anyhow::Result<()> {
    let failed = error::sqlite("creating the table");
    let expected = spec.create_sql();
    let kept = kept_sql(connection).map_err(failed)?;
    if kept.is_empty() {
        let sql = format!("BEGIN IMMEDIATE; {expected}; COMMIT");
        return connection.execute_batch(&sql).map_err(failed);
    }
    let expected: Vec<&str> = expected.split("; ").collect();
    if kept == expected {
        return Ok(());
    }
    Err(foreign("the table and indexes of these settings", kept.join("; ")))
}

/// The statements of the schema, in the order in which they were executed.
fn kept_sql(connection: &Connection) -> Result<Vec<String>, sqlite_builds::rusqlite::Error> {
    let sql = "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
               ORDER BY rowid";
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn stored(
    row: &Row<'_>,
    failed: impl Fn(sqlite_builds::rusqlite::Error) -> anyhow::Error,
) -> anyhow::Result<Stored> {
    let ray_id: String = row.get(1).map_err(&failed)?;
    let data: Vec<u8> = row.get(3).map_err(&failed)?;
    let foreign = |expected| foreign(expected, format!("ray id {ray_id:?}"));
    let number = number_of(ray_id.as_bytes()).ok_or_else(|| foreign("this driver's ray ids"))?;
    let text = text_of(&data).ok_or_else(|| foreign("a message's data beside the ray id"))?;
    let message = Message::new(number, text);
    if *message.event.data != *data {
        return Err(foreign("the ray id in the data too"));
    }
    Ok(Stored {
        key: Key { number, place: row.get(0).map_err(&failed)? },
        send_attempts: row.get(2).map_err(&failed)?,
        message,
    })
}

/// A file's length; 0 where there is none.
pub(super) fn file_bytes(path: &Path) -> anyhow::Result<u64> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(error::file("reading the size of", path)(source)),
    }
}
