//! Reading the log: its packets as operations, queries over it, and what is found after a restart.

use std::path::Path;

use native_log::{Log, LogOptions, Sequence};

use super::encoding::decode_operations;
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::files::log_storage;
use crate::operation::Operation;
use crate::read::{Query, ReadPath};
use crate::record::Record;

/// The record count by which readers know filler, which holds no operation.
pub(crate) const FILLER_RECORDS: u32 = 0;

/// Shows a packet's operations, in order.
pub(crate) fn visit_operations(
    packet: &native_log::Packet<'_>,
    visit: impl FnMut(Operation),
) -> Result<()> {
    if packet.records() == FILLER_RECORDS {
        return Ok(());
    }
    let sequence = packet.sequence().get();
    decode_operations(packet.bytes(), visit).map_err(|found| {
        let advice = "the packet was not written by this path";
        WriteError::differs(format!("sequence {sequence}"), "an operation", found, advice)
    })
}

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
    pub(super) fn new(log: &'log Log) -> Result<Self> {
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
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64> {
        let refused = query.no_way_in("the log");
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
            let mut deletion = false;
            visit_operations(&packet, |operation| match operation {
                Operation::Insert(_) if skip > 0 => skip -= 1,
                Operation::Insert(record) if found.len() < end => found.push(record),
                Operation::Insert(_) => {}
                Operation::Delete(_) => deletion = true,
            })?;
            if deletion {
                return Err(refused);
            }
        }
        Ok((found.len() - begin) as u64)
    }
}

/// Reopens a closed log and digests every record that was inserted and not deleted.
pub(super) fn digest_log(options: LogOptions, directory: &Path) -> Result<Digest> {
    Digest::of_operations(|visit| {
        let mut outcome = Ok(());
        let storage = log_storage(directory).map_err(WriteError::io("opening", directory))?;
        let log = Log::open_replaying(storage, options, |packet| {
            let visited = visit_operations(&packet, &mut *visit);
            if outcome.is_ok() {
                outcome = visited;
            }
        })?;
        log.close()?;
        outcome
    })
}

/// Digests the packets before `end`, in their order; `None` if one of them deletes.
pub(super) fn digest_before(log: &Log, end: Sequence) -> Result<Option<Digest>> {
    let (mut digest, mut deletes) = (Digest::default(), false);
    let mut reader = log.read_from(log.first())?;
    while let Some(packet) = reader.next()?
        && packet.sequence() < end
        && !deletes
    {
        visit_operations(&packet, |operation| match operation {
            Operation::Insert(record) => digest.add(&record),
            Operation::Delete(_) => deletes = true,
        })?;
    }
    Ok((!deletes).then_some(digest))
}
