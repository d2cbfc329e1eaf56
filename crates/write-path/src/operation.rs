//! What a packet is made of.

use crate::record::{Record, RecordKey, VOTE_BYTES};

/// One change to what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Keep this record.
    Insert(Record),
    /// Forget the record with this key.
    Delete(RecordKey),
}

/// The operations that are committed and acknowledged together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    operations: Box<[Operation]>,
    payload_bytes: usize,
}

impl Packet {
    /// A packet of these operations, in order.
    pub fn new(operations: Vec<Operation>) -> Self {
        let payload_bytes = operations.iter().map(Operation::payload_bytes).sum();
        Self { operations: operations.into_boxed_slice(), payload_bytes }
    }

    /// The operations, in order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// How many operations the packet holds.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether the packet holds nothing.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Bytes of all operations as the native log stores them, without its frame header. The floor
    /// writes as many.
    pub fn payload_bytes(&self) -> usize {
        self.payload_bytes
    }
}

impl Operation {
    /// The kind of operation in words.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Insert(Record::Vote(_)) => "a vote",
            Self::Insert(Record::Event(_)) => "an event",
            Self::Delete(RecordKey::VoteUser(_)) => "a vote's deletion",
            Self::Delete(RecordKey::EventRay(_)) => "an event's deletion",
        }
    }

    /// The bytes that this operation brings to a packet's payload.
    pub fn payload_bytes(&self) -> usize {
        match self {
            Self::Insert(record) => record.payload_bytes(),
            Self::Delete(_) => VOTE_BYTES,
        }
    }
}

/// A path's receipt for a packet; redeemed by `wait`.
///
/// Tickets of one path grow with the order of submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);
