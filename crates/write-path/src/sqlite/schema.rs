//! The tables and indexes of a database: made in one transaction, and read back.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, Row};

use super::table::Table;
use crate::error::{Result, WriteError};

/// The statements that make a path's tables and indexes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schema {
    table: Table,
    /// The statement of a table that another part of the path keeps beside it.
    beside: Option<&'static str>,
}

/// How a statement begins that makes something. Others put the first rows in.
const MAKES: &str = "CREATE ";

impl Schema {
    /// The schema of a table alone.
    pub(crate) fn of(table: Table) -> Self {
        Self { table, beside: None }
    }

    /// The same with one more table.
    pub(crate) fn with(self, statement: &'static str) -> Self {
        Self { beside: Some(statement), ..self }
    }

    /// Makes everything in a database that has nothing yet. It is one transaction, so that a crash leaves
    /// all or nothing; after an error the connection must be closed, which rolls it back.
    pub(super) fn make_if_empty(self, connection: &Connection) -> Result<()> {
        let making = || WriteError::sqlite("creating the table");
        let is_empty: bool = connection
            .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
            .map_err(making())?;
        if !is_empty {
            return Ok(());
        }
        let beside = self.beside.unwrap_or_default();
        let sql = format!("BEGIN IMMEDIATE; {}; {beside}; COMMIT", self.table.create_sql());
        connection.execute_batch(&sql).map_err(making())
    }

    /// Reads the schema back, as SQLite keeps it, and refuses the first thing that is not there, is another,
    /// or is too much. `database` is the file that the refusal names.
    pub(super) fn read_back(self, connection: &Connection, database: &Path) -> Result<()> {
        let mut got = kept_in(connection)?;
        let nothing = || "nothing".to_owned();
        let differs = |expected, got| {
            let what = format!("the schema of {}", database.display());
            let advice = "open it with the table that it was made with, or begin again with an \
                          empty directory";
            Err(WriteError::Differs { what, expected, got, advice })
        };
        for expected in self.statements() {
            match got.remove(name_of(&expected)) {
                Some(got) if got == expected => {}
                got => return differs(expected, got.unwrap_or_else(nothing)),
            }
        }
        match got.into_values().next() {
            None => Ok(()),
            Some(got) => differs(nothing(), got),
        }
    }

    /// Each statement that makes something, in one line.
    fn statements(self) -> impl Iterator<Item = String> {
        let statements = self.table.create_sql().split(';').chain(self.beside);
        statements.map(in_one_line).filter(|statement| statement.starts_with(MAKES))
    }
}

/// What SQLite keeps of each statement that made something, by its name. Names that begin with `sqlite_` are
/// SQLite's own (<https://sqlite.org/fileformat2.html#internal_schema_objects>).
fn kept_in(connection: &Connection) -> Result<BTreeMap<String, String>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let read = || -> rusqlite::Result<_> {
        let mut statement = connection.prepare(sql)?;
        let kept = |row: &Row<'_>| Ok((row.get(0)?, in_one_line(&row.get::<_, String>(1)?)));
        statement.query_map([], kept)?.collect()
    };
    read().map_err(WriteError::sqlite("reading the schema back"))
}

/// The statement with each run of white space as one space, so that how it is laid out does not matter.
fn in_one_line(statement: &str) -> String {
    statement.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of what a statement makes: `CREATE TABLE votes(...)`, `CREATE INDEX name ON ...`.
fn name_of(statement: &str) -> &str {
    let name = statement.split(' ').nth(2).unwrap_or_default();
    name.split_once('(').map_or(name, |(name, _columns)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_names_what_it_makes() {
        for table in Table::ALL {
            let statements: Vec<String> = Schema::of(table).statements().collect();
            assert!(!statements.is_empty(), "{table:?}");
            assert_eq!(name_of(&statements[0]), table.name(), "{table:?}");
            let names: Vec<&str> = statements.iter().map(|statement| name_of(statement)).collect();
            assert!(names.iter().all(|name| !name.is_empty() && !name.contains('(')), "{names:?}");
        }
    }
}
