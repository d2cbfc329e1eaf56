//! The tables that records go into. Their shapes are data ([`shapes`]); the rest is what is done with any of them.

mod binding;
mod counts;
mod shape;
mod shapes;

use rusqlite::Connection;

use crate::error::{Result, WriteError};
use crate::log::encoded_operations;
use crate::operation::Operation;
use crate::record::Record;
use binding::insert_pair;
use counts::LateCounts;
pub use shape::KeyAffinity;
pub(super) use shape::prepared;
use shape::{Columns, Counts, Inserts, Statements};
pub use shapes::{SecondaryIndexes, Table};

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
    fn apply(self, connection: &Connection, operations: &[Operation]) -> Result<()> {
        let shape = self.shape();
        let mut statements = Statements::new(shape, connection);
        if shape.columns == Columns::Packet {
            operations.iter().try_for_each(|operation| self.check(operation))?;
            let kept = statements.insert()?.execute([encoded_operations(operations)]);
            return kept.map(drop).map_err(WriteError::sqlite("inserting a packet"));
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
                other => self.apply_one(&mut statements, other)?,
            }
        }
        Ok(())
    }
}

/// What puts operations into a table.
#[derive(Debug)]
pub(super) struct TableWriter {
    table: Table,
    /// Of a table whose counts follow in turns: what is remembered from packet to packet.
    late_counts: Option<LateCounts>,
}

impl TableWriter {
    /// A writer for a table that is there.
    pub(super) fn of(table: Table, connection: &Connection) -> Result<Self> {
        let is_late = matches!(table.shape().counts, Counts::InTurns { .. });
        let late_counts = is_late.then(|| LateCounts::left_in(connection)).transpose()?;
        Ok(Self { table, late_counts })
    }

    /// Applies operations inside the caller's transaction. After an error, which rolls that back, the writer
    /// is of no more use.
    pub(super) fn apply(
        &mut self,
        connection: &Connection,
        operations: &[Operation],
    ) -> Result<()> {
        match &mut self.late_counts {
            None => self.table.apply(connection, operations),
            Some(counts) => counts.apply(self.table, connection, operations),
        }
    }
}
