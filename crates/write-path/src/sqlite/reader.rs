//! Queries over a table, with statements that stay prepared.

use rusqlite::{CachedStatement, Connection, params};

use super::table::{Table, prepared};
use crate::error::WriteError;
use crate::read::{Query, ReadPath};
use crate::record::Record;

/// Reads through a connection, the writer's or one beside it, each query in a transaction of its own.
pub(super) struct TableReader<'connection> {
    table: Table,
    connection: &'connection Connection,
    first_vote: Option<CachedStatement<'connection>>,
    votes: Option<CachedStatement<'connection>>,
    range: Option<CachedStatement<'connection>>,
    vote_count: Option<CachedStatement<'connection>>,
}

impl<'connection> TableReader<'connection> {
    pub(super) fn new(table: Table, connection: &'connection Connection) -> Self {
        Self { table, connection, first_vote: None, votes: None, range: None, vote_count: None }
    }
}

impl ReadPath for TableReader<'_> {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64, WriteError> {
        let reading = || WriteError::sqlite("answering a query");
        let queries = &self.table.shape().queries;
        let sql = match query {
            Query::FirstVote { .. } => queries.first_vote_sql,
            Query::Votes { .. } => queries.votes_sql,
            Query::Range { .. } => queries.range_sql,
            Query::VoteCount { .. } => queries.vote_count_sql,
        };
        let sql = sql.ok_or_else(|| WriteError::NoWayToRead {
            store: self.table.label(),
            query: query.name(),
        })?;
        let before = found.len();
        let mut rows = match query {
            Query::VoteCount { article } => {
                let statement = prepared(&mut self.vote_count, self.connection, sql)?;
                let votes: i64 =
                    statement.query_row(params![article], |row| row.get(0)).map_err(reading())?;
                return Ok(votes.unsigned_abs());
            }
            Query::FirstVote { article } => {
                let statement = prepared(&mut self.first_vote, self.connection, sql)?;
                statement.query(params![article])
            }
            Query::Votes { article } => {
                let statement = prepared(&mut self.votes, self.connection, sql)?;
                statement.query(params![article])
            }
            Query::Range { first, records } => {
                let statement = prepared(&mut self.range, self.connection, sql)?;
                statement.query(params![first.cast_signed(), records.get()])
            }
        }
        .map_err(reading())?;
        while let Some(row) = rows.next().map_err(reading())? {
            found.push(self.table.record(row).map_err(reading())?);
        }
        Ok((found.len() - before) as u64)
    }
}
