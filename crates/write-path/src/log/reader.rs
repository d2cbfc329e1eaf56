//! Queries over the log: only what lies in sequence can be found.

use native_log::{Log, Sequence};

use super::encoding::decode_operations;
use crate::error::WriteError;
use crate::operation::Operation;
use crate::read::{Query, ReadPath};
use crate::record::Record;

/// Where a packet stands among the records.
struct Start {
    /// How many records lie before the packet.
    record: u64,
    sequence: Sequence,
}

/// Reads a log without deletions. The log finds a packet by its sequence; which sequence holds the
/// record of a given number is the application's to know, and is kept here.
pub(super) struct LogReader<'log> {
    log: &'log Log,
    starts: Vec<Start>,
}

impl<'log> LogReader<'log> {
    /// Passes once over everything that is acknowledged, to learn where packets start.
    pub(super) fn new(log: &'log Log) -> Result<Self, WriteError> {
        let mut starts = Vec::new();
        let mut record = 0;
        let mut packets = log.read_from(log.first())?;
        while let Some(packet) = packets.next()? {
            starts.push(Start { record, sequence: packet.sequence() });
            record += u64::from(packet.records());
        }
        Ok(Self { log, starts })
    }
}

impl ReadPath for LogReader<'_> {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64, WriteError> {
        let refused = WriteError::NoWayToRead { store: "the log", query: query.name() };
        let Query::Range { first, records } = query else { return Err(refused) };
        let before = self.starts.partition_point(|start| start.record <= first);
        let Some(start) = before.checked_sub(1).map(|index| &self.starts[index]) else {
            return Ok(0);
        };
        let mut skip = first - start.record;
        let begin = found.len();
        let end = begin + records.get() as usize;
        let mut packets = self.log.read_from(start.sequence)?;
        while found.len() < end
            && let Some(packet) = packets.next()?
        {
            if packet.records() == 0 {
                // Filler, which holds no operation.
                continue;
            }
            let mut deletion = false;
            let outcome = decode_operations(packet.bytes(), |operation| match operation {
                Operation::Insert(_) if skip > 0 => skip -= 1,
                Operation::Insert(record) if found.len() < end => found.push(record),
                Operation::Insert(_) => {}
                Operation::Delete(_) => deletion = true,
            });
            let sequence = packet.sequence().get();
            outcome.map_err(|found| WriteError::NotAnOperation { sequence, found })?;
            if deletion {
                return Err(refused);
            }
        }
        Ok((found.len() - begin) as u64)
    }
}
