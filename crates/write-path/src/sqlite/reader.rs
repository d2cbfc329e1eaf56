//! Queries over a table with statements that stay prepared, also through a connection beside the one that commits.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{CachedStatement, params};
use sqlite_builds::{ActiveBuild, BUSY_TIMEOUT, Connection, OpenMode, ThreadMode};

use super::pragma::{JournalMode, LockingMode};
use super::spec::SqliteSpec;
use super::table::{Table, prepared};
use crate::error::{Result, WriteError};
use crate::read::{Query, ReadPath, ReaderBeside};
use crate::record::Record;

/// Reads through a connection, the writer's or one beside it, each query in a transaction of its own.
pub(super) struct TableReader<'connection> {
    table: Table,
    connection: &'connection Connection,
    /// Of each kind of query.
    statements: [Option<CachedStatement<'connection>>; 4],
}

impl<'connection> TableReader<'connection> {
    pub(super) fn new(table: Table, connection: &'connection Connection) -> Self {
        Self { table, connection, statements: [const { None }; 4] }
    }
}

impl ReadPath for TableReader<'_> {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64> {
        let reading = || WriteError::sqlite("answering a query");
        let queries = &self.table.shape().queries;
        let (kind, sql) = match query {
            Query::FirstVote { .. } => (0, queries.first_vote_sql),
            Query::Votes { .. } => (1, queries.votes_sql),
            Query::Range { .. } => (2, queries.range_sql),
            Query::VoteCount { .. } => (3, queries.vote_count_sql),
        };
        let sql = sql.ok_or_else(|| query.no_way_in(self.table.label()))?;
        let statement = prepared(&mut self.statements[kind], self.connection, sql)?;
        let before = found.len();
        let rows = match query {
            Query::VoteCount { article } => {
                let votes: i64 =
                    statement.query_row([article], |row| row.get(0)).map_err(reading())?;
                return Ok(votes.unsigned_abs());
            }
            Query::FirstVote { article } | Query::Votes { article } => statement.query([article]),
            Query::Range { first, records } => {
                statement.query(params![first.cast_signed(), records.get()])
            }
        };
        let mut rows = rows.map_err(reading())?;
        while let Some(row) = rows.next().map_err(reading())? {
            found.push(self.table.record(row).map_err(reading())?);
        }
        Ok((found.len() - before) as u64)
    }
}

/// A connection that reads beside the commits, before it is opened.
#[derive(Debug)]
pub(super) struct ConnectionBeside {
    spec: SqliteSpec,
    build: ActiveBuild,
    database: PathBuf,
}

impl ConnectionBeside {
    /// A reader beside a path of these settings; `None` where commits shut readers out (without a WAL, or with
    /// an exclusive lock) or the build must not be used by two threads.
    pub(super) fn of(spec: &SqliteSpec, build: &ActiveBuild, database: &Path) -> Option<Self> {
        let lets_readers_in = spec.pragmas.journal_mode == JournalMode::Wal
            && spec.pragmas.locking_mode == LockingMode::Normal
            && spec.build.thread_mode != ThreadMode::SingleThread;
        lets_readers_in.then(|| Self {
            spec: *spec,
            build: build.clone(),
            database: database.to_path_buf(),
        })
    }
}

impl ReaderBeside for ConnectionBeside {
    fn lend(self: Box<Self>, client: &mut dyn FnMut(&mut dyn ReadPath)) -> Result<()> {
        let connection = connect(&self.spec, &self.build, &self.database, BUSY_TIMEOUT)?;
        client(&mut TableReader::new(self.spec.table, &connection));
        connection.close().map_err(WriteError::sqlite("closing the reader's connection"))
    }
}

/// A second connection to a path's database, with all of its pragmas, which waits for a lock so long.
pub(super) fn connect(
    spec: &SqliteSpec,
    build: &ActiveBuild,
    database: &Path,
    patience: Duration,
) -> Result<Connection> {
    let connection = spec.connect(build, database, OpenMode::ReadWrite)?;
    spec.pragmas.set(&connection)?;
    spec.pragmas.read_back(&connection)?;
    connection.busy_timeout(patience).map_err(WriteError::sqlite("setting the busy timeout"))?;
    Ok(connection)
}
