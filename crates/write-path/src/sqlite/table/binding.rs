//! How a record binds to the statements of a table shape, and how it comes back from a row; reading every record back,
//! and comparing what follows from the records: counts, derived columns, and the number of entries in each index.

use rusqlite::types::{Type, Value};
use rusqlite::{CachedStatement, Connection, Row, params};

use super::shape::{Columns, Counts, KeyAffinity, Statements};
use super::shapes::Table;
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::log::{decode_operations, encoded_vote};
use crate::operation::Operation;
use crate::record::{Event, RAY_ID_BYTES, RayId, Record, RecordKey, Vote};

/// Binds a vote as two integers, and inserts it.
#[inline]
pub(super) fn insert_pair(statement: &mut CachedStatement<'_>, vote: Vote) -> Result<()> {
    // Value by value: a tuple's own function is not inlined here, and took a good percent of an insert.
    let bound = statement
        .raw_bind_parameter(1, vote.article)
        .and_then(|()| statement.raw_bind_parameter(2, vote.user.cast_signed()));
    match bound.and_then(|()| statement.raw_execute()) {
        Ok(_) => Ok(()),
        Err(source) => Err(WriteError::sqlite("inserting a record")(source)),
    }
}

impl Table {
    /// Refuses what the table cannot store, before anything is stored.
    pub(crate) fn check(self, operation: &Operation) -> Result<()> {
        let shape = self.shape();
        let holds_events = shape.columns == Columns::Event;
        let is_fit = match operation {
            Operation::Insert(Record::Event(_)) | Operation::Delete(RecordKey::EventRay(_)) => {
                holds_events
            }
            Operation::Insert(Record::Vote(_)) => !holds_events,
            // A deleted vote's place at the end would go to another one, which would count as counted.
            Operation::Delete(RecordKey::VoteUser(_)) => {
                !holds_events && !matches!(shape.counts, Counts::InTurns { .. })
            }
        };
        let (table, found) = (shape.name, operation.name());
        if is_fit { Ok(()) } else { Err(WriteError::WrongRecord { table, found }) }
    }

    /// Inserts a record, or deletes one.
    pub(super) fn apply_one(
        self,
        statements: &mut Statements<'_>,
        operation: &Operation,
    ) -> Result<()> {
        self.check(operation)?;
        let columns = self.shape().columns;
        let statement = match operation {
            Operation::Insert(_) => statements.insert()?,
            Operation::Delete(_) => statements.delete()?,
        };
        let done = match operation {
            Operation::Insert(Record::Vote(vote)) => insert_vote(columns, statement, *vote),
            Operation::Insert(Record::Event(event)) => {
                statement.execute(params![event.ray_id.as_str(), &event.data[..]])
            }
            Operation::Delete(RecordKey::EventRay(ray)) => statement.execute([ray.as_str()]),
            Operation::Delete(RecordKey::VoteUser(user)) => match columns {
                Columns::PairAndKey => statement.execute([scattered(*user)]),
                Columns::BytesAndArticle(_) => statement.execute([&user.to_le_bytes()[..]]),
                _ => statement.execute([user.cast_signed()]),
            },
        };
        let doing = match operation {
            Operation::Insert(_) => "inserting a record",
            Operation::Delete(_) => "deleting a record",
        };
        done.map(drop).map_err(WriteError::sqlite(doing))
    }

    /// The record of a row of the shape's `select_sql`. A row of packets holds many: see
    /// [`Table::digest`].
    pub(in crate::sqlite) fn record(self, row: &Row<'_>) -> rusqlite::Result<Record> {
        match self.shape().columns {
            Columns::BytesAndArticle(_) => {
                let bytes: Vec<u8> = row.get(0)?;
                let mut decoded = Vec::with_capacity(1);
                decode_operations(&bytes, |operation| decoded.push(operation))
                    .map_err(|found| conversion_failure(Type::Blob, found))?;
                match decoded.pop() {
                    Some(Operation::Insert(record)) if decoded.is_empty() => Ok(record),
                    other => Err(conversion_failure(
                        Type::Blob,
                        format!("expected one vote, got {other:?} behind {} others", decoded.len()),
                    )),
                }
            }
            Columns::Event => event(row),
            Columns::Pair | Columns::PairAndKey | Columns::PairAndText | Columns::Packet => {
                Ok(Record::Vote(Vote {
                    article: row.get(0)?,
                    user: row.get::<_, i64>(1)?.cast_unsigned(),
                }))
            }
        }
    }

    /// Computes again what follows from a record, and compares it with its row of the shape's `select_sql`.
    fn check_derived(self, row: &Row<'_>, record: &Record) -> Result<()> {
        let Record::Vote(vote) = record else { return Ok(()) };
        let (column, expected) = match self.shape().columns {
            Columns::PairAndKey => ("key", Value::Integer(scattered(vote.user))),
            Columns::PairAndText => {
                ("ray_id", Value::Text(ray_id_of(vote.user).as_str().to_owned()))
            }
            Columns::BytesAndArticle(KeyAffinity::Integer) => {
                ("index_0", Value::Integer(vote.article.into()))
            }
            Columns::BytesAndArticle(KeyAffinity::Text) => {
                ("index_0", Value::Text(vote.article.to_string()))
            }
            Columns::Pair | Columns::Packet | Columns::Event => return Ok(()),
        };
        let reading = WriteError::sqlite("reading a derived column back");
        let got: Value = row.get(column).map_err(reading)?;
        if got == expected {
            return Ok(());
        }
        Err(WriteError::differs(
            format!("column {column}"),
            format!("{}, which follows from the row's record", text_of(&expected)),
            text_of(&got),
            "another program changed the database: begin again with an empty directory",
        ))
    }

