//! The table of votes whose count for each article is kept beside it.

use rusqlite::{CachedStatement, Connection, params};

use super::shapes::Table;
use super::statements::Statements;
use crate::error::WriteError;
use crate::operation::Operation;
use crate::record::{Record, RecordKey};

/// Adds to an article's count, and begins one where there is none
/// (<https://sqlite.org/lang_upsert.html>).
const ADD_SQL: &str = "INSERT INTO counts(article, votes) VALUES (?1, ?2)
                       ON CONFLICT(article) DO UPDATE SET votes = votes + excluded.votes";

impl Table {
    /// Keeps votes one by one and adds up what they change: one upsert for each article of the
    /// packet, in the order of the articles, so that a page of the counts is looked for once.
    pub(super) fn apply_with_counts(
        self,
        statements: &mut Statements<'_>,
        operations: &[Operation],
    ) -> Result<(), WriteError> {
        let mut changes: Vec<(u32, i64)> = Vec::with_capacity(operations.len());
        for operation in operations {
            match operation {
                Operation::Insert(record) => {
                    self.insert(statements.insert()?, record)?;
                    if let Record::Vote(vote) = record {
                        changes.push((vote.article, 1));
                    }
                }
                Operation::Delete(RecordKey::VoteUser(user)) => {
                    delete_returning(statements.delete()?, *user, &mut changes)?;
                }
                Operation::Delete(RecordKey::EventRay(_)) => {
                    return Err(self.refuse("an event's deletion"));
                }
            }
        }
        changes.sort_unstable_by_key(|(article, _)| *article);
        add_up(statements.connection, &changes)
    }
}

/// Refuses a table of which one article's count is not that of its votes.
pub(super) fn check_counts(
    connection: &Connection,
    disagreeing_sql: &str,
) -> Result<(), WriteError> {
    let disagreeing = connection.query_row(disagreeing_sql, [], |row| {
        Ok(WriteError::CountsDisagree {
            article: row.get(0)?,
            counted: row.get(1)?,
            kept: row.get(2)?,
        })
    });
    match disagreeing {
        Ok(refusal) => Err(refusal),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(()),
        Err(source) => Err(WriteError::sqlite("comparing counts with votes")(source)),
    }
}

/// Deletes a user's votes and notes for which articles they were.
fn delete_returning(
    statement: &mut CachedStatement<'_>,
    user: u64,
    changes: &mut Vec<(u32, i64)>,
) -> Result<(), WriteError> {
    let deleting = || WriteError::sqlite("deleting a record");
    let mut rows = statement.query(params![user.cast_signed()]).map_err(deleting())?;
    while let Some(row) = rows.next().map_err(deleting())? {
        changes.push((row.get(0).map_err(deleting())?, -1));
    }
    Ok(())
}

/// One upsert for each article of changes that are sorted by article.
pub(super) fn add_up(connection: &Connection, changes: &[(u32, i64)]) -> Result<(), WriteError> {
    let counting = || WriteError::sqlite("counting votes");
    let mut add = connection.prepare_cached(ADD_SQL).map_err(counting())?;
    for of_article in changes.chunk_by(|(first, _), (second, _)| first == second) {
        let votes: i64 = of_article.iter().map(|(_, change)| change).sum();
        add.execute(params![of_article[0].0, votes]).map_err(counting())?;
    }
    Ok(())
}
