//! Statements that are prepared when they are first needed.

use rusqlite::{CachedStatement, Connection};

use super::shape::Shape;
use crate::error::WriteError;

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

    pub(super) fn insert(&mut self) -> Result<&mut CachedStatement<'connection>, WriteError> {
        prepared(&mut self.insert, self.connection, self.shape.insert_sql)
    }

    pub(super) fn delete(&mut self) -> Result<&mut CachedStatement<'connection>, WriteError> {
        prepared(&mut self.delete, self.connection, self.shape.delete_sql)
    }
}

/// The statement in the slot, prepared when first needed.
pub(in crate::sqlite) fn prepared<'slot, 'connection>(
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
