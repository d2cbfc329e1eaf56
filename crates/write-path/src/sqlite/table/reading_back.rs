//! Reading every record of a table, and comparing what follows from the records: counts, derived columns,
//! and the number of entries in each index.

use std::collections::HashSet;

use rusqlite::Connection;
use rusqlite::types::Type;

use super::binding;
use super::counts::check_counts;
use super::shape::{Columns, Counts};
use super::shapes::Table;
use crate::error::WriteError;
use crate::log::decode_operations;
use crate::operation::Operation;
use crate::record::Record;

impl Table {
    /// Calls `visit` with every record of the table.
    ///
    /// # Errors
    /// What SQLite reports, [`WriteError::CountsDisagree`] where counts are kept that are not
    /// those of the votes, [`WriteError::DerivedColumn`] where a column is not what follows from its row's
    /// record, and [`WriteError::IndexDisagrees`] where an index has not one entry for each row.
    pub fn visit_records(
        self,
        connection: &Connection,
        mut visit: impl FnMut(&Record),
    ) -> Result<(), WriteError> {
        let shape = self.shape();
        if shape.columns == Columns::Packet {
            return self.visit_packets(connection, &mut visit);
        }
        match shape.counts {
            Counts::None => {}
            Counts::EachPacket { disagreeing_sql } | Counts::InTurns { disagreeing_sql } => {
                check_counts(connection, disagreeing_sql)?;
            }
        }
        let reading = || WriteError::sqlite("reading records back");
        let mut statement = connection.prepare(self.shape().select_sql).map_err(reading())?;
        let mut rows = statement.query([]).map_err(reading())?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(reading())? {
            let record = self.record(row).map_err(reading())?;
            self.check_derived(row, &record)?;
            visit(&record);
            count += 1;
        }
        self.check_indexes(connection, count)
    }

    /// Compares the number of entries in each index with that of the rows. SQLite reads the table itself for
    /// everything above, whatever its indexes hold.
    fn check_indexes(self, connection: &Connection, rows: u64) -> Result<(), WriteError> {
        let counting = || WriteError::sqlite("counting the entries of an index");
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1";
        let mut statement = connection.prepare(sql).map_err(counting())?;
        let names = statement.query_map([self.name()], |row| row.get(0)).map_err(counting())?;
        let names: Vec<String> = names.collect::<Result<_, _>>().map_err(counting())?;
        for index in names {
            // Without a condition SQLite counts whatever index is the smallest, also where another is named.
            let table = self.name();
            let sql = format!("SELECT count(*) FROM {table} INDEXED BY {index} WHERE likely(1)");
            let entries: i64 =
                connection.query_row(&sql, [], |row| row.get(0)).map_err(counting())?;
            let entries = entries.unsigned_abs();
            if entries != rows {
                return Err(WriteError::IndexDisagrees { index, rows, entries });
            }
        }
        Ok(())
    }

    /// Reads packets twice: records come before their deletions, which are known only at the end.
    fn visit_packets(
        self,
        connection: &Connection,
        visit: &mut impl FnMut(&Record),
    ) -> Result<(), WriteError> {
        let mut deleted = HashSet::new();
        self.visit_operations(connection, &mut |operation| {
            if let Operation::Delete(key) = operation {
                deleted.insert(key);
            }
        })?;
        self.visit_operations(connection, &mut |operation| {
            if let Operation::Insert(record) = operation
                && !deleted.contains(&record.key())
            {
                visit(&record);
            }
        })
    }

    fn visit_operations(
        self,
        connection: &Connection,
        visit: &mut dyn FnMut(Operation),
    ) -> Result<(), WriteError> {
        let reading = || WriteError::sqlite("reading packets back");
        let mut statement = connection.prepare(self.shape().select_sql).map_err(reading())?;
        let mut rows = statement.query([]).map_err(reading())?;
        while let Some(row) = rows.next().map_err(reading())? {
            let bytes: Vec<u8> = row.get(0).map_err(reading())?;
            decode_operations(&bytes, &mut *visit)
                .map_err(|found| reading()(binding::conversion_failure(Type::Blob, found)))?;
        }
        Ok(())
    }
}
