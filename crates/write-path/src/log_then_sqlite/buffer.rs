//! Packets that are acked and not in the database yet.

use std::mem;

use crate::error::WriteError;
use crate::operation::{Operation, Packet};
use crate::read::{Query, ReadPath};
use crate::record::Record;
use crate::soup::Rows;

/// Packets that the log has and the database does not, with their rows where they are to be read.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    packets: Vec<Packet>,
    operations: u64,
    rows: Rows,
    deletes: bool,
}

impl Buffer {
    /// Takes in packets that were acked; `reads` if they may stay for a while and be asked for.
    pub(super) fn extend(&mut self, packets: &mut Vec<Packet>, reads: bool) {
        for packet in &*packets {
            self.operations += packet.len() as u64;
            if reads {
                self.rows.apply(packet.operations());
                let is_deletion = |operation| matches!(operation, &Operation::Delete(_));
                self.deletes |= packet.operations().iter().any(is_deletion);
            }
        }
        self.packets.append(packets);
    }

    pub(super) fn operations(&self) -> u64 {
        self.operations
    }

    /// Whether a deletion waits, which may concern a row of the database.
    pub(super) fn deletes(&self) -> bool {
        self.deletes
    }

    pub(super) fn packets(&self) -> &[Packet] {
        &self.packets
    }

    pub(super) fn clear(&mut self) {
        drop(mem::take(self));
    }
}

/// Answers from the database and the buffer together: what is in the buffer came later.
pub(super) struct UnionReader<'path> {
    pub(super) database: Box<dyn ReadPath + 'path>,
    pub(super) buffer: &'path Buffer,
}

impl ReadPath for UnionReader<'_> {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64, WriteError> {
        if self.buffer.packets.is_empty() {
            return self.database.read(query, found);
        }
        match query {
            Query::VoteCount { .. } | Query::Votes { .. } => {
                let in_database = self.database.read(query, found)?;
                Ok(in_database + self.buffer.rows.read(query, found)?)
            }
            Query::FirstVote { .. } => match self.database.read(query, found)? {
                0 => self.buffer.rows.read(query, found),
                in_database => Ok(in_database),
            },
            // Rows in memory are kept by article.
            Query::Range { .. } => self.buffer.rows.read(query, found),
        }
    }
}
