//! How a record binds to the statements of a table shape, and how it comes back from a row.

use rusqlite::types::{Type, Value};
use rusqlite::{CachedStatement, Row, params};

use super::{KeyAffinity, Table};
use crate::error::WriteError;
use crate::log::{decode_operations, encoded_vote};
use crate::operation::{Operation, RecordKey};
use crate::record::{Event, RAY_ID_BYTES, RayId, Record, Vote};

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
    /// Whether a vote is bound as its article and its user, and nothing else.
    pub(super) fn binds_article_and_user(self) -> bool {
        match self {
            Self::Votes(_)
            | Self::VotesAndCounts
            | Self::VotesAndLateCounts
            | Self::VotesWithoutRowid
            | Self::VotesAutoincrement => true,
            Self::VotesByKey
            | Self::VotesUniquePair
            | Self::SoupStore(_)
            | Self::VotePackets
            | Self::Events
            | Self::EventsUnindexed => false,
        }
    }

    pub(super) fn insert(
        self,
        statement: &mut CachedStatement<'_>,
        record: &Record,
    ) -> Result<(), WriteError> {
        match (self, record) {
            (Self::Events | Self::EventsUnindexed, Record::Event(event)) => {
                statement.execute(params![event.ray_id.as_str(), &event.data[..]])
            }
            (Self::Events | Self::EventsUnindexed, Record::Vote(_)) => {
                return Err(self.refuse("a vote"));
            }
            (_, Record::Event(_)) => return Err(self.refuse("an event")),
            (_, Record::Vote(vote)) => self.insert_vote(statement, *vote),
        }
        .map(drop)
        .map_err(WriteError::sqlite("inserting a record"))
    }

    fn insert_vote(
        self,
        statement: &mut CachedStatement<'_>,
        vote: Vote,
    ) -> rusqlite::Result<usize> {
        let user = vote.user.cast_signed();
        match self {
            Self::VotesByKey => {
                statement.execute(params![vote.article, user, scattered(vote.user)])
            }
            Self::VotesUniquePair => {
                statement.execute(params![vote.article, user, ray_id_of(vote.user).as_str()])
            }
            Self::SoupStore(_) => statement.execute(params![&encoded_vote(vote)[..], vote.article]),
            _ => statement.execute((vote.article, user)),
        }
    }

    pub(super) fn delete(
        self,
        statement: &mut CachedStatement<'_>,
        key: &RecordKey,
    ) -> Result<(), WriteError> {
        match (self, key) {
            (Self::Events | Self::EventsUnindexed, RecordKey::EventRay(ray)) => {
                statement.execute(params![ray.as_str()])
            }
            (Self::Events | Self::EventsUnindexed, RecordKey::VoteUser(_)) => {
                return Err(self.refuse("a vote's deletion"));
            }
            (_, RecordKey::EventRay(_)) => return Err(self.refuse("an event's deletion")),
            (Self::VotesByKey, RecordKey::VoteUser(user)) => {
                statement.execute(params![scattered(*user)])
            }
            (Self::SoupStore(_), RecordKey::VoteUser(user)) => {
                statement.execute(params![&user.to_le_bytes()[..]])
            }
            (_, RecordKey::VoteUser(user)) => statement.execute(params![user.cast_signed()]),
        }
        .map(drop)
        .map_err(WriteError::sqlite("deleting a record"))
    }

    /// The record of a row of [`Table::select_sql`]. A row of packets holds many: see
    /// [`Table::visit_records`].
    pub(in crate::sqlite) fn record(self, row: &Row<'_>) -> rusqlite::Result<Record> {
        match self {
            Self::SoupStore(_) => {
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
            Self::Events | Self::EventsUnindexed => event(row),
            _ => Ok(Record::Vote(Vote {
                article: row.get(0)?,
                user: row.get::<_, i64>(1)?.cast_unsigned(),
            })),
        }
    }

    /// Computes again what follows from a record, and compares it with its row of [`Table::select_sql`].
    pub(super) fn check_derived(self, row: &Row<'_>, record: &Record) -> Result<(), WriteError> {
        let Record::Vote(vote) = record else { return Ok(()) };
        let (column, expected) = match self {
            Self::VotesByKey => ("key", Value::Integer(scattered(vote.user))),
            Self::VotesUniquePair => {
                ("ray_id", Value::Text(ray_id_of(vote.user).as_str().to_owned()))
            }
            Self::SoupStore(KeyAffinity::Integer) => {
                ("index_0", Value::Integer(vote.article.into()))
            }
            Self::SoupStore(KeyAffinity::Text) => {
                ("index_0", Value::Text(vote.article.to_string()))
            }
            Self::Votes(_)
            | Self::VotesAndCounts
            | Self::VotesAndLateCounts
            | Self::VotesWithoutRowid
            | Self::VotesAutoincrement
            | Self::VotePackets
            | Self::Events
            | Self::EventsUnindexed => return Ok(()),
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
