//! The native log behind the write-path traits.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use native_log::storage::FileStorage;
use native_log::{Log, LogOptions, Sequence, Space, SyncMethod};

use super::encoding::{decode_operations, encode_packet};
use super::reader::LogReader;
use super::ready::ReadyPackets;
use super::spec::{LogSpec, Packets};
use crate::axis::AxisValue;
use crate::counters::{Counters, WorkDone};
use crate::digest::Digest;
use crate::error::WriteError;
use crate::inspect::{Inspect, Settings, StorageSizes};
use crate::operation::{Operation, Packet, Ticket};
use crate::path::{Admission, ConcurrentPath, WritePath};
use crate::read::ReadPath;
use crate::record::{Record, RecordKey};
use crate::spec::PathSpec as _;

/// A packet of filler, and the record count by which readers know to pass over it.
const FILLER_BYTES: usize = 1 << 20;
pub(crate) const FILLER_RECORDS: u32 = 0;

/// An open log. One packet is one frame.
pub(crate) struct LogPath {
    log: Log,
    directory: PathBuf,
    /// `None` where each packet is encoded when it is handed in.
    ready: Option<ReadyPackets>,
}

impl LogPath {
    /// Opens the log and waits until its next segment is ready, so that its preparation does not
    /// fall into a measurement.
    pub(crate) fn open(options: LogOptions, directory: &Path) -> Result<Self, WriteError> {
        Self::over(Log::open(directory, options)?, directory)
    }

    /// The path over a log that is open, and lies in this directory.
    pub(crate) fn over(log: Log, directory: &Path) -> Result<Self, WriteError> {
        log.wait_until_prepared()?;
        Ok(Self { log, directory: directory.to_path_buf(), ready: None })
    }

    /// The same path for packets that are shown to it ahead.
    pub(super) fn with_ready_packets(self) -> Self {
        Self { ready: Some(ReadyPackets::default()), ..self }
    }

    /// The log itself.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Where it lies.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Brings a log that recycles into the state of the long run, in which it has dropped as many
    /// segments as it keeps for use.
    pub(crate) fn reach_reuse(&self) -> Result<(), WriteError> {
        if let Space::Recycled { spare_segments_max } = self.log.options().space {
            self.fill_and_drop(spare_segments_max.get())?;
            self.log.wait_until_prepared()?;
        }
        Ok(())
    }

    /// Makes everything durable, also what the options left to the system, and waits until no segment is being
    /// prepared: what comes next would be timed beside that.
    pub(crate) fn settle(&self) -> Result<(), WriteError> {
        self.log.flush()?;
        self.log.wait_until_prepared()?;
        if self.log.options().sync_method == SyncMethod::Never {
            for path in self.files()? {
                File::open(&path).and_then(|file| file.sync_data()).map_err(|source| {
                    WriteError::Io { doing: "syncing", path: path.clone(), source }
                })?;
            }
        }
        Ok(())
    }

    /// Writes filler until so many whole segments lie behind, and drops them.
    fn fill_and_drop(&self, segments: u32) -> Result<(), WriteError> {
        let options = self.log.options();
        let filler_bytes = FILLER_BYTES.min(options.packet_bytes_max as usize);
        let target_bytes = u64::from(segments) * options.segment_bytes;
        let mut filled_bytes = 0;
        while filled_bytes <= target_bytes {
            let sequence =
                self.log.append_with(filler_bytes, FILLER_RECORDS, |buffer| buffer.fill(0))?;
            self.log.wait(sequence)?;
            filled_bytes += filler_bytes as u64;
        }
        self.log.drop_before(self.log.acked_through())?;
        Ok(())
    }

    /// Digests the packets before `end`, in their order; `None` if one of them deletes.
    fn digest_before(&self, end: Sequence) -> Result<Option<Digest>, WriteError> {
        let mut digest = Digest::default();
        let mut deletes = false;
        let mut reader = self.log.read_from(self.log.first())?;
        while let Some(packet) = reader.next()? {
            if packet.sequence() >= end || deletes {
                break;
            }
            if packet.records() == FILLER_RECORDS {
                continue;
            }
            let sequence = packet.sequence().get();
            decode_operations(packet.bytes(), |operation| match operation {
                Operation::Insert(record) => digest.add(&record),
                Operation::Delete(_) => deletes = true,
            })
            .map_err(|found| WriteError::NotAnOperation { sequence, found })?;
        }
        Ok((!deletes).then_some(digest))
    }

    fn files(&self) -> Result<Vec<PathBuf>, WriteError> {
        let failed =
            |source| WriteError::Io { doing: "listing", path: self.directory.clone(), source };
        let entries = fs::read_dir(&self.directory).map_err(failed)?;
        entries.map(|entry| Ok(entry.map_err(failed)?.path())).collect()
    }
}

