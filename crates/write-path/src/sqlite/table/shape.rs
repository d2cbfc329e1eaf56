//! What a table shape is made of, and its statements at work.

use rusqlite::{CachedStatement, Connection};

use crate::error::{Result, WriteError};

/// The affinity of the key columns of Soup's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyAffinity {
    /// As Soup declared them: SQLite turns each integer into text.
    Text,
    /// As the keys are.
    Integer,
}

/// What there is to know of a shape.
#[derive(Debug)]
pub(in crate::sqlite) struct Shape {
    /// The shape as ids and tables write it.
    pub(in crate::sqlite) label: &'static str,
    /// The table's name in SQL.
    pub(in crate::sqlite) name: &'static str,
    /// The statements that make the table.
    pub(in crate::sqlite) create_sql: &'static str,
    pub(in crate::sqlite) insert_sql: &'static str,
    /// The deletion by a record's key. Only `VotesByKey` and `Events` have an index that leads to it; the other
    /// shapes read the whole table.
    pub(in crate::sqlite) delete_sql: &'static str,
    /// Every record, and behind it the column that follows from it, where there is one.
    pub(in crate::sqlite) select_sql: &'static str,
    pub(in crate::sqlite) columns: Columns,
    pub(in crate::sqlite) counts: Counts,
    pub(in crate::sqlite) inserts: Inserts,
    pub(in crate::sqlite) queries: Queries,
}

/// What a row holds, and in which order its values are bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sqlite) enum Columns {
    /// Article and user.
    Pair,
    /// Article and user, and a key that lies anywhere.
    PairAndKey,
    /// Article and user, and a text that lies anywhere.
    PairAndText,
    /// The vote's bytes, and its article as a key.
    BytesAndArticle(KeyAffinity),
    /// A packet's bytes.
    Packet,
    /// An event's id and data.
    Event,
}

/// The counts that are kept beside the votes, with what finds an article whose count is not that of its votes, 0 and
/// no row being the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sqlite) enum Counts {
    /// There are none.
    None,
    /// Each packet brings them up to date.
    EachPacket { disagreeing_sql: &'static str },
    /// Each packet brings a part of them up to date.
    InTurns { disagreeing_sql: &'static str },
}

/// Where inserts go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sqlite) enum Inserts {
    /// To the ends of trees.
    Appended,
    /// To random places of a tree, too.
    Random,
}

/// The statements that answer a query, where an index or a key leads to the answer.
#[derive(Debug, Clone, Copy)]
pub(in crate::sqlite) struct Queries {
    pub(in crate::sqlite) first_vote_sql: Option<&'static str>,
    pub(in crate::sqlite) votes_sql: Option<&'static str>,
    /// Rows that are appended have ascending rowids, from 1.
    pub(in crate::sqlite) range_sql: Option<&'static str>,
    /// An article that nobody has voted for has 0 votes, also where no row says so.
    pub(in crate::sqlite) vote_count_sql: Option<&'static str>,
}

impl Queries {
    pub(super) const NONE: Self =
        Self { first_vote_sql: None, votes_sql: None, range_sql: None, vote_count_sql: None };
    pub(super) const RANGE: Self = Self {
        range_sql: Some("SELECT article, user FROM votes WHERE rowid > ?1 ORDER BY rowid LIMIT ?2"),
        ..Self::NONE
    };
    pub(super) const VOTE_COUNT_SQL: Option<&'static str> =
        Some("SELECT count(*) FROM votes WHERE article = ?1");
}

/// A shape's statements, prepared when first needed and kept in the connection's cache.
pub(super) struct Statements<'connection> {
    shape: &'static Shape,
    pub(super) connection: &'connection Connection,
    insert: Option<CachedStatement<'connection>>,
    delete: Option<CachedStatement<'connection>>,
}

impl<'connection> Statements<'connection> {
    pub(super) fn new(shape: &'static Shape, connection: &'connection Connection) -> Self {
        Self { shape, connection, insert: None, delete: None }
    }

    pub(super) fn insert(&mut self) -> Result<&mut CachedStatement<'connection>> {
        prepared(&mut self.insert, self.connection, self.shape.insert_sql)
    }

    pub(super) fn delete(&mut self) -> Result<&mut CachedStatement<'connection>> {
        prepared(&mut self.delete, self.connection, self.shape.delete_sql)
    }
}

/// The statement in the slot, prepared when first needed.
pub(in crate::sqlite) fn prepared<'slot, 'connection>(
    slot: &'slot mut Option<CachedStatement<'connection>>,
    connection: &'connection Connection,
    sql: &str,
) -> Result<&'slot mut CachedStatement<'connection>> {
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
