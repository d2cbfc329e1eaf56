//! A line of Soup's log: one flush, as serde writes it by default.
//!
//! The line holds an array of packets; a packet is an array of records; a record is an object whose
//! one key says what it is, and whose value lists the row: `{"Positive":[{"Int":7},{"Int":0}]}`.

use std::io::{self, Write};

use serde::ser::SerializeSeq as _;
use serde::{Deserialize, Serialize, Serializer};

use crate::error::{Result, WriteError};
use crate::operation::{Operation, Packet};
use crate::record::{Record, RecordKey, Vote};

/// A column's value, of the kinds that a vote needs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Value {
    /// What fits 32 bits.
    Int(i32),
    /// What does not.
    BigInt(i64),
}

/// A record with its row, or the key of one: as it is written, and as it is read from a line that anybody may have
/// written.
#[derive(Serialize, Deserialize)]
enum Line<Row> {
    Positive(Row),
    Negative(Row),
    DeleteRequest(Row),
}

/// The packets of a flush, as an array of arrays.
struct Flush<'packets>(&'packets [Packet]);

/// The records of one packet.
struct Records<'packets>(&'packets Packet);

/// Refuses what a line cannot hold.
pub(crate) fn check(packet: &Packet) -> Result<()> {
    packet.operations().iter().try_for_each(|operation| match operation {
        Operation::Insert(Record::Vote(_)) | Operation::Delete(RecordKey::VoteUser(_)) => Ok(()),
        other => Err(WriteError::WrongRecord { table: "Soup's log", found: other.name() }),
    })
}

/// Writes the packets of one flush, and the end of the line. Packets have passed [`check`].
pub(super) fn write(packets: &[Packet], mut into: impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut into, &Flush(packets))?;
    into.write_all(b"\n")
}

/// The operations of a line, in order; `None` if it is no flush, whole and well-formed.
pub(super) fn read(line: &[u8]) -> Option<Vec<Operation>> {
    let packets: Vec<Vec<Line<Vec<Value>>>> = serde_json::from_slice(line).ok()?;
    packets.into_iter().flatten().map(Line::into_operation).collect()
}

impl Serialize for Flush<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Records))
    }
}

impl Serialize for Records<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let operations = self.0.operations();
        let mut records = serializer.serialize_seq(Some(operations.len()))?;
        for operation in operations {
            match operation {
                Operation::Insert(Record::Vote(vote)) => {
                    let row = [Value::of(u64::from(vote.article)), Value::of(vote.user)];
                    records.serialize_element(&Line::Positive(&row[..]))?;
                }
                Operation::Delete(RecordKey::VoteUser(user)) => {
                    records.serialize_element(&Line::DeleteRequest(&[Value::of(*user)][..]))?;
                }
                Operation::Insert(Record::Event(_)) | Operation::Delete(RecordKey::EventRay(_)) => {
                }
            }
        }
        records.end()
    }
}

impl Line<Vec<Value>> {
    fn into_operation(self) -> Option<Operation> {
        match self {
            Self::Positive(row) => Some(Operation::Insert(Record::Vote(vote(&row)?))),
            Self::Negative(row) => Some(Operation::Delete(RecordKey::VoteUser(vote(&row)?.user))),
            Self::DeleteRequest(key) => match key[..] {
                [user] => Some(Operation::Delete(RecordKey::VoteUser(user.number()))),
                _ => None,
            },
        }
    }
}

fn vote(row: &[Value]) -> Option<Vote> {
    let [article, user] = *row else { return None };
    Some(Vote { article: u32::try_from(article.number()).ok()?, user: user.number() })
}

impl Value {
    fn of(number: u64) -> Self {
        match i32::try_from(number) {
            Ok(number) => Self::Int(number),
            Err(_) => Self::BigInt(number.cast_signed()),
        }
    }

    fn number(self) -> u64 {
        match self {
            Self::Int(number) => i64::from(number).cast_unsigned(),
            Self::BigInt(number) => number.cast_unsigned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(packets: &[Packet]) -> String {
        let mut line = Vec::new();
        write(packets, &mut line).expect("into memory");
        String::from_utf8(line).expect("JSON is UTF-8")
    }

    fn insert(article: u32, user: u64) -> Operation {
        Operation::Insert(Record::Vote(Vote { article, user }))
    }

    /// The bytes that the first document's log had for a vote: 34 to 38, and a comma.
    #[test]
    fn a_flush_of_two_packets_reads_as_soup_wrote_it() {
        let packets = [
            Packet::new(vec![insert(7, 0), insert(99_999, 0)]),
            Packet::new(vec![Operation::Delete(RecordKey::VoteUser(u64::MAX))]),
        ];
        assert_eq!(
            text(&packets),
            "[[{\"Positive\":[{\"Int\":7},{\"Int\":0}]},{\"Positive\":[{\"Int\":99999},{\"Int\":0}]}],\
             [{\"DeleteRequest\":[{\"BigInt\":-1}]}]]\n"
        );
        assert_eq!(text(&[Packet::new(vec![insert(7, 0)])]).len(), 34 + "[[]]\n".len());
    }

    #[test]
    fn events_are_refused() {
        let ray_id = crate::record::RayId::from_random([1; 12]);
        let packet = Packet::new(vec![Operation::Delete(RecordKey::EventRay(ray_id))]);
        assert!(matches!(check(&packet), Err(WriteError::WrongRecord { .. })));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            votes in prop::collection::vec((any::<u32>(), any::<u64>(), any::<bool>()), 0..50)
        ) {
            let operations: Vec<Operation> = votes
                .iter()
                .map(|&(article, user, deletes)| match deletes {
                    true => Operation::Delete(RecordKey::VoteUser(user)),
                    false => insert(article, user),
                })
                .collect();
            let packets: Vec<Packet> =
                operations.chunks(7).map(|chunk| Packet::new(chunk.to_vec())).collect();
            prop_assert_eq!(read(text(&packets).trim_end().as_bytes()), Some(operations));
        }

        #[test]
        fn any_part_of_a_line_but_all_of_it_is_no_flush(votes in 1..20_u32, cut in any::<prop::sample::Index>()) {
            let packet = Packet::new((0..votes).map(|vote| insert(vote, 0)).collect());
            let line = text(&[packet]);
            let line = line.trim_end().as_bytes();
            prop_assert_eq!(read(&line[..cut.index(line.len())]), None);
        }
    }
}
