//! The tables of votes whose count for each article is kept beside them: with each packet, or in turns.
//!
//! Where every packet brings all counts up to date, it writes nearly all of their pages, because its votes
//! are for articles anywhere: a megabyte for 100,000 articles. In turns a packet counts the votes for an
//! eighth of the articles, those of the last packets included, and writes an eighth of the pages. The
//! votes that are not counted yet are the last ones, so a count is what is counted and a look at those.

use rusqlite::{Connection, params};

use super::shape::Statements;
use super::shapes::Table;
use crate::error::{Result, WriteError};
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
    ) -> Result<()> {
        let mut changes: Vec<(u32, i64)> = Vec::with_capacity(operations.len());
        for operation in operations {
            match operation {
                Operation::Delete(RecordKey::VoteUser(user)) => {
                    let deleted = statements
                        .delete()?
                        .query_map([user.cast_signed()], |row| Ok((row.get(0)?, -1)));
                    let articles = deleted.and_then(Iterator::collect::<Result<Vec<_>, _>>);
                    changes.extend(articles.map_err(WriteError::sqlite("deleting a record"))?);
                }
                other => self.apply_one(statements, other)?,
            }
            if let Operation::Insert(Record::Vote(vote)) = operation {
                changes.push((vote.article, 1));
            }
        }
        changes.sort_unstable_by_key(|(article, _)| *article);
        add_up(statements.connection, &changes)
    }
}

/// One upsert for each article of changes that are sorted by article.
fn add_up(connection: &Connection, changes: &[(u32, i64)]) -> Result<()> {
    let counting = || WriteError::sqlite("counting votes");
    let mut add = connection.prepare_cached(ADD_SQL).map_err(counting())?;
    for of_article in changes.chunk_by(|(first, _), (second, _)| first == second) {
        let votes: i64 = of_article.iter().map(|(_, change)| change).sum();
        add.execute(params![of_article[0].0, votes]).map_err(counting())?;
    }
    Ok(())
}

/// Parts of the articles, each of which is counted by every eighth packet. The shape's SQL says so too, and how long
/// a block is.
const PARTS: usize = 8;

/// A part is every eighth block of so many articles, so that its counts lie on pages of their own: a page
/// of 32 KiB holds some 3,300.
const BLOCK_ARTICLES: u32 = 4096;

/// The articles of votes that are not counted yet.
const UNCOUNTED_SQL: &str = "SELECT article FROM votes
                             JOIN counted ON part = article / 4096 % 8 AND votes.rowid > through
                             WHERE votes.rowid > (SELECT min(through) FROM counted)";

/// The part whose turn it is.
const DUE_SQL: &str = "SELECT part FROM counted ORDER BY through, part LIMIT 1";

const COUNTED_SQL: &str = "UPDATE counted SET through = ?2 WHERE part = ?1";

/// What is to be counted, and in whose turn. The votes themselves are in the table, so nothing is lost with
/// this: it spares looking for them.
#[derive(Debug)]
pub(in crate::sqlite) struct LateCounts {
    /// A change of a count for each vote that is not counted yet, by part.
    uncounted: [Vec<(u32, i64)>; PARTS],
    due: usize,
}

impl LateCounts {
    /// What is left to count in a table.
    pub(in crate::sqlite) fn left_in(connection: &Connection) -> Result<Self> {
        let looking = || WriteError::sqlite("looking for votes that are not counted");
        let mut left = Self { uncounted: Default::default(), due: 0 };
        let mut statement = connection.prepare(UNCOUNTED_SQL).map_err(looking())?;
        let mut rows = statement.query([]).map_err(looking())?;
        while let Some(row) = rows.next().map_err(looking())? {
            left.note(row.get(0).map_err(looking())?);
        }
        let due: i64 = connection.query_row(DUE_SQL, [], |row| row.get(0)).map_err(looking())?;
        left.due = due as usize % PARTS;
        Ok(left)
    }

    fn note(&mut self, article: u32) {
        self.uncounted[(article / BLOCK_ARTICLES) as usize % PARTS].push((article, 1));
    }

    /// Keeps votes one by one, and counts those of the part whose turn it is.
    pub(in crate::sqlite) fn apply(
        &mut self,
        table: Table,
        connection: &Connection,
        operations: &[Operation],
    ) -> Result<()> {
        let mut statements = Statements::new(table.shape(), connection);
        let mut through = None;
        for operation in operations {
            table.apply_one(&mut statements, operation)?;
            if let Operation::Insert(Record::Vote(vote)) = operation {
                // Asked before the counts, which have rowids too.
                through = Some(connection.last_insert_rowid());
                self.note(vote.article);
            }
        }
        // Without a vote there is no place up to which a part could be counted, and nothing new to count.
        through.map_or(Ok(()), |through| self.count_due_part(connection, through))
    }

    /// Counts one part's votes, with the last one at `through`.
    fn count_due_part(&mut self, connection: &Connection, through: i64) -> Result<()> {
        let due = &mut self.uncounted[self.due];
        due.sort_unstable();
        add_up(connection, due)?;
        due.clear();
        connection
            .prepare_cached(COUNTED_SQL)
            .and_then(|mut counted| counted.execute(params![self.due as i64, through]))
            .map_err(WriteError::sqlite("noting what is counted"))?;
        self.due = (self.due + 1) % PARTS;
        Ok(())
    }
}
