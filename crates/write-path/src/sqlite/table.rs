//! The tables that records go into: their SQL, and how a record binds to it.

use rusqlite::{CachedStatement, Connection, Row, params};

use crate::error::WriteError;
use crate::operation::{Operation, RecordKey};
use crate::record::{Event, RAY_ID_BYTES, RayId, Record, Vote};

/// A table shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Votes as two integers, appended by rowid.
    Votes(SecondaryIndexes),
    /// The log driver's table, column for column (rusqlite-queue-bench, `LOG_EVENTS`).
    Events,
}

/// Secondary indexes on the table of votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondaryIndexes {
    /// None: each insert touches the rightmost leaf alone.
    None,
    /// One, on the article: each insert touches a random leaf as well.
    Article,
}

impl Table {
    /// The table's name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Votes(_) => "votes",
            Self::Events => "log_events",
        }
    }

    /// The shape as ids and tables write it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Votes(SecondaryIndexes::None) => "votes",
            Self::Votes(SecondaryIndexes::Article) => "indexed",
            Self::Events => "events",
        }
    }

    /// The statements that make the table.
    pub fn create_sql(self) -> &'static str {
        match self {
            Self::Votes(SecondaryIndexes::None) => {
                "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL)"
            }
            Self::Votes(SecondaryIndexes::Article) => {
                "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
                 CREATE INDEX votes_by_article ON votes(article)"
            }
            Self::Events => {
                "CREATE TABLE log_events(
                   _id INTEGER PRIMARY KEY AUTOINCREMENT,
                   ray_id TEXT NOT NULL,
                   created_ms DATETIME DEFAULT current_timestamp,
                   send_attempts INTEGER DEFAULT 0,
                   data BLOB,
                   UNIQUE(ray_id, created_ms))"
            }
        }
    }

    fn insert_sql(self) -> &'static str {
        match self {
            Self::Votes(_) => "INSERT INTO votes(article, user) VALUES (?1, ?2)",
            Self::Events => "INSERT INTO log_events(ray_id, data) VALUES (?1, ?2)",
        }
    }

    fn delete_sql(self) -> &'static str {
        match self {
            Self::Votes(_) => "DELETE FROM votes WHERE user = ?1",
            Self::Events => "DELETE FROM log_events WHERE ray_id = ?1",
        }
    }

    fn select_sql(self) -> &'static str {
        match self {
            Self::Votes(_) => "SELECT article, user FROM votes",
            Self::Events => "SELECT ray_id, data FROM log_events",
        }
    }

    /// Applies operations inside the caller's transaction.
    pub fn apply(
        self,
        connection: &Connection,
        operations: &[Operation],
    ) -> Result<(), WriteError> {
        let mut statements = Statements::new(self, connection);
        for operation in operations {
            match operation {
                Operation::Insert(record) => self.insert(statements.insert()?, record)?,
                Operation::Delete(key) => self.delete(statements.delete()?, key)?,
            }
        }
        Ok(())
    }

    fn insert(
        self,
        statement: &mut CachedStatement<'_>,
        record: &Record,
    ) -> Result<(), WriteError> {
        match (self, record) {
            (Self::Votes(_), Record::Vote(vote)) => {
                statement.execute(params![vote.article, vote.user.cast_signed()])
            }
            (Self::Events, Record::Event(event)) => {
                statement.execute(params![event.ray_id.as_str(), &event.data[..]])
            }
            (Self::Votes(_), Record::Event(_)) => return Err(self.refuse("an event")),
            (Self::Events, Record::Vote(_)) => return Err(self.refuse("a vote")),
        }
        .map(drop)
        .map_err(WriteError::sqlite("inserting a record"))
    }

    fn delete(
        self,
        statement: &mut CachedStatement<'_>,
        key: &RecordKey,
    ) -> Result<(), WriteError> {
        match (self, key) {
            (Self::Votes(_), RecordKey::VoteUser(user)) => {
                statement.execute(params![user.cast_signed()])
            }
            (Self::Events, RecordKey::EventRay(ray)) => statement.execute(params![ray.as_str()]),
            (Self::Votes(_), RecordKey::EventRay(_)) => {
                return Err(self.refuse("an event's deletion"));
            }
            (Self::Events, RecordKey::VoteUser(_)) => {
                return Err(self.refuse("a vote's deletion"));
            }
        }
        .map(drop)
        .map_err(WriteError::sqlite("deleting a record"))
    }

    /// Calls `visit` with every record of the table.
    pub fn visit_records(
        self,
        connection: &Connection,
        mut visit: impl FnMut(&Record),
    ) -> Result<(), WriteError> {
        let reading = || WriteError::sqlite("reading records back");
        let mut statement = connection.prepare(self.select_sql()).map_err(reading())?;
        let mut rows = statement.query([]).map_err(reading())?;
        while let Some(row) = rows.next().map_err(reading())? {
            visit(&self.record(row).map_err(reading())?);
        }
        Ok(())
    }

    pub(super) fn record(self, row: &Row<'_>) -> rusqlite::Result<Record> {
        match self {
            Self::Votes(_) => Ok(Record::Vote(Vote {
                article: row.get(0)?,
                user: row.get::<_, i64>(1)?.cast_unsigned(),
            })),
            Self::Events => {
                let text: String = row.get(0)?;
                let letters = text.as_bytes().try_into().ok();
                let ray_id = letters.and_then(RayId::from_letters).ok_or_else(|| {
                    let expected = format!("a ray id of {RAY_ID_BYTES} letters, found {text:?}");
                    rusqlite::Error::FromSqlConversionFailure(
                        0,
                        rusqlite::types::Type::Text,
                        expected.into(),
                    )
                })?;
                let data: Vec<u8> = row.get(1)?;
                Ok(Record::Event(Event { ray_id, data: data.into_boxed_slice() }))
            }
        }
    }

    fn refuse(self, found: &'static str) -> WriteError {
        WriteError::WrongRecord { table: self.name(), found }
    }
}

/// The table's statements, prepared when first needed and kept in the connection's cache.
struct Statements<'connection> {
    table: Table,
    connection: &'connection Connection,
    insert: Option<CachedStatement<'connection>>,
    delete: Option<CachedStatement<'connection>>,
}

impl<'connection> Statements<'connection> {
    fn new(table: Table, connection: &'connection Connection) -> Self {
        Self { table, connection, insert: None, delete: None }
    }

    fn insert(&mut self) -> Result<&mut CachedStatement<'connection>, WriteError> {
        prepared(&mut self.insert, self.connection, self.table.insert_sql())
    }

    fn delete(&mut self) -> Result<&mut CachedStatement<'connection>, WriteError> {
        prepared(&mut self.delete, self.connection, self.table.delete_sql())
    }
}

/// The statement in the slot, prepared when first needed.
pub(super) fn prepared<'slot, 'connection>(
    slot: &'slot mut Option<CachedStatement<'connection>>,
    connection: &'connection Connection,
    sql: &str,
) -> Result<&'slot mut CachedStatement<'connection>, WriteError> {
    match slot {
        Some(statement) => Ok(statement),
        None => {
            let statement = connection
                .prepare_cached(sql)
                .map_err(WriteError::sqlite("preparing a statement"))?;
            Ok(slot.insert(statement))
        }
    }
}
