//! Queries over a table, with statements that stay prepared.

use rusqlite::{CachedStatement, Connection, params};

use super::table::{LATE_VOTE_COUNT_SQL, SecondaryIndexes, Table, prepared};
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
        let sql = sql(self.table, query).ok_or_else(|| WriteError::NoWayToRead {
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

/// The statement that answers a query, where the table has an index or a key that leads to it. Rows
/// that are appended have ascending rowids, from 1.
fn sql(table: Table, query: Query) -> Option<&'static str> {
    match (table, query) {
        (Table::Votes(SecondaryIndexes::Article), Query::FirstVote { .. }) => {
            Some("SELECT article, user FROM votes WHERE article = ?1 ORDER BY rowid LIMIT 1")
        }
        (Table::Votes(SecondaryIndexes::Article), Query::Votes { .. }) => {
            Some("SELECT article, user FROM votes WHERE article = ?1 ORDER BY rowid")
        }
        (Table::Votes(_), Query::Range { .. }) => {
            Some("SELECT article, user FROM votes WHERE rowid > ?1 ORDER BY rowid LIMIT ?2")
        }
        (Table::VotesAndCounts | Table::VotesAndLateCounts, Query::Range { .. }) => {
            Some("SELECT article, user FROM votes WHERE rowid > ?1 ORDER BY rowid LIMIT ?2")
        }
        (Table::Events | Table::EventsUnindexed, Query::Range { .. }) => {
            Some("SELECT ray_id, data FROM log_events WHERE _id > ?1 ORDER BY _id LIMIT ?2")
        }
        (_, Query::VoteCount { .. }) => vote_count_sql(table),
        _ => None,
    }
}

/// An article that nobody has voted for has 0 votes, also where no row says so.
fn vote_count_sql(table: Table) -> Option<&'static str> {
    match table {
        Table::VotesAndCounts => {
            Some("SELECT coalesce((SELECT votes FROM counts WHERE article = ?1), 0)")
        }
        Table::VotesAndLateCounts => Some(LATE_VOTE_COUNT_SQL),
        Table::Votes(
            SecondaryIndexes::Article | SecondaryIndexes::Two | SecondaryIndexes::Three,
        )
        | Table::VotesWithoutRowid => Some("SELECT count(*) FROM votes WHERE article = ?1"),
        Table::SoupStore(_) => Some("SELECT count(*) FROM store WHERE index_0 = ?1"),
        Table::Votes(SecondaryIndexes::None)
        | Table::VotesByKey
        | Table::VotesUniquePair
        | Table::VotesAutoincrement
        | Table::VotePackets
        | Table::Events
        | Table::EventsUnindexed => None,
    }
}