    /// Digests every record of the table.
    ///
    /// # Errors
    /// What SQLite reports, and [`WriteError::Differs`] where counts are kept that are not those of the votes, where a
    /// column is not what follows from its row's record, and where an index has not one entry for each row.
    pub(crate) fn digest(self, connection: &Connection) -> Result<Digest> {
        let shape = self.shape();
        if shape.columns == Columns::Packet {
            return Digest::of_operations(|visit| self.visit_operations(connection, visit));
        }
        match shape.counts {
            Counts::None => {}
            Counts::EachPacket { disagreeing_sql } | Counts::InTurns { disagreeing_sql } => {
                check_counts(connection, disagreeing_sql)?;
            }
        }
        let reading = || WriteError::sqlite("reading records back");
        let mut statement = connection.prepare(shape.select_sql).map_err(reading())?;
        let mut rows = statement.query([]).map_err(reading())?;
        let mut digest = Digest::default();
        while let Some(row) = rows.next().map_err(reading())? {
            let record = self.record(row).map_err(reading())?;
            self.check_derived(row, &record)?;
            digest.add(&record);
        }
        self.check_indexes(connection, digest.records())?;
        Ok(digest)
    }

    /// Compares the number of entries in each index with that of the rows. SQLite reads the table itself for
    /// everything above, whatever its indexes hold.
    fn check_indexes(self, connection: &Connection, rows: u64) -> Result<()> {
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
                return Err(WriteError::differs(
                    format!("index {index}"),
                    format!("{rows} entries"),
                    entries,
                    "what is read through it is wrong: begin again with an empty directory",
                ));
            }
        }
        Ok(())
    }

    fn visit_operations(
        self,
        connection: &Connection,
        visit: &mut dyn FnMut(Operation),
    ) -> Result<()> {
        let reading = || WriteError::sqlite("reading packets back");
        let mut statement = connection.prepare(self.shape().select_sql).map_err(reading())?;
        let mut rows = statement.query([]).map_err(reading())?;
        while let Some(row) = rows.next().map_err(reading())? {
            let bytes: Vec<u8> = row.get(0).map_err(reading())?;
            decode_operations(&bytes, &mut *visit)
                .map_err(|found| reading()(conversion_failure(Type::Blob, found)))?;
        }
        Ok(())
    }
}

/// Refuses a table of which one article's count is not that of its votes.
fn check_counts(connection: &Connection, disagreeing_sql: &str) -> Result<()> {
    let disagreeing = connection.query_row(disagreeing_sql, [], |row| {
        let (article, counted, kept): (u32, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(WriteError::differs(
            format!("article {article}"),
            format!("the {kept} votes that are kept"),
            format!("{counted} in its row of counts"),
            "a commit was torn, or another program changed the database: begin again with an empty \
             directory",
        ))
    });
    match disagreeing {
        Ok(refusal) => Err(refusal),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(()),
        Err(source) => Err(WriteError::sqlite("comparing counts with votes")(source)),
    }
}

fn insert_vote(
    columns: Columns,
    statement: &mut CachedStatement<'_>,
    vote: Vote,
) -> rusqlite::Result<usize> {
    let user = vote.user.cast_signed();
    match columns {
        Columns::PairAndKey => statement.execute(params![vote.article, user, scattered(vote.user)]),
        Columns::PairAndText => {
            statement.execute(params![vote.article, user, ray_id_of(vote.user).as_str()])
        }
        Columns::BytesAndArticle(_) => {
            statement.execute(params![&encoded_vote(vote)[..], vote.article])
        }
        Columns::Pair | Columns::Packet | Columns::Event => statement.execute((vote.article, user)),
    }
}

fn event(row: &Row<'_>) -> rusqlite::Result<Record> {
    let text: String = row.get(0)?;
    let letters = text.as_bytes().try_into().ok();
    let ray_id = letters.and_then(RayId::from_letters).ok_or_else(|| {
        let expected = format!("a ray id of {RAY_ID_BYTES} letters, found {text:?}");
        conversion_failure(Type::Text, expected)
    })?;
    let data: Vec<u8> = row.get(1)?;
    Ok(Record::Event(Event { ray_id, data: data.into_boxed_slice() }))
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Real(_) | Value::Blob(_) => format!("{value:?}"),
    }
}

fn conversion_failure(from: Type, found: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, from, found.into())
}

/// A key that lies anywhere, one for each user: the output function of `SplitMix64`, which maps
/// 64-bit numbers one to one (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", <https://doi.org/10.1145/2660193.2660195>).
fn scattered(user: u64) -> i64 {
    let mixed = (user ^ (user >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)).cast_signed()
}

/// A text key of the log driver's form that lies anywhere, one for each user.
fn ray_id_of(user: u64) -> RayId {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&scattered(user).to_be_bytes());
    RayId::from_random(bytes)
}
