//! The tables that records go into: one variant for each shape.

mod binding;
mod counts;
mod late_counts;
mod reading_back;
mod sql;

use rusqlite::{CachedStatement, Connection, params};

use crate::error::WriteError;
use crate::log::encoded_operations;
use crate::operation::{Operation, RecordKey};
use crate::record::Record;
use binding::insert_pair;
use late_counts::LateCounts;
pub(super) use late_counts::VOTE_COUNT_SQL as LATE_VOTE_COUNT_SQL;

/// A table shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// Votes as two integers, appended by rowid.
    Votes(SecondaryIndexes),
    /// Votes under an `INTEGER PRIMARY KEY` that lies anywhere in the table, as random ids do.
    VotesByKey,
    /// Votes as two integers, appended by rowid, and beside them one row for each article with its
    /// number of votes, which each packet brings up to date.
    VotesAndCounts,
    /// The same, but a packet counts the votes for an eighth of the articles only, and the others follow in
    /// their turns. Votes stay: a deletion is refused.
    VotesAndLateCounts,
    /// Votes in a `WITHOUT ROWID` table, by article and user.
    VotesWithoutRowid,
    /// Votes appended by rowid, with the log driver's unique index over a random text and a time.
    VotesUniquePair,
    /// Votes appended by an `AUTOINCREMENT` key.
    VotesAutoincrement,
    /// Soup's table for a base node: the row as bytes, and each key in an indexed column of its own
    /// (noria, pull request 58).
    SoupStore(KeyAffinity),
    /// One row for each packet, with the packet's bytes as the native log stores them, and no index:
    /// SQLite used as a log. Deletions are kept as they came.
    VotePackets,
    /// The log driver's table, column for column (rusqlite-queue-bench, `LOG_EVENTS`).
    Events,
    /// The same without its unique index, of which no event has need that is appended.
    EventsUnindexed,
}

/// Secondary indexes on the table of votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecondaryIndexes {
    /// None: each insert touches the rightmost leaf alone.
    None,
    /// One, on the article: each insert touches a random leaf as well.
    Article,
    /// Another on article and user: two random leaves.
    Two,
    /// A third on the user, which grows: one rightmost leaf more.
    Three,
}

/// The affinity of the key columns of [`Table::SoupStore`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyAffinity {
    /// As Soup declared them: SQLite turns each integer into text.
    Text,
    /// As the keys are.
    Integer,
}

impl Table {
    /// Whether inserts go to random places of a tree.
    pub(crate) fn has_random_inserts(self) -> bool {
        match self {
            Self::Votes(SecondaryIndexes::None)
            | Self::VotesAutoincrement
            | Self::VotePackets
            | Self::EventsUnindexed => false,
            Self::Votes(_)
            | Self::VotesByKey
            | Self::VotesAndCounts
            | Self::VotesAndLateCounts
            | Self::VotesWithoutRowid
            | Self::VotesUniquePair
            | Self::SoupStore(_)
            | Self::Events => true,
        }
    }

    /// Every shape.
    pub const ALL: [Self; 15] = [
        Self::Votes(SecondaryIndexes::None),
        Self::Votes(SecondaryIndexes::Article),
        Self::Votes(SecondaryIndexes::Two),
        Self::Votes(SecondaryIndexes::Three),
        Self::VotesByKey,
        Self::VotesAndCounts,
        Self::VotesAndLateCounts,
        Self::VotesWithoutRowid,
        Self::VotesUniquePair,
        Self::VotesAutoincrement,
        Self::SoupStore(KeyAffinity::Text),
        Self::SoupStore(KeyAffinity::Integer),
        Self::VotePackets,
        Self::Events,
        Self::EventsUnindexed,
    ];

