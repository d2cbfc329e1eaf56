//! What a reader sees.

use crate::sequence::Sequence;

/// A packet as it was appended, borrowed from a read buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'bytes> {
    sequence: Sequence,
    records: u32,
    bytes: &'bytes [u8],
}

impl<'bytes> Packet<'bytes> {
    pub(crate) fn new(sequence: u64, records: u32, bytes: &'bytes [u8]) -> Self {
        Self { sequence: Sequence::new(sequence), records, bytes }
    }

    /// Its number.
    #[must_use]
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// The record count that was given with it.
    #[must_use]
    pub fn records(&self) -> u32 {
        self.records
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &'bytes [u8] {
        self.bytes
    }

    /// Its records of `N` bytes each, or `None` if its bytes are not [`records`](Self::records)
    /// times `N`.
    #[must_use]
    pub fn fixed_records<const N: usize>(&self) -> Option<&'bytes [[u8; N]]> {
        const { assert!(N > 0, "a record has at least one byte") };
        let (records, rest) = self.bytes.as_chunks::<N>();
        (rest.is_empty() && records.len() == self.records as usize).then_some(records)
    }
}
