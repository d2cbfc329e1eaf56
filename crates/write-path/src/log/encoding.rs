//! Operations as the native log stores them.
//!
//! Every operation starts with a little-endian 64-bit word: its code in the low byte, and above it
//! the length in bytes of what follows the fixed part.
//!
//! | code | operation      | after the word                                       |
//! |------|----------------|------------------------------------------------------|
//! | 1    | insert a vote  | article (8 bytes), user (8 bytes)                    |
//! | 2    | insert an event| ray id (16 bytes), data (as long as the word says)   |
//! | 3    | delete a vote  | user (8 bytes), zero (8 bytes)                       |
//! | 4    | delete an event| ray id (16 bytes)                                    |

use crate::operation::{Operation, Packet};
use crate::record::{Event, RAY_ID_BYTES, RayId, Record, RecordKey, VOTE_BYTES, Vote};

const INSERT_VOTE: u64 = 1;
const INSERT_EVENT: u64 = 2;
const DELETE_VOTE: u64 = 3;
const DELETE_EVENT: u64 = 4;

const WORD_BYTES: usize = 8;
const FIXED_BYTES: usize = WORD_BYTES + RAY_ID_BYTES;

/// Writes a packet's operations into a buffer of exactly [`Packet::payload_bytes`].
///
/// # Panics
///
/// If the buffer has another length.
pub fn encode_packet(packet: &Packet, buffer: &mut [u8]) {
    assert_eq!(buffer.len(), packet.payload_bytes(), "the buffer must fit the packet");
    encode(packet.operations(), buffer);
}

/// The operations of a packet as bytes, for a store that keeps whole packets.
pub(crate) fn encoded_operations(operations: &[Operation]) -> Vec<u8> {
    let mut bytes = vec![0; operations.iter().map(Operation::payload_bytes).sum()];
    encode(operations, &mut bytes);
    bytes
}

fn encode(operations: &[Operation], buffer: &mut [u8]) {
    // Operations without data are all of one length. So their places are known beforehand, and the
    // loop is a few stores each.
    if let (places, []) = buffer.as_chunks_mut::<FIXED_BYTES>()
        && places.len() == operations.len()
    {
        for (operation, place) in operations.iter().zip(places) {
            match operation {
                Operation::Insert(Record::Vote(vote)) => encode_vote(*vote, place),
                other => encode_fixed_part(other, place),
            }
        }
        return;
    }
    let mut rest = buffer;
    for operation in operations {
        rest = encode_operation(operation, rest);
    }
}

/// A vote as the application serialises it: one operation, whatever becomes of it.
pub(crate) fn encoded_vote(vote: Vote) -> [u8; VOTE_BYTES] {
    let mut bytes = [0; VOTE_BYTES];
    encode_operation(&Operation::Insert(Record::Vote(vote)), &mut bytes);
    bytes
}

/// Writes one operation at the front of `rest` and returns what lies behind it.
fn encode_operation<'buffer>(operation: &Operation, rest: &'buffer mut [u8]) -> &'buffer mut [u8] {
    let (fixed, after) = rest
        .split_first_chunk_mut::<FIXED_BYTES>()
        .expect("the buffer fits the packet, and no operation is shorter than its fixed part");
    encode_fixed_part(operation, fixed);
    let Operation::Insert(Record::Event(event)) = operation else { return after };
    let (data, after) = after.split_at_mut(event.data.len());
    data.copy_from_slice(&event.data);
    after
}

/// Not inlined into the loop over a packet's votes, which is short without it.
#[inline(never)]
fn encode_fixed_part(operation: &Operation, fixed: &mut [u8; FIXED_BYTES]) {
    match operation {
        Operation::Insert(Record::Vote(vote)) => encode_vote(*vote, fixed),
        Operation::Insert(Record::Event(event)) => {
            let data_bytes = event.data.len() as u64;
            encode_ray_id(fixed, INSERT_EVENT | data_bytes << 8, &event.ray_id);
        }
        Operation::Delete(RecordKey::VoteUser(user)) => {
            encode_words(fixed, [DELETE_VOTE, *user, 0]);
        }
        Operation::Delete(RecordKey::EventRay(ray_id)) => {
            encode_ray_id(fixed, DELETE_EVENT, ray_id);
        }
    }
}

fn encode_vote(vote: Vote, fixed: &mut [u8; FIXED_BYTES]) {
    encode_words(fixed, [INSERT_VOTE, u64::from(vote.article), vote.user]);
}