    /// The shape as ids and tables write it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Votes(SecondaryIndexes::None) => "votes",
            Self::Votes(SecondaryIndexes::Article) => "indexed",
            Self::Votes(SecondaryIndexes::Two) => "indexed2",
            Self::Votes(SecondaryIndexes::Three) => "indexed3",
            Self::VotesByKey => "keyed",
            Self::VotesAndCounts => "counts",
            Self::VotesAndLateCounts => "latecounts",
            Self::VotesWithoutRowid => "norowid",
            Self::VotesUniquePair => "unique",
            Self::VotesAutoincrement => "autoinc",
            Self::SoupStore(KeyAffinity::Text) => "storetext",
            Self::SoupStore(KeyAffinity::Integer) => "storeint",
            Self::VotePackets => "packets",
            Self::Events => "events",
            Self::EventsUnindexed => "events0",
        }
    }

    /// Applies operations to a shape that needs no more for it than the table.
    fn apply(self, connection: &Connection, operations: &[Operation]) -> Result<(), WriteError> {
        let mut statements = Statements::new(self, connection);
        match self {
            Self::VotePackets => return self.keep_packet(statements.insert()?, operations),
            Self::VotesAndCounts => return self.apply_with_counts(&mut statements, operations),
            _ => {}
        }
        let binds_pair = self.binds_article_and_user();
        for operation in operations {
            match operation {
                // What most cases do 400 times a packet: the shape is not asked for again with each row.
                Operation::Insert(Record::Vote(vote)) if binds_pair => {
                    insert_pair(statements.insert()?, *vote)?;
                }
                Operation::Insert(record) => self.insert(statements.insert()?, record)?,
                Operation::Delete(key) => self.delete(statements.delete()?, key)?,
            }
        }
        Ok(())
    }

    fn keep_packet(
        self,
        statement: &mut CachedStatement<'_>,
        operations: &[Operation],
    ) -> Result<(), WriteError> {
        operations.iter().try_for_each(|operation| self.check(operation))?;
        statement
            .execute(params![encoded_operations(operations)])
            .map(drop)
            .map_err(WriteError::sqlite("inserting a packet"))
    }

    /// Refuses what the table cannot store, before anything is stored.
    pub(crate) fn check(self, operation: &Operation) -> Result<(), WriteError> {
        let holds_events = matches!(self, Self::Events | Self::EventsUnindexed);
        match (operation, holds_events) {
            (Operation::Insert(Record::Event(_)), false) => Err(self.refuse("an event")),
            (Operation::Delete(RecordKey::EventRay(_)), false) => {
                Err(self.refuse("an event's deletion"))
            }
            (Operation::Insert(Record::Vote(_)), true) => Err(self.refuse("a vote")),
            // A deleted vote's place at the end would go to another one, which would count as counted.
            (Operation::Delete(RecordKey::VoteUser(_)), _) if self == Self::VotesAndLateCounts => {
                Err(self.refuse("a vote's deletion"))
            }
            (Operation::Delete(RecordKey::VoteUser(_)), true) => {
                Err(self.refuse("a vote's deletion"))
            }
            _ => Ok(()),
        }
    }
}

/// What puts operations into a table.
#[derive(Debug)]
pub(super) enum TableWriter {
    /// The table is all that it takes.
    Plain(Table),
    /// Something is remembered from packet to packet.
    LateCounts(LateCounts),
}

impl TableWriter {
    /// A writer for a table that is there.
    pub(super) fn of(table: Table, connection: &Connection) -> Result<Self, WriteError> {
        Ok(match table {
            Table::VotesAndLateCounts => Self::LateCounts(LateCounts::left_in(connection)?),
            _ => Self::Plain(table),
        })
    }

    /// Applies operations inside the caller's transaction. After an error, which rolls that back, the writer
    /// is of no more use.
    pub(super) fn apply(
        &mut self,
        connection: &Connection,
        operations: &[Operation],
    ) -> Result<(), WriteError> {
        match self {
            Self::Plain(table) => table.apply(connection, operations),
            Self::LateCounts(counts) => counts.apply(connection, operations),
        }
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
