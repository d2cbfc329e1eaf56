//! The tables that records go into. Their shapes are data ([`shapes`]); the rest is what is done with any of them.

mod binding;
mod counts;
mod late_counts;
mod reading_back;
mod shape;
mod shapes;
mod statements;

use rusqlite::{CachedStatement, Connection, params};

use crate::error::WriteError;
use crate::log::encoded_operations;
use crate::operation::Operation;
use crate::record::Record;
use binding::insert_pair;
use late_counts::LateCounts;
pub use shape::KeyAffinity;
use shape::{Columns, Counts, Inserts};
pub use shapes::{SecondaryIndexes, Table};
use statements::Statements;
pub(super) use statements::prepared;

impl Table {
    /// The shape as ids and tables write it.
    pub fn label(self) -> &'static str {
        self.shape().label
    }

    /// The table's name in SQL.
    pub fn name(self) -> &'static str {
        self.shape().name
    }

    /// The statements that make the table.
    pub fn create_sql(self) -> &'static str {
        self.shape().create_sql
    }

    /// Whether inserts go to random places of a tree.
    pub(crate) fn has_random_inserts(self) -> bool {
        self.shape().inserts == Inserts::Random
    }

    /// Applies operations to a shape that needs no more for it than the table.
    fn apply(self, connection: &Connection, operations: &[Operation]) -> Result<(), WriteError> {
        let shape = self.shape();
        let mut statements = Statements::new(shape, connection);
        if shape.columns == Columns::Packet {
            return self.keep_packet(statements.insert()?, operations);
        }
        if shape.counts != Counts::None {
            return self.apply_with_counts(&mut statements, operations);
        }
        let binds_pair = shape.columns == Columns::Pair;
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
        Ok(match table.shape().counts {
            Counts::InTurns { .. } => Self::LateCounts(LateCounts::left_in(connection)?),
            Counts::None | Counts::EachPacket { .. } => Self::Plain(table),
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
