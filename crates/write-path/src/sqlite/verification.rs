//! What a closed database is found to hold, and whether it is intact.

use std::path::Path;

use rusqlite::Connection;
use sqlite_builds::{OpenMode, OpenOptions, Vfs};

use super::files::database_in;
use super::path::refuse_omitted_calls;
use super::schema::Schema;
use super::spec::SqliteSpec;
use super::table::Table;
use crate::digest::Digest;
use crate::error::WriteError;

/// Holds the whole of a large database, so that no page is read for every row that leads to it. Only what is
/// read is ever taken of it.
const ENTIRE_CACHE: &str = "PRAGMA cache_size = -2097152";

/// Answers that an error repeats: the first tell what is wrong.
const ANSWERS_MAX: usize = 5;

/// Opens a closed database afresh and digests every record in it, having compared its schema, its counts,
/// its derived columns and the length of each index.
pub(super) fn digest_database(spec: &SqliteSpec, directory: &Path) -> Result<Digest, WriteError> {
    with_database(spec, directory, |connection, database| {
        Schema::of(spec.table).read_back(connection, database)?;
        digest_table(spec.table, connection)
    })
}

/// Opens a closed database afresh and lets SQLite check all of it. It reads each page once, and looks up
/// each row in each index: about as long as reading every record, and that again for each index.
pub(crate) fn examine_database(spec: &SqliteSpec, directory: &Path) -> Result<(), WriteError> {
    with_database(spec, directory, |connection, database| {
        let checking = || WriteError::sqlite("checking the database");
        connection.execute_batch(ENTIRE_CACHE).map_err(checking())?;
        let mut statement = connection.prepare("PRAGMA integrity_check").map_err(checking())?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(checking())?;
        let answers: Vec<String> = rows.collect::<Result<_, _>>().map_err(checking())?;
        if answers == ["ok"] {
            return Ok(());
        }
        // A build that omits the check answers nothing, which is no success.
        let first = answers.iter().take(ANSWERS_MAX).map(String::as_str).collect::<Vec<_>>();
        let got = if first.is_empty() { "nothing".to_owned() } else { first.join("; ") };
        Err(WriteError::NotIntact { database: database.to_path_buf(), got })
    })
}

/// Digests every record of a table, having compared what follows from them.
pub(crate) fn digest_table(table: Table, connection: &Connection) -> Result<Digest, WriteError> {
    let mut digest = Digest::default();
    table.visit_records(connection, |record| digest.add(record))?;
    Ok(digest)
}

fn with_database<T>(
    spec: &SqliteSpec,
    directory: &Path,
    work: impl FnOnce(&Connection, &Path) -> Result<T, WriteError>,
) -> Result<T, WriteError> {
    let build = spec.build.activate()?;
    let database = database_in(directory);
    let connection = build.open(
        &database,
        &OpenOptions { mutex: spec.mutex, mode: OpenMode::ReadWrite, vfs: Vfs::Default },
    )?;
    let found = work(&connection, &database);
    let closed = connection.close().map_err(WriteError::sqlite("closing"));
    let found = found?;
    closed?;
    refuse_omitted_calls(spec)?;
    Ok(found)
}