fn encode_words(fixed: &mut [u8; FIXED_BYTES], words: [u64; 3]) {
    let (places, _) = fixed.as_chunks_mut::<WORD_BYTES>();
    for (place, word) in places.iter_mut().zip(words) {
        *place = word.to_le_bytes();
    }
}

fn encode_ray_id(fixed: &mut [u8; FIXED_BYTES], word: u64, ray_id: &RayId) {
    fixed[..WORD_BYTES].copy_from_slice(&word.to_le_bytes());
    fixed[WORD_BYTES..].copy_from_slice(ray_id.as_bytes());
}

/// Calls `visit` with each operation of a frame, in order. `Err` describes bytes that are no
/// operation.
pub fn decode_operations(bytes: &[u8], mut visit: impl FnMut(Operation)) -> Result<(), String> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (operation, after) = decode_operation(rest)?;
        visit(operation);
        rest = after;
    }
    Ok(())
}

fn decode_operation(bytes: &[u8]) -> Result<(Operation, &[u8]), String> {
    let Some((fixed, rest)) = bytes.split_at_checked(FIXED_BYTES) else {
        return Err(format!("a tail of {} bytes", bytes.len()));
    };
    let word = read_word(fixed, 0);
    let operation = match word & 0xff {
        INSERT_VOTE => {
            let article = read_word(fixed, 8);
            let article =
                u32::try_from(article).map_err(|_| format!("a vote for article {article}"))?;
            Operation::Insert(Record::Vote(Vote { article, user: read_word(fixed, 16) }))
        }
        INSERT_EVENT => return decode_event(word >> 8, read_ray_id(fixed)?, rest),
        DELETE_VOTE => Operation::Delete(RecordKey::VoteUser(read_word(fixed, 8))),
        DELETE_EVENT => Operation::Delete(RecordKey::EventRay(read_ray_id(fixed)?)),
        code => return Err(format!("operation code {code}")),
    };
    Ok((operation, rest))
}

fn decode_event(data_bytes: u64, ray_id: RayId, rest: &[u8]) -> Result<(Operation, &[u8]), String> {
    let split = usize::try_from(data_bytes).ok().and_then(|bytes| rest.split_at_checked(bytes));
    let Some((data, rest)) = split else {
        return Err(format!("an event of {data_bytes} bytes where {} are left", rest.len()));
    };
    Ok((Operation::Insert(Record::Event(Event { ray_id, data: data.into() })), rest))
}

fn read_word(fixed: &[u8], at: usize) -> u64 {
    let mut word = [0; WORD_BYTES];
    word.copy_from_slice(&fixed[at..at + WORD_BYTES]);
    u64::from_le_bytes(word)
}

fn read_ray_id(fixed: &[u8]) -> Result<RayId, String> {
    let mut letters = [0; RAY_ID_BYTES];
    letters.copy_from_slice(&fixed[WORD_BYTES..FIXED_BYTES]);
    RayId::from_letters(letters).ok_or_else(|| format!("a ray id {letters:?}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_operation() -> impl Strategy<Value = Operation> {
        let ray_id = any::<[u8; 12]>().prop_map(RayId::from_random);
        prop_oneof![
            (any::<u32>(), any::<u64>()).prop_map(|(article, user)| Operation::Insert(
                Record::Vote(Vote { article, user })
            )),
            (ray_id.clone(), prop::collection::vec(any::<u8>(), 0..300)).prop_map(
                |(ray_id, data)| Operation::Insert(Record::Event(Event {
                    ray_id,
                    data: data.into()
                }))
            ),
            any::<u64>().prop_map(|user| Operation::Delete(RecordKey::VoteUser(user))),
            ray_id.prop_map(|ray_id| Operation::Delete(RecordKey::EventRay(ray_id))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(operations in prop::collection::vec(any_operation(), 0..50)) {
            let packet = Packet::new(operations.clone());
            let mut bytes = vec![0; packet.payload_bytes()];
            encode_packet(&packet, &mut bytes);
            let mut decoded = Vec::new();
            prop_assert_eq!(decode_operations(&bytes, |operation| decoded.push(operation)), Ok(()));
            prop_assert_eq!(decoded, operations);
        }

        #[test]
        fn any_bytes_decode_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode_operations(&bytes, |_| ());
        }
    }

    #[test]
    fn a_vote_takes_the_stated_bytes() {
        let vote = Operation::Insert(Record::Vote(Vote { article: 1, user: 2 }));
        assert_eq!(Packet::new(vec![vote]).payload_bytes(), VOTE_BYTES);
    }
}
