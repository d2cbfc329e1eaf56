//! How a record binds to the statements of a table shape, and how it comes back from a row.

use rusqlite::types::{Type, Value};
use rusqlite::{CachedStatement, Row, params};

use super::shape::{Columns, Counts, KeyAffinity};
use super::shapes::Table;
use crate::error::WriteError;
use crate::log::{decode_operations, encoded_vote};
use crate::operation::Operation;
use crate::record::{Event, RAY_ID_BYTES, RayId, Record, RecordKey, Vote};

/// Binds a vote as two integers, and inserts it.
#[inline]
pub(super) fn insert_pair(
    statement: &mut CachedStatement<'_>,
    vote: Vote,
) -> Result<(), WriteError> {
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
    pub(crate) fn check(self, operation: &Operation) -> Result<(), WriteError> {
        let shape = self.shape();
        let holds_events = shape.columns == Columns::Event;
        match (operation, holds_events) {
            (Operation::Insert(Record::Event(_)), false) => Err(self.refuse("an event")),
            (Operation::Delete(RecordKey::EventRay(_)), false) => {
                Err(self.refuse("an event's deletion"))
            }
            (Operation::Insert(Record::Vote(_)), true) => Err(self.refuse("a vote")),
            (Operation::Delete(RecordKey::VoteUser(_)), true) => {
                Err(self.refuse("a vote's deletion"))
            }
            // A deleted vote's place at the end would go to another one, which would count as counted.
            (Operation::Delete(RecordKey::VoteUser(_)), false)
                if matches!(shape.counts, Counts::InTurns { .. }) =>
            {
                Err(self.refuse("a vote's deletion"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn insert(
        self,
        statement: &mut CachedStatement<'_>,
        record: &Record,
    ) -> Result<(), WriteError> {
        match (self.shape().columns, record) {
            (Columns::Event, Record::Event(event)) => {
                statement.execute(params![event.ray_id.as_str(), &event.data[..]])
            }
            (Columns::Event, Record::Vote(_)) => return Err(self.refuse("a vote")),
            (_, Record::Event(_)) => return Err(self.refuse("an event")),
            (columns, Record::Vote(vote)) => insert_vote(columns, statement, *vote),
        }
        .map(drop)
        .map_err(WriteError::sqlite("inserting a record"))
    }

    pub(super) fn delete(
        self,
        statement: &mut CachedStatement<'_>,
        key: &RecordKey,
    ) -> Result<(), WriteError> {
        match (self.shape().columns, key) {
            (Columns::Event, RecordKey::EventRay(ray)) => statement.execute(params![ray.as_str()]),
            (Columns::Event, RecordKey::VoteUser(_)) => {
                return Err(self.refuse("a vote's deletion"));
            }
            (_, RecordKey::EventRay(_)) => return Err(self.refuse("an event's deletion")),
            (Columns::PairAndKey, RecordKey::VoteUser(user)) => {
                statement.execute(params![scattered(*user)])
            }
            (Columns::BytesAndArticle(_), RecordKey::VoteUser(user)) => {
                statement.execute(params![&user.to_le_bytes()[..]])
            }
            (_, RecordKey::VoteUser(user)) => statement.execute(params![user.cast_signed()]),
        }
        .map(drop)
        .map_err(WriteError::sqlite("deleting a record"))
    }

    /// The record of a row of the shape's `select_sql`. A row of packets holds many: see
    /// [`Table::visit_records`].
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
    pub(super) fn check_derived(self, row: &Row<'_>, record: &Record) -> Result<(), WriteError> {
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
        Err(WriteError::DerivedColumn { column, expected: text_of(&expected), got: text_of(&got) })
    }

    pub(super) fn refuse(self, found: &'static str) -> WriteError {
        WriteError::WrongRecord { table: self.name(), found }
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

pub(super) fn conversion_failure(from: Type, found: String) -> rusqlite::Error {
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