impl ConcurrentPath for LogPath {
    fn submit(&self, packet: &Packet) -> Result<Ticket, WriteError> {
        let sequence = self.log.append_with(
            packet.payload_bytes(),
            // A packet of more than four billion records does not fit the log's longest frame.
            packet.len() as u32,
            |buffer| encode_packet(packet, buffer),
        )?;
        Ok(Ticket(sequence.get()))
    }

    fn wait(&self, ticket: Ticket) -> Result<(), WriteError> {
        Ok(self.log.wait(Sequence::new(ticket.0))?)
    }
}

impl WritePath for LogPath {
    fn reach_steady_state(&mut self) -> Result<(), WriteError> {
        self.reach_reuse()
    }

    /// Whole segments go, and come back as space that was written before.
    fn recycle(&mut self) -> Result<Digest, WriteError> {
        let end = self.log.droppable_before();
        let recycles = matches!(self.log.options().space, Space::Recycled { .. });
        if !recycles || end <= self.log.first() {
            return Ok(Digest::default());
        }
        let Some(digest) = self.digest_before(end)? else { return Ok(Digest::default()) };
        self.log.drop_before(end)?;
        self.log.wait_until_prepared()?;
        Ok(digest)
    }

    fn make_ready(&mut self, packets: &[Packet]) {
        if let Some(ready) = &mut self.ready {
            ready.show(packets);
        }
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        if let Some(ready) = &mut self.ready
            && let Some((bytes, records)) = ready.take()?
        {
            return Ok(Ticket(self.log.append(bytes, records)?.get()));
        }
        ConcurrentPath::submit(self, packet)
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        ConcurrentPath::wait(self, ticket)
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        self.settle()
    }

    fn counters(&self) -> Counters {
        let counts = self.log.storage_counts();
        Counters::from(WorkDone {
            syncs: counts.commit.syncs + counts.upkeep.syncs + counts.directory_syncs,
            directory_syncs: counts.directory_syncs,
            writes: counts.commit.writes + counts.upkeep.writes,
            bytes_written: counts.commit.write_bytes + counts.upkeep.write_bytes,
        })
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        match self.ready {
            None => Admission::Concurrent(self),
            Some(_) => Admission::Serial,
        }
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>, WriteError> {
        Ok(Some(Box::new(LogReader::new(&self.log)?)))
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(self.log.close()?)
    }
}

impl Inspect for LogPath {
    fn settings(&self) -> Result<Settings, WriteError> {
        let were_shown = self.ready.as_ref().is_some_and(ReadyPackets::were_shown);
        let packets = if were_shown { Packets::Ready } else { Packets::Encoded };
        let spec = LogSpec { options: *self.log.options(), packets };
        Ok(spec.axes().into_iter().map(AxisValue::into_setting).collect())
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        let mut database_bytes = 0;
        for path in self.files()? {
            // A segment may be renamed or dropped between the listing and here.
            database_bytes += fs::metadata(&path).map_or(0, |metadata| metadata.len());
        }
        Ok(StorageSizes { database_bytes, ..StorageSizes::default() })
    }
}

/// Reopens a closed log and digests every record that was inserted and not deleted.
pub(super) fn digest_log(options: LogOptions, directory: &Path) -> Result<Digest, WriteError> {
    let mut kept = Digest::default();
    let deleted = visit_inserts(options, directory, |record| kept.add(record))?;
    if !deleted.is_empty() {
        // Records come before their deletions, so those that were deleted are known only now.
        visit_inserts(options, directory, |record| {
            if deleted.contains(&record.key()) {
                kept.remove(record);
            }
        })?;
    }
    Ok(kept)
}

/// Shows every inserted record and returns the keys of those that were deleted.
fn visit_inserts(
    options: LogOptions,
    directory: &Path,
    mut visit: impl FnMut(&Record),
) -> Result<HashSet<RecordKey>, WriteError> {
    let storage = FileStorage::open(directory).map_err(|source| WriteError::Io {
        doing: "opening",
        path: directory.to_path_buf(),
        source,
    })?;
    let mut deleted = HashSet::new();
    let mut refused = None;
    let log = Log::open_replaying(Arc::new(storage), options, |packet| {
        if packet.records() == FILLER_RECORDS {
            return;
        }
        let outcome = decode_operations(packet.bytes(), |operation| match operation {
            Operation::Insert(record) => visit(&record),
            Operation::Delete(key) => {
                deleted.insert(key);
            }
        });
        if let Err(found) = outcome {
            let sequence = packet.sequence().get();
            refused.get_or_insert(WriteError::NotAnOperation { sequence, found });
        }
    })?;
    log.close()?;
    refused.map_or(Ok(deleted), Err)
}
